"""
The graph for GPUs: the same weights, read from the same file.

WebGPU has no 8-bit matrix product, so each matrix is dequantised and multiplied in floating point. An ONNX graph may
name another file as the place of its weights: this one names the CPU form's file and the places in it, so the graph
itself is some 50 KB and one download serves both.
"""

import numpy as np
import onnx
from bert import Bert
from graph import Graph, bert_graph
from int8 import Int8
from onnx import TensorProto

WEIGHTS = "weights"
"""What the graph calls the file; the caller says which bytes that is."""


class Dequantised(Int8):
    """`form` made the weights."""

    def __init__(self, form: Int8) -> None:
        self.form = form

    def linear(self, g: Graph, x: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str:
        smooth = self.form.smooth(weight, name)
        matrix = [g.constant(weight, f"{name}.{part}") for part in ("codes", "scale", "zero")]
        y = g.op("Mul", [x, g.constant(1 / smooth, f"{name}.smooth")])
        y = g.op("MatMul", [y, g.op("DequantizeLinear", matrix, axis=1)])
        return y if bias is None else g.op("Add", [y, g.constant(bias, f"{name}.bias")])

    def _dequantised(self, g: Graph, table: np.ndarray, name: str, pick) -> str:
        parts = [g.constant(table, f"{name}.{part}") for part in ("codes", "scale")]
        return pick(g.op("DequantizeLinear", parts, axis=0))


def webgpu_graph(bert: Bert, form: Int8, cpu: bytes, name: str) -> onnx.ModelProto:
    """`cpu`: the serialised CPU form. Whatever constant it has too is read from there."""
    model = bert_graph(bert, Dequantised(form), name, masked=False)
    there = {tensor.name: tensor for tensor in onnx.load_from_string(cpu).graph.initializer}
    for tensor in model.graph.initializer:
        source = there[tensor.name]
        if len(source.raw_data) < 1024:
            tensor.CopyFrom(source)
            continue
        at = cpu.index(source.raw_data)
        shape = source.dims[:1] if tensor.name in ("words.scale", "positions.scale") else source.dims
        tensor.CopyFrom(TensorProto(name=tensor.name, data_type=source.data_type, dims=shape, data_location=TensorProto.EXTERNAL))
        for key, value in {"location": WEIGHTS, "offset": at, "length": len(source.raw_data)}.items():
            tensor.external_data.append(onnx.StringStringEntryProto(key=key, value=str(value)))
    return model
