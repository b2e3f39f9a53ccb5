"""
The form for CPUs: 8-bit matrices, one scale per output column, activations quantised as they come.

Codes are unsigned with zero point 128. Signed codes are the obvious choice and wrong: without VNNI, x86 multiplies
unsigned by signed bytes into saturating 16-bit pairs, and the Chinese model's vectors fell to cosine .77.
"""

import numpy as np
from graph import MICROSOFT, Graph
from onnx import TensorProto


class Int8:
    """
    `peaks`: per matrix name, the largest magnitude seen of each of its inputs (SmoothQuant, Xiao et al. 2023).

    A few of BERT's channels are ten times larger than the rest, and one scale for all wastes most codes on them. So
    input channel j is divided by s_j = peak_j^a / max|W_j|^(1-a) and row j of the matrix multiplied by it, which changes
    no product. The paper's a = .5 is too weak here: .75 took the Chinese model from .9955 to .998.
    """

    def __init__(self, peaks: dict[str, np.ndarray], strength: float = 0.75) -> None:
        self.peaks, self.strength = peaks, strength

    def linear(self, g: Graph, x: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str:
        smooth = self.smooth(weight, name)
        x = g.op("Mul", [x, g.constant(1 / smooth, f"{name}.smooth")])
        codes, scale = self.codes(weight, smooth, name)
        inputs = [
            x,
            g.constant((codes.astype(np.int16) + 128).astype(np.uint8), f"{name}.codes"),
            g.constant(scale[0], f"{name}.scale"),
            g.constant(np.full(scale.shape[1], 128, np.uint8), f"{name}.zero"),
        ]
        if bias is not None:
            inputs.append(g.constant(bias, f"{name}.bias"))
        return g.op("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)

    def smooth(self, weight: np.ndarray, name: str) -> np.ndarray:
        peak, widest = (np.maximum(v, 1e-5) for v in (self.peaks[name], np.abs(weight).max(axis=1)))
        smooth = peak**self.strength / widest ** (1 - self.strength)
        return (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)

    def codes(self, weight: np.ndarray, smooth: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Signed codes and the step of each column of the smoothed matrix."""
        return quantise(weight * smooth[:, None], axis=0)

    def table(self, table: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Signed codes and the step of each row."""
        return quantise(table, axis=1)

    def rows(self, g: Graph, table: np.ndarray, ids: str, name: str) -> str:
        return self._dequantised(g, table, name, lambda t: g.op("Gather", [t, ids]))

    def first_rows(self, g: Graph, table: np.ndarray, count: str, name: str) -> str:
        return self._dequantised(g, table, name, lambda t: g.op("Slice", [t, g.ints(0), count, g.ints(0)]))

    def _dequantised(self, g: Graph, table: np.ndarray, name: str, pick) -> str:
        codes, scale = self.table(table, name)
        picked = g.op("Cast", [pick(g.constant(codes, f"{name}.codes"))], to=TensorProto.FLOAT)
        return g.op("Mul", [picked, pick(g.constant(scale, f"{name}.scale"))])


def quantise(matrix: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric codes in [-127, 127], and the scales along `axis` (the axis that is reduced)."""
    scale = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), 1e-12) / 127
    return np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8), scale.astype(np.float32)
