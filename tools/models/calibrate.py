"""Which channels of which matrix's input are large: one pass of the fp32 model over the calibration texts."""

import numpy as np
import onnx
import onnxruntime
from bert import Bert
from graph import Graph, bert_graph


class Tapped:
    """The fp32 form, remembering the name of each matrix's input."""

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}

    def linear(self, g: Graph, x: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str:
        self.inputs[name] = x
        y = g.op("MatMul", [x, g.constant(weight, f"{name}.weight")])
        return y if bias is None else g.op("Add", [y, g.constant(bias, f"{name}.bias")])

    def rows(self, g: Graph, table: np.ndarray, ids: str, name: str) -> str:
        return g.op("Gather", [g.constant(table, name), ids])

    def first_rows(self, g: Graph, table: np.ndarray, count: str, name: str) -> str:
        return g.op("Slice", [g.constant(table, name), g.ints(0), count, g.ints(0)])


def input_peaks(bert: Bert, texts: list[list[int]]) -> dict[str, np.ndarray]:
    """Per matrix name, max |input| of each of its input channels over all tokens of `texts` (token ids)."""
    form = Tapped()
    model = bert_graph(bert, form, "calibration")
    for x in dict.fromkeys(form.inputs.values()):
        model.graph.output.append(onnx.helper.make_tensor_value_info(x, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    peaks: dict[str, np.ndarray] = {}
    for text in texts:
        ids = np.array([text], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        for name, value in zip(form.inputs, session.run(list(form.inputs.values()), feeds)):
            peaks[name] = np.maximum(peaks.get(name, 0), np.abs(value[0]).max(axis=0))
    return peaks
