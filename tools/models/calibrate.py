"""What the matrices are fed: one pass of the fp32 model over the calibration texts."""

import numpy as np
import onnx
import onnxruntime
from bert import Bert
from graph import Graph, bert_graph


FIRST = 8


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


def input_statistics(bert: Bert, texts: list[list[int]]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """
    Of each matrix, by name, over all tokens of `texts` (token ids): max |x| per input channel, and the mean of x xᵀ.

    In the moments the first token counts `FIRST` times, as it becomes the sentence vector.
    """
    form = Tapped()
    model = bert_graph(bert, form, "calibration")
    for x in dict.fromkeys(form.inputs.values()):
        model.graph.output.append(onnx.helper.make_tensor_value_info(x, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = {x: [n for n, y in form.inputs.items() if y == x] for x in form.inputs.values()}
    peaks: dict[str, np.ndarray] = {}
    moments: dict[str, np.ndarray] = {}
    for text in texts:
        ids = np.array([text], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        for x, value in zip(names, session.run(list(names), feeds)):
            peaks[x] = np.maximum(peaks.get(x, 0), np.abs(value[0]).max(axis=0))
            rows = value[0].copy()
            rows[0] *= FIRST**0.5
            moments[x] = moments.get(x, 0) + rows.T.astype(np.float64) @ rows
    total = sum(len(text) for text in texts)
    of = lambda values: {name: value for x, value in values.items() for name in names[x]}
    return of(peaks), {name: moment / total for name, moment in of(moments).items()}
