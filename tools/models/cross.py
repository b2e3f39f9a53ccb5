"""
Writes test/fixtures/embed/tiny-cross: a cross-encoder of BERT's shape with random weights in the layout that
transformers.js reads (as Xenova/bge-reranker-base and other rerankers are published), and what numpy makes of it.

The shape (Devlin et al. 2019, Nogueira & Cho 2019): [CLS] query [SEP] passage [SEP], token types 0 and 1, the first
token's last state through a tanh layer and one linear unit.
"""

import json
from math import erf
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

TARGET = Path(__file__).parents[2] / "test" / "fixtures" / "embed" / "tiny-cross"
LAYERS, HEADS, HIDDEN, WIDE, MAX = 2, 4, 32, 64, 64
PAIRS = [
    ("what moves the sea", "the moon pulls the sea"),
    ("what moves the sea", "bread is made of flour"),
    ("海为什么涨", "月亮拉着海"),
    ("what moves the sea", ""),
    ("the moon", " ".join(["the moon pulls the sea"] * 30)),
]


def tokenizer() -> Tokenizer:
    words = sorted({w for pair in PAIRS for text in pair for w in text.split() if w.isascii()})
    han = sorted({c for pair in PAIRS for text in pair for c in text if not c.isascii()})
    vocabulary = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words, *han])}
    t = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return t


def weights(words: int) -> dict[str, np.ndarray]:
    r = np.random.default_rng(11)
    normal = lambda *shape: (r.standard_normal(shape) * 0.3).astype(np.float32)
    w = {"words": normal(words, HIDDEN), "places": normal(MAX, HIDDEN), "types": normal(2, HIDDEN)}
    w |= {"norm.w": 1 + normal(HIDDEN), "norm.b": normal(HIDDEN)}
    for i in range(LAYERS):
        for name, shape in {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "o": (HIDDEN, HIDDEN), "in": (HIDDEN, WIDE), "out": (WIDE, HIDDEN)}.items():
            w[f"{i}.{name}.w"], w[f"{i}.{name}.b"] = normal(*shape), normal(shape[1])
        for name in ("n1", "n2"):
            w[f"{i}.{name}.w"], w[f"{i}.{name}.b"] = 1 + normal(HIDDEN), normal(HIDDEN)
    w |= {"pool.w": normal(HIDDEN, HIDDEN), "pool.b": normal(HIDDEN), "class.w": normal(HIDDEN, 1), "class.b": normal(1)}
    return w


def logit(w: dict[str, np.ndarray], ids: list[int], types: list[int]) -> float:
    """From the definition, in double precision."""
    w = {name: value.astype(np.float64) for name, value in w.items()}

    def norm(x, at):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12) * w[f"{at}.w"] + w[f"{at}.b"]

    linear = lambda x, at: x @ w[f"{at}.w"] + w[f"{at}.b"]
    x = norm(w["words"][ids] + w["places"][: len(ids)] + w["types"][types], "norm")
    for i in range(LAYERS):
        q, k, v = (linear(x, f"{i}.{p}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for p in "qkv")
        s = q @ k.transpose(0, 2, 1) / np.sqrt(HIDDEN / HEADS)
        s = np.exp(s - s.max(-1, keepdims=True))
        a = (s / s.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), HIDDEN)
        x = norm(x + linear(a, f"{i}.o"), f"{i}.n1")
        h = linear(x, f"{i}.in")
        h = h * (1 + np.vectorize(erf)(h / np.sqrt(2))) / 2
        x = norm(x + linear(h, f"{i}.out"), f"{i}.n2")
    return float(linear(np.tanh(linear(x[0], "pool")), "class")[0])


def graph(w: dict[str, np.ndarray]) -> onnx.ModelProto:
    nodes, constants = [], [numpy_helper.from_array(value, name) for name, value in w.items()]

    def op(kind, *inputs, **attributes):
        name = f"v{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(value, dtype=np.float32):
        name = f"c{len(constants)}"
        constants.append(numpy_helper.from_array(np.array(value, dtype), name))
        return name

    norm = lambda x, at: op("LayerNormalization", x, f"{at}.w", f"{at}.b", epsilon=1e-12)
    linear = lambda x, at: op("Add", op("MatMul", x, f"{at}.w"), f"{at}.b")
    one = constant([1], np.int64)
    count = op("Gather", op("Shape", "input_ids"), one)
    places = op("Slice", "places", constant([0], np.int64), count)
    x = op("Add", op("Add", op("Gather", "words", "input_ids"), places), op("Gather", "types", "token_type_ids"))
    x = norm(x, "norm")
    hidden = op("Cast", "attention_mask", to=TensorProto.FLOAT)
    bar = op("Mul", op("Sub", constant(1.0), hidden), constant(-1e9))
    bar = op("Unsqueeze", bar, constant([1, 2], np.int64))
    split = constant([0, 0, HEADS, HIDDEN // HEADS], np.int64)
    for i in range(LAYERS):
        q, k, v = (op("Transpose", op("Reshape", linear(x, f"{i}.{p}"), split), perm=[0, 2, 1, 3]) for p in "qkv")
        s = op("Mul", op("MatMul", q, op("Transpose", k, perm=[0, 1, 3, 2])), constant(1 / np.sqrt(HIDDEN / HEADS)))
        a = op("MatMul", op("Softmax", op("Add", s, bar), axis=-1), v)
        a = op("Reshape", op("Transpose", a, perm=[0, 2, 1, 3]), constant([0, 0, HIDDEN], np.int64))
        x = norm(op("Add", x, linear(a, f"{i}.o")), f"{i}.n1")
        h = linear(x, f"{i}.in")
        e = op("Add", op("Erf", op("Mul", h, constant(1 / np.sqrt(2)))), constant(1.0))
        h = op("Mul", op("Mul", h, e), constant(0.5))
        x = norm(op("Add", x, linear(h, f"{i}.out")), f"{i}.n2")
    first = op("Gather", x, constant(0, np.int64), axis=1)
    out = linear(op("Tanh", linear(first, "pool")), "class")
    nodes.append(helper.make_node("Identity", [out], ["logits"]))
    ids = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in ("input_ids", "attention_mask", "token_type_ids")]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])
    made = helper.make_graph(nodes, "tiny-cross", ids, [logits], constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    t = tokenizer()
    w = weights(t.get_vocab_size())
    (TARGET / "onnx").mkdir(parents=True, exist_ok=True)
    model = graph(w)
    onnx.checker.check_model(model)
    onnx.save(model, TARGET / "onnx" / "model_quantized.onnx")
    t.save(str(TARGET / "tokenizer.json"), pretty=False)
    config = {"model_type": "bert", "architectures": ["BertForSequenceClassification"], "num_labels": 1, "hidden_size": HIDDEN, "max_position_embeddings": MAX}
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    settings = {"tokenizer_class": "BertTokenizer", "model_max_length": MAX, **special}
    rows = []
    for query, passage in PAIRS:
        e = t.encode(query, passage)
        ids, types = list(e.ids), list(e.type_ids)
        if len(ids) > MAX:
            ids, types = [*ids[: MAX - 1], ids[-1]], [*types[: MAX - 1], types[-1]]
        rows.append({"query": query, "passage": passage, "tokens": len(ids), "logit": logit(w, ids, types)})
    for name, value in {"config.json": config, "tokenizer_config.json": settings, "reference.json": rows}.items():
        (TARGET / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


main()
