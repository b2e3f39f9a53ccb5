"""
The small form: the int8 form again, with codes so coarse that DEFLATE halves the file.

Nothing new has to run. The graph is the int8 graph and the codes are bytes; only, the steps between them are so wide
that a matrix has some twenty different codes, near zero mostly. A uniform quantiser whose codes are entropy-coded needs
fewer bits for the same error than 4-bit blocks with scales of their own (Gish & Pierce 1968: within a quarter bit of
the best there is), and what decodes it, DEFLATE, is built into every browser.

Codes are chosen by GPTQ (Frantar et al. 2023): matrix rows are rounded one after another, and each row's error is made
up for by the rows to come, as far as their inputs go together on the calibration texts.
"""

import zlib

import numpy as np
from int8 import Int8
from tokenizers import Tokenizer


class Coarse(Int8):
    """
    `moments`: per matrix name, the mean of x xᵀ over the calibration tokens.
    `bits`: wanted entropy per code of the attention's matrices, the feed-forward ones, the words and the positions.
    `reachable`: per token id, whether any text can have it.
    """

    def __init__(self, peaks: dict[str, np.ndarray], moments: dict[str, np.ndarray], bits: dict[str, float], reachable: np.ndarray) -> None:
        super().__init__(peaks)
        self.moments, self.bits, self.reachable = moments, bits, reachable

    def codes(self, weight: np.ndarray, smooth: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
        weight = (weight * smooth[:, None]).astype(np.float64)
        feed = name.endswith((".intermediate", ".output")) and not name.endswith(".attention.output")
        step = steps_for(weight, self.bits["feed" if feed else "attention"], axis=0)
        moment = self.moments[name] / smooth[:, None] / smooth[None, :]
        return gptq(weight, moment, step[0]), step.astype(np.float32)

    def table(self, table: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
        # Rows that no text can ask for are left empty: they cost nothing.
        asked = self.reachable if name == "words" else np.ones(len(table), bool)
        codes, step = np.zeros(table.shape, np.int8), np.ones((len(table), 1), np.float32)
        step[asked] = steps_for(table[asked], self.bits[name], axis=1)
        codes[asked] = rounded(table[asked] / step[asked])
        return codes, step


def rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), -127, 127).astype(np.int8)


def entropy(codes: np.ndarray) -> float:
    """Bits per code, of codes that know nothing of one another."""
    share = np.bincount(codes.ravel().astype(np.int16) + 128, minlength=256) / codes.size
    return float(-(share[share > 0] * np.log2(share[share > 0])).sum())


def steps_for(values: np.ndarray, bits: float, axis: int) -> np.ndarray:
    """
    Steps, one per column (`axis` 0) or row (1), at which rounded `values` have an entropy of `bits`.

    They grow with the square root of a column's spread, but let its largest value keep a code. Found by halving, as
    entropy falls with the steps.
    """
    least = np.maximum(np.abs(values).max(axis=axis, keepdims=True), 1e-6) / 127
    spread = np.sqrt(np.sqrt((values**2).mean(axis=axis, keepdims=True)) + 1e-9)
    low, high = (least / spread).min(), 127 * (least / spread).max()
    for _ in range(24):
        middle = (low * high) ** 0.5
        found = entropy(rounded(values / np.maximum(middle * spread, least)))
        low, high = (middle, high) if found > bits else (low, middle)
    return np.maximum(high * spread, least)


def gptq(weight: np.ndarray, moment: np.ndarray, step: np.ndarray, damp: float = 0.01, block: int = 64) -> np.ndarray:
    """Codes of `weight` (inputs × outputs) at `step` per output, rounded with the inputs' second `moment` in mind."""
    inputs = len(weight)
    order = np.argsort(-np.diag(moment), kind="stable")
    w, moment = weight[order].copy(), moment[np.ix_(order, order)].astype(np.float64)
    moment[np.diag_indices(inputs)] += damp * np.diag(moment).mean()
    upper = np.linalg.cholesky(np.linalg.inv(moment)).T
    codes = np.empty(w.shape, np.int8)
    for start in range(0, inputs, block):
        end = min(start + block, inputs)
        errors = np.empty((end - start, w.shape[1]))
        for k in range(start, end):
            codes[k] = rounded(w[k] / step)
            errors[k - start] = (w[k] - codes[k] * step) / upper[k, k]
            w[k + 1 : end] -= np.outer(upper[k, k + 1 : end], errors[k - start])
        w[end:] -= upper[start:end, end:].T @ errors
    return codes[np.argsort(order)]


def reachable(tokenizer: Tokenizer) -> np.ndarray:
    """
    Per token id, whether any text can have it. A word piece cannot be met if the normaliser would change it or the
    pre-tokeniser split it: `[unused7]`, and the 7,400 Chinese characters that the Chinese vocabulary also has as `##字`.
    """
    special = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    vocabulary = tokenizer.get_vocab()
    met = np.zeros(max(vocabulary.values()) + 1, bool)
    for token, id in vocabulary.items():
        word = f"a{token[2:]}" if token.startswith("##") and len(token) > 2 else token
        parts = tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(word))
        met[id] = token in special or [part for part, _ in parts] == [word]
    return met


def pack(data: bytes) -> bytes:
    """Raw DEFLATE. Short matches are passed over: in codes like these they cost more than they save."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 8, zlib.Z_FILTERED)
    return deflate.compress(data) + deflate.flush()
