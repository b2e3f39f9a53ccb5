"""
Whether the int8 form made here is the one that is committed, but for the last bits of its floats.

`python make.py --models <folder>`, then `python same.py <folder>`. Peaks come from a floating-point pass whose last bits
depend on the processor, so a scale may differ in its seventh digit, and a weight that lies between two codes may be
rounded to the other. Everything else must be equal. The small form, whose codes are as coarse, has come out byte for
byte so far, and so have tokenizers and the graphs for GPUs; they are only compared by their hashes.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

COMMITTED = Path(__file__).parents[2] / "public" / "models"


def differences(made: onnx.ModelProto, committed: onnx.ModelProto) -> tuple[float, float, int]:
    """Greatest relative difference of a float to its tensor's largest, share of codes that differ, and by how much at most."""
    if [n.SerializeToString() for n in made.graph.node] != [n.SerializeToString() for n in committed.graph.node]:
        raise SystemExit("the graphs have different nodes")
    tensors = [{t.name: numpy_helper.to_array(t) for t in model.graph.initializer} for model in (made, committed)]
    if tensors[0].keys() != tensors[1].keys():
        raise SystemExit(f"the graphs have different tensors: {sorted(tensors[0].keys() ^ tensors[1].keys())}")
    relative, other, codes, levels = 0.0, 0, 0, 0
    for name, ours in tensors[0].items():
        theirs = tensors[1][name]
        if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
            raise SystemExit(f"{name} differs in type or shape")
        apart = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
        if ours.dtype == np.float32:
            relative = max(relative, float(apart.max(initial=0) / (np.abs(theirs).max(initial=0) or 1)))
        else:
            other, codes, levels = other + int((apart > 0).sum()), codes + ours.size, max(levels, int(apart.max(initial=0)))
    return relative, other / codes, levels


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("made", type=Path, help="folder that make.py wrote")
    made = arguments.parse_args().made
    failed = False
    for file in sorted(path.relative_to(COMMITTED) for path in COMMITTED.glob("*/*") if path.name != "sparse-head.json"):
        if file.name == "model.json":
            continue
        ours, theirs = (folder / file for folder in (made, COMMITTED))
        if hashlib.sha256(ours.read_bytes()).digest() == hashlib.sha256(theirs.read_bytes()).digest():
            print(f"{file}: equal")
        elif file.name == "model.onnx":
            relative, share, levels = differences(onnx.load(ours), onnx.load(theirs))
            same = relative < 1e-4 and share < 1e-4 and levels <= 1
            failed |= not same
            print(f"{file}: {'the same' if same else 'DIFFERENT'}; floats {relative:.1e}, {share:.1e} of the codes by {levels}")
        else:
            failed = True
            print(f"{file}: DIFFERENT")
    raise SystemExit(int(failed))
