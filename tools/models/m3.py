"""
Writes test/fixtures/embed/tiny-m3: a model of BGE-M3's shape with random weights, and what numpy makes of it.

The shape (Chen et al. 2024): XLM-R's encoder and tokenizer, 8,192 tokens, no token types; the sentence vector is that of
the first token, the sparse weight of a token ReLU(w · h + b), the token vectors that MaxSim compares W · h + b. In our
layout these are a `sparse-head.json` and a `token-head.f32`, so the real BGE-M3 takes the same files beside its ONNX export.
"""

import base64
import json
from pathlib import Path

import numpy as np
import onnx
from bert import Bert
from calibrate import Tapped
from graph import bert_graph
from int8 import quantise
from make import pinned
from math import erf
from tokenizers import Tokenizer
from xlmr import tokenizer_json

TARGET = Path(__file__).parents[2] / "test" / "fixtures" / "embed" / "tiny-m3"
LAYERS, HEADS, HIDDEN, WIDE, MAX = 2, 4, 32, 64, 8192
SPECIAL = [0, 1, 2, 3]
TEXTS = [
    "",
    "The lighthouse keeper wrote down the wind.",
    "灯塔看守人记下了风向。",
    "Mixed 混合 text with ① ﬁgures, emoji 😂 and a ‍joiner",
    " ".join(f"Sentence {i} tells of the sea and the harbour." for i in range(120)),
    "".join(f"第{i}条 承租人应当妥善保管租赁物。" for i in range(900)),
]


class Stored(Tapped):
    """Matrices as they are; tables as bytes, or 8,192 positions would be a megabyte."""

    def rows(self, g, table, ids, name):
        codes, scale = quantise(table, axis=1)
        picked = g.op("Cast", [g.op("Gather", [g.constant(codes, f"{name}.codes"), ids])], to=onnx.TensorProto.FLOAT)
        return g.op("Mul", [picked, g.op("Gather", [g.constant(scale, f"{name}.scale"), ids])])

    def first_rows(self, g, table, count, name):
        codes, scale = quantise(table, axis=1)
        part = lambda value, at: g.op("Slice", [g.constant(value, f"{name}.{at}"), g.ints(0), count, g.ints(0)])
        return g.op("Mul", [g.op("Cast", [part(codes, "codes")], to=onnx.TensorProto.FLOAT), part(scale, "scale")])


def random_bert(words: int) -> Bert:
    r = np.random.default_rng(7)
    normal = lambda *shape: (r.standard_normal(shape) * 0.4).astype(np.float32)
    w = {
        "embeddings.word_embeddings.weight": normal(words, HIDDEN),
        "embeddings.position_embeddings.weight": normal(MAX, HIDDEN),
        "embeddings.token_type_embeddings.weight": np.zeros((1, HIDDEN), np.float32),
    }
    norms = ["embeddings.LayerNorm"]
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}"
        shapes = {f"attention.self.{part}": (HIDDEN, HIDDEN) for part in ("query", "key", "value")}
        shapes |= {"attention.output.dense": (HIDDEN, HIDDEN), "intermediate.dense": (HIDDEN, WIDE), "output.dense": (WIDE, HIDDEN)}
        for name, shape in shapes.items():
            w[f"{layer}.{name}.weight"], w[f"{layer}.{name}.bias"] = normal(*shape), normal(shape[1])
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    for name in norms:
        w[f"{name}.weight"], w[f"{name}.bias"] = 1 + normal(HIDDEN), normal(HIDDEN)
    return Bert(LAYERS, HEADS, HIDDEN, w)


def hidden_states(bert: Bert, ids: list[int]) -> np.ndarray:
    """The encoder once more, from its definition: tokens × HIDDEN."""

    def norm(x, at):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12) * bert[f"{at}.weight"] + bert[f"{at}.bias"]

    def table(name):
        codes, scale = quantise(bert[f"embeddings.{name}.weight"], axis=1)
        return codes * scale

    x = norm(table("word_embeddings")[ids] + table("position_embeddings")[: len(ids)], "embeddings.LayerNorm")
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}"
        dense = lambda x, at: x @ bert[f"{layer}.{at}.weight"] + bert[f"{layer}.{at}.bias"]
        heads = [dense(x, f"attention.self.{part}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for part in ("query", "key", "value")]
        mixed = np.empty((HEADS, len(ids), HIDDEN // HEADS), np.float32)
        for h, (q, k, v) in enumerate(zip(*heads)):
            scores = q @ k.T / np.sqrt(HIDDEN // HEADS)
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            mixed[h] = scores / scores.sum(-1, keepdims=True) @ v
        mixed = mixed.transpose(1, 0, 2).reshape(len(ids), HIDDEN)
        x = norm(x + dense(mixed, "attention.output.dense"), f"{layer}.attention.output.LayerNorm")
        wide = dense(x, "intermediate.dense")
        wide = wide * 0.5 * (1 + np.vectorize(erf)(wide / np.sqrt(2)))
        x = norm(x + dense(wide.astype(np.float32), "output.dense"), f"{layer}.output.LayerNorm")
    return x.astype(np.float32)


def sparse(hidden: np.ndarray, ids: list[int], head: dict) -> dict[int, int]:
    impacts: dict[int, int] = {}
    weights = np.maximum(0, hidden @ np.array(head["weights"], np.float32) + head["bias"]) * head["scale"]
    for id, weight in zip(ids, weights):
        impact = min(255, int(np.floor(weight + 0.5)))
        if id not in SPECIAL and impact > impacts.get(id, 0):
            impacts[id] = impact
    return impacts


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    vocabulary = tokenizer_json(2000)
    (TARGET / "tokenizer.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    bert = random_bert(len(vocabulary["model"]["vocab"]))
    onnx.save(bert_graph(bert, Stored(), "tiny-m3"), TARGET / "model.onnx")
    files = {"tokenizer": pinned(TARGET / "tokenizer.json"), "weights": pinned(TARGET / "model.onnx")}
    # The key as `src/embed/card.ts` makes it; 811c9dc5 is the hash of no instruction.
    key = f"tiny-m3/{files['weights']['sha256'][:12]}/{files['tokenizer']['sha256'][:8]}/cls/811c9dc5"
    weights = np.random.default_rng(8).standard_normal(HIDDEN).round(4).tolist()
    head = {"format": 2, "model": key, "keep": 10000, "scale": 20, "special": SPECIAL, "bias": 0.1, "weights": weights, "trainedOn": [], "licence": "CC0", "report": {}}
    (TARGET / "sparse-head.json").write_text(json.dumps(head), "utf-8")
    matrix, shift = (np.random.default_rng(9).standard_normal(shape).astype("<f4") for shape in ((HIDDEN, HIDDEN), (HIDDEN,)))
    (TARGET / "token-head.f32").write_bytes(matrix.tobytes() + shift.tobytes())
    card = {
        "id": "tiny-m3", "languages": ["en", "zh"], "dim": HIDDEN, "pooling": "cls", "queryInstruction": "", "maxTokens": MAX,
        "licence": "CC0", "source": "random weights, tools/models/m3.py", **files,
        "sparseHead": pinned(TARGET / "sparse-head.json"), "tokenHead": pinned(TARGET / "token-head.f32"),
    }  # fmt: skip
    (TARGET / "model.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")

    tokenizer = Tokenizer.from_file(str(TARGET / "tokenizer.json"))
    tokenizer.enable_truncation(MAX)
    rows = []
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        hidden = hidden_states(bert, ids)
        dense = hidden[0] / np.linalg.norm(hidden[0])
        pack = lambda value: base64.b64encode(value.astype("<f4").tobytes()).decode()
        words = hidden @ matrix.T + shift
        impacts = sorted(sparse(hidden, ids, head).items())
        rows.append({"text": text, "tokens": len(ids), "dense": pack(dense), "last": pack(words[-1]), "mean": pack(words.mean(axis=0)), "sparse": impacts})
    (TARGET / "reference.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    print({p.name: p.stat().st_size for p in TARGET.iterdir()}, [row["tokens"] for row in rows])
