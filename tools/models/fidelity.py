"""
How near the shipped models are to the fp32 weights that they are made of, on texts that took no part in making them.

    python fidelity.py ../../../shared/eval/{scifact,squad2,vue-docs-en}/corpus.jsonl --language en

Prints, for the first token (the sentence vector) and for all tokens, the cosine to fp32, and the bytes on the wire.
"""

import argparse
import gzip
import json
import tempfile
from pathlib import Path

import brotli
import numpy as np
import onnxruntime
from make import HERE, float_model, onnx_bytes
from tokenizers import Tokenizer

OPTIONS = onnxruntime.SessionOptions()
OPTIONS.intra_op_num_threads = 1


def hidden_states(path: Path, texts: list[list[int]]) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(onnx_bytes(path), OPTIONS, providers=["CPUExecutionProvider"])
    wanted = {put.name for put in session.get_inputs()}
    states = []
    for text in texts:
        ids = np.array([text], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states.append(session.run(None, {name: value for name, value in feeds.items() if name in wanted})[0][0])
    return states


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)


def sample(path: Path, count: int, seed: int = 7) -> list[str]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    chosen = np.random.default_rng(seed).permutation(len(rows))[:count]
    return [f"{rows[i].get('title') or ''} {rows[i]['text']}".strip() for i in chosen]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=Path, nargs="+", help="JSONL files with `title` and `text`")
    arguments.add_argument("--language", choices=["en", "zh"], required=True)
    arguments.add_argument("--each", type=int, default=40, help="texts per corpus")
    arguments.add_argument("--tokens", type=int, default=192, help="texts are cut to so many tokens")
    arguments.add_argument("--sources", type=Path, default=Path(tempfile.gettempdir()) / "nearfield-fp32")
    arguments.add_argument("--weights", type=Path, nargs="*", help="ONNX files to judge; the shipped one unless told")
    options = arguments.parse_args()

    model = f"bge-small-{options.language}-v1.5"
    shipped = HERE.parents[1] / "public" / "models" / model
    tokenizer = Tokenizer.from_file(str(shipped / "tokenizer.json"))
    tokenizer.enable_truncation(options.tokens)
    texts = [tokenizer.encode(text).ids for corpus in options.corpora for text in sample(corpus, options.each)]
    expected = hidden_states(float_model(options.language, options.sources), texts)

    print(f"{model}: {len(texts)} texts from {', '.join(c.parent.name for c in options.corpora)}\n")
    print("| weights | CLS mean | CLS min | tokens mean | tokens 1 % | MB | gzip -9 | brotli 9 |\n|---|---|---|---|---|---|---|---|")
    for path in options.weights or [shipped / "model.onnx"]:
        states = hidden_states(path, texts)
        first = np.array([cosines(e[0], s[0]) for e, s in zip(expected, states)])
        tokens = np.concatenate([cosines(e, s) for e, s in zip(expected, states)])
        data = path.read_bytes()
        sizes = [len(data), len(gzip.compress(data, 9)), len(brotli.compress(data, quality=9))]
        figures = [f"{v:.4f}" for v in (first.mean(), first.min(), tokens.mean(), np.quantile(tokens, 0.01))]
        print(f"| {path.parent.name}/{path.name} | " + " | ".join(figures + [f"{n / 1e6:.2f}" for n in sizes]) + " |", flush=True)
