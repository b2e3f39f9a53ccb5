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


def read_bert(path: Path, heads: int) -> Bert:
    """The export keeps names on embeddings, biases and norms; a matrix is named after the MatMul that uses it."""
    graph = onnx.load(path).graph
    tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    weights = {name: w for name, w in tensors.items() if name.startswith(("embeddings.", "encoder."))}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in tensors:
            weights[node.name.strip("/").replace("/MatMul", "/weight").replace("/", ".")] = tensors[node.input[1]]
    hidden = weights["embeddings.word_embeddings.weight"].shape[1]
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    return Bert(layers, heads, hidden, weights)
