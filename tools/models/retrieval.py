"""
What a form of the weights does to retrieval: nDCG@10 of dense search alone, whole collections, documents cut at
`--tokens`, with the 95 % interval of the mean difference to the fp32 weights (bootstrap over questions).

    python retrieval.py ../../../shared/eval/{scifact,cranfield,vue-docs-en} --language en --weights <onnx files>

Vectors are kept in `--cache`, so a run goes on where another stopped.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from make import HERE, MODELS, float_model, onnx_bytes
from tokenizers import Tokenizer

OPTIONS = onnxruntime.SessionOptions()
OPTIONS.intra_op_num_threads = 1


def vectors(weights: Path, texts: list[str], tokenizer: Tokenizer, cache: Path) -> np.ndarray:
    """Sentence vectors of length 1, one text at a time, as the product does."""
    name = hashlib.sha256("\0".join([hashlib.sha256(weights.read_bytes()).hexdigest(), *texts]).encode()).hexdigest()
    kept = cache / f"{name[:24]}.npy"
    if kept.exists():
        return np.load(kept)
    session = onnxruntime.InferenceSession(onnx_bytes(weights), OPTIONS, providers=["CPUExecutionProvider"])
    # In our graphs the length of `token_type_ids` says how many rows are wanted; the export takes one per token.
    ours = session.get_modelmeta().producer_name == "nearfield"
    rows = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids[:, :1] if ours else ids)}
        vector = session.run(None, feeds)[0][0, 0]
        rows.append(vector / np.linalg.norm(vector))
    np.save(kept, np.array(rows, np.float32))
    return np.array(rows, np.float32)


def ndcg(scores: np.ndarray, gains: np.ndarray) -> float:
    discount = 1 / np.log2(np.arange(2, 12))
    best = np.sort(gains)[::-1][:10]
    found = gains[np.argsort(-scores, kind="stable")[:10]]
    return float((found * discount[: len(found)]).sum() / (best * discount[: len(best)]).sum())


def judged(collection: Path) -> tuple[list[str], list[str], np.ndarray]:
    """Documents, questions that have an answer among them, and gains, questions × documents."""
    read = lambda name: [json.loads(line) for line in (collection / name).read_text("utf-8").splitlines() if line]
    documents, questions = read("corpus.jsonl"), read("queries.jsonl")
    column = {document["_id"]: i for i, document in enumerate(documents)}
    row = {question["_id"]: i for i, question in enumerate(questions)}
    gains = np.zeros((len(questions), len(documents)))
    for line in (collection / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        question, document, gain = line.split("\t")
        if question in row and document in column:
            gains[row[question], column[document]] = max(0, float(gain))
    kept = gains.any(axis=1)
    texts = [f"{d.get('title') or ''}\n{d['text']}".strip() for d in documents]
    return texts, [q["text"] for q, keep in zip(questions, kept) if keep], gains[kept]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("collections", type=Path, nargs="+", help="folders with corpus.jsonl, queries.jsonl, qrels.tsv")
    arguments.add_argument("--language", choices=list(MODELS), required=True)
    arguments.add_argument("--tokens", type=int, default=256, help="documents are cut to so many tokens")
    arguments.add_argument("--sources", type=Path, default=Path(tempfile.gettempdir()) / "nearfield-fp32")
    arguments.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "nearfield-vectors")
    arguments.add_argument("--weights", type=Path, nargs="*", default=[], help="files to compare with fp32")
    options = arguments.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)

    model = f"bge-small-{options.language}-v1.5"
    tokenizer = Tokenizer.from_file(str(HERE.parents[1] / "public" / "models" / model / "tokenizer.json"))
    tokenizer.enable_truncation(options.tokens)
    exported = float_model(options.language, options.sources)
    print("| collection | weights | nDCG@10 | difference to fp32 [95 %] |\n|---|---|---|---|")
    for collection in options.collections:
        documents, questions, gains = judged(collection)
        questions = [MODELS[options.language]["instruction"] + q for q in questions]
        base = None
        for weights in [exported, *options.weights]:
            found = vectors(weights, questions, tokenizer, options.cache)
            scores = found @ vectors(weights, documents, tokenizer, options.cache).T
            each = np.array([ndcg(s, g) for s, g in zip(scores, gains)])
            line = f"| {collection.name} | {weights.parent.name}/{weights.name} | {each.mean():.4f} |"
            if base is None:
                base, line = each, line + " – |"
            else:
                draws = np.random.default_rng(7).integers(0, len(each), (2000, len(each)))
                low, high = np.quantile((each - base)[draws].mean(axis=1), [0.025, 0.975])
                line += f" {(each - base).mean():+.4f} [{low:+.4f}, {high:+.4f}] |"
            print(line, flush=True)
