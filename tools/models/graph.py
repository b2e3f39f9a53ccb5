"""Writes a BERT encoder as an ONNX graph of fused operators; how a matrix is stored is left to a `Form`."""

from typing import Protocol

import numpy as np
import onnx
from bert import Bert
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"


class Graph:
    """Nodes and constants, in the order they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, value: np.ndarray, name: str) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64), "ints_" + "_".join(map(str, values)))

    def op(self, kind: str, inputs: list[str], outputs: int = 1, domain: str = "", **attributes):
        names = [f"{kind.lower()}_{len(self.nodes)}" + (f"_{i}" if i else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, name=names[0], **attributes))
        return names[0] if outputs == 1 else names


class Form(Protocol):
    """How matrices and embeddings are stored and multiplied."""

    def linear(self, graph: Graph, x: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str: ...
    def rows(self, graph: Graph, table: np.ndarray, ids: str, name: str) -> str: ...
    def first_rows(self, graph: Graph, table: np.ndarray, count: str, name: str) -> str: ...


def bert_graph(bert: Bert, form: Form, name: str, masked: bool = True) -> onnx.ModelProto:
    """
    Inputs (int64): `input_ids` and `attention_mask`, batch × tokens, and `token_type_ids`, batch × rows.
    Output: `last_hidden_state`, batch × rows × hidden.

    BERT's token types are all zero for single texts, so type 0 is added to the positions once and for all, and only
    the *length* of `token_type_ids` counts: it says how many leading rows of the last layer are wanted. Given one, all
    that the last layer computes beyond keys and values is the [CLS] row. Fed in the usual way the graph is the usual one.
    """
    g = Graph()
    constant = lambda n: g.constant(bert[n], n)
    count = g.op("Shape", ["input_ids"], start=1, end=2)
    rows = g.op("Shape", ["token_type_ids"], start=1, end=2)
    mask = ["", g.op("Cast", ["attention_mask"], to=TensorProto.INT32)] if masked else []

    positions = bert["embeddings.position_embeddings.weight"] + bert["embeddings.token_type_embeddings.weight"][0]
    words = form.rows(g, bert["embeddings.word_embeddings.weight"], "input_ids", "words")
    x = g.op("Add", [words, form.first_rows(g, positions, count, "positions")])
    norm = [constant(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    x = g.op("LayerNormalization", [x, *norm], axis=-1, epsilon=1e-12)

    def skip_norm(x: str, skip: str, at: str) -> str:
        parts = [constant(f"{at}.LayerNorm.{part}") for part in ("weight", "bias")]
        inputs = [x, skip, *parts, constant(f"{at}.dense.bias")]
        return g.op("SkipLayerNormalization", inputs, domain=MICROSOFT, epsilon=1e-12)

    for i in range(bert.layers):
        layer = f"encoder.layer.{i}"

        def projection(x: str, *parts: str) -> list[str]:
            at = [f"{layer}.attention.self.{part}" for part in parts]
            weight = np.concatenate([bert[f"{a}.weight"] for a in at], axis=1)
            bias = np.concatenate([bert[f"{a}.bias"] for a in at])
            y = form.linear(g, x, weight, bias, f"{layer}." + "_".join(parts))
            if len(parts) == 1:
                return [y]
            return g.op("Split", [y, g.ints(*[bert.hidden] * len(parts))], outputs=len(parts), axis=2)

        if i < bert.layers - 1:
            qkv, skip = projection(x, "query", "key", "value"), x
        else:
            skip = g.op("Slice", [x, g.ints(0), rows, g.ints(1)])
            qkv = projection(skip, "query") + projection(x, "key", "value")
        heads = g.op("MultiHeadAttention", [*qkv, *mask], domain=MICROSOFT, num_heads=bert.heads)
        mixed = form.linear(g, heads, bert[f"{layer}.attention.output.dense.weight"], None, f"{layer}.attention.output")
        x = skip_norm(mixed, skip, f"{layer}.attention.output")
        wide = form.linear(g, x, bert[f"{layer}.intermediate.dense.weight"], None, f"{layer}.intermediate")
        wide = g.op("BiasGelu", [wide, constant(f"{layer}.intermediate.dense.bias")], domain=MICROSOFT)
        narrow = form.linear(g, wide, bert[f"{layer}.output.dense.weight"], None, f"{layer}.output")
        x = skip_norm(narrow, x, f"{layer}.output")

    g.nodes[-1].output[0] = "last_hidden_state"
    ints = lambda name, length: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", length])
    inputs = [ints("input_ids", "tokens"), ints("attention_mask", "tokens"), ints("token_type_ids", "rows")]
    inputs = inputs if masked else [inputs[0], inputs[2]]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "rows", bert.hidden])
    body = helper.make_graph(g.nodes, name, inputs, [output], list(g.constants.values()))
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=8, producer_name="nearfield")
