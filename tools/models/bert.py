"""The weights of a BERT encoder, read from the published fp32 ONNX export."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper


@dataclass(frozen=True)
class Bert:
    layers: int
    heads: int
    hidden: int
    weights: dict[str, np.ndarray]
    """By their PyTorch names; matrices are stored input × output, as MatMul takes them."""

    def __getitem__(self, name: str) -> np.ndarray:
        return self.weights[name]


def tensor_names(graph: onnx.GraphProto) -> dict[str, str]:
    """The export keeps names on embeddings, biases and norms; a matrix is named after the MatMul that uses it."""
    tensors = {tensor.name for tensor in graph.initializer}
    names = {name: name for name in tensors if name.startswith(("embeddings.", "encoder."))}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in tensors:
            names[node.name.strip("/").replace("/MatMul", "/weight").replace("/", ".")] = node.input[1]
    return names


def read_bert(path: Path, heads: int) -> Bert:
    graph = onnx.load(path).graph
    tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    weights = {name: tensors[tensor] for name, tensor in tensor_names(graph).items()}
    hidden = weights["embeddings.word_embeddings.weight"].shape[1]
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    return Bert(layers, heads, hidden, weights)


def write_bert(bert: Bert, source: Path, target: Path) -> None:
    """The export at `source` with the weights of `bert` in place of its own."""
    model = onnx.load(source)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for name, tensor in tensor_names(model.graph).items():
        tensors[tensor].CopyFrom(numpy_helper.from_array(np.asarray(bert[name], np.float32), tensor))
    onnx.save(model, target)
