"""
Tunes the two upper layers of the Chinese model on questions in plain words; writes `tuned-zh.npz`, which make.py adds.

    python tune.py --fp32 <bge-small-zh-v1.5.onnx> --repositories <folder> --train <shared/train> --collections <shared/eval>

`--repositories` holds bare Git repositories as `<owner>+<name>/repo`, at the commits of tuning-sources.json. A run that
`--minutes` ends goes on where it was when it is called again.

A batch is of one kind of pair, and of documentation mostly of one repository, so that the passages that a question is
told from are about the same subject. The loss is InfoNCE over [CLS] and over MaxSim, and how far vectors have gone from
those of the untuned model: that is what keeps other subjects as they were. What is learned is written as 8-bit
differences to the published weights.
"""

import argparse
import json
import pickle
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from bert import read_bert
from sections import eighths, sections, shared_eighths, sources
from tokenizers import Tokenizer

HERE = Path(__file__).parent
UPPER = 2
"""Layers that are tuned. What the others make of a text is computed once."""
STEPS, WARM_UP, RATE = 397, 20, 4e-5
FADING = 450
"""Steps in which the rate would fall to nothing: the run that is shipped was ended at STEPS of them."""
QUESTIONS, PASSAGES = 24, 40
"""Of a batch."""
QUESTION_TOKENS, PASSAGE_TOKENS = 48, 96
TEMPERATURE, WORD_TEMPERATURE = 0.03, 0.02
WORDS, STAY = 0.5, 1.0
"""What MaxSim's loss and the distance from the untuned vectors count."""
SHARE = {"plain": 5, "heading": 1.5, "stard-law": 1, "zh-medical-qq": 0.8, "zh-medical-qa": 0.8, "cmrc2018": 0.9}
"""How often a kind of pair makes a batch."""
MOST = {"stard-law": 800, "zh-medical-qq": 1500, "zh-medical-qa": 1500, "cmrc2018": 1500, "heading": 2000}
NEGATIVES = 40
"""Sections of a repository that no question is about, beside those that one is."""
OVERLAP = 0.2
"""A section is left out if more than this share of its eight-character runs stands in the documentation that we judge on."""
JUDGED_DOCUMENTATION = "vue-docs-zh"
LENGTHS = (16, 32, 48, 64, 96, 128)


@dataclass
class Pairs:
    questions: list[str] = field(default_factory=list)
    positives: list[list[int]] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    """Batches are drawn group by group."""
    passages: list[str] = field(default_factory=list)
    others: dict[str, list[int]] = field(default_factory=dict)
    """Passages of a group that answer no question."""


class Encoder:
    """The model in float32: what is below the tuned layers, and those as a function of their weights."""

    def __init__(self, weights: Path, tokenizer: str, instruction: str):
        self.bert = read_bert(weights, 8)
        self.layers = [self.layer(i) for i in range(self.bert.layers)]
        self.tokenizer = Tokenizer.from_str(tokenizer)
        self.tokenizer.no_truncation()
        self.instruction = instruction
        self.leading = len(self.tokenizer.encode(instruction).ids) - 1  # [CLS] too
        self.lower = jax.jit(lambda x, mask: self.run(self.layers[:-UPPER], x, mask))

    def layer(self, i: int) -> dict[str, jax.Array]:
        prefix = f"encoder.layer.{i}."
        return {n.removeprefix(prefix): jnp.array(w) for n, w in self.bert.weights.items() if n.startswith(prefix)}

    def run(self, layers: list, x: jax.Array, mask: jax.Array) -> jax.Array:
        count, length, width = x.shape
        heads = self.bert.heads

        def norm(x, p, name):
            mean = x.mean(-1, keepdims=True)
            variance = ((x - mean) ** 2).mean(-1, keepdims=True)
            return (x - mean) / jnp.sqrt(variance + 1e-12) * p[f"{name}.weight"] + p[f"{name}.bias"]

        def linear(x, p, name):
            return x @ p[f"{name}.weight"] + p[f"{name}.bias"]

        for p in layers:
            part = lambda name: linear(x, p, f"attention.self.{name}").reshape(count, length, heads, -1).transpose(0, 2, 1, 3)
            q, k, v = part("query"), part("key"), part("value")
            scores = q @ k.transpose(0, 1, 3, 2) / (width // heads) ** 0.5 + jnp.where(mask, 0.0, -1e9)[:, None, None, :]
            mixed = (jax.nn.softmax(scores, -1) @ v).transpose(0, 2, 1, 3).reshape(count, length, width)
            x = norm(x + linear(mixed, p, "attention.output.dense"), p, "attention.output.LayerNorm")
            wide = jax.nn.gelu(linear(x, p, "intermediate.dense"), approximate=False)
            x = norm(x + linear(wide, p, "output.dense"), p, "output.LayerNorm")
        return x

    def below(self, texts: list[str], longest: int) -> list[np.ndarray]:
        """What the lower layers make of each text: tokens × width in float16."""
        word, place, kind = (self.bert[f"embeddings.{n}_embeddings.weight"] for n in ("word", "position", "token_type"))
        ids = [self.tokenizer.encode(text[:1400]).ids for text in texts]
        ids = [one if len(one) <= longest else one[: longest - 1] + one[-1:] for one in ids]
        found: list[np.ndarray] = [np.empty(0)] * len(ids)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        for at in range(0, len(order), 32):
            batch = order[at : at + 32]
            length = next(n for n in LENGTHS if n >= len(ids[batch[-1]]))
            padded, mask = np.zeros((32, length), int), np.zeros((32, length), bool)
            mask[:, 0] = True
            for row, i in enumerate(batch):
                padded[row, : len(ids[i])] = ids[i]
                mask[row, : len(ids[i])] = True
            x = word[padded] + place[:length] + kind[0]
            mean = x.mean(-1, keepdims=True)
            x = (x - mean) / np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-12)
            x = x * self.bert["embeddings.LayerNorm.weight"] + self.bert["embeddings.LayerNorm.bias"]
            hidden = np.asarray(self.lower(x.astype(np.float32), mask), np.float16)
            for row, i in enumerate(batch):
                found[i] = hidden[row, : len(ids[i])].copy()
        return found


def documentation(folder: Path, collections: Path, rng: np.random.Generator) -> dict[str, Pairs]:
    """Questions in plain words and headings, each with its section."""
    judged = (collections / JUDGED_DOCUMENTATION / "corpus.jsonl").read_text("utf-8").splitlines()
    known = set().union(*(eighths(json.loads(line)["text"]) for line in judged))
    asked = defaultdict(list)
    for line in (HERE / "tuning-questions.tsv").read_text("utf-8").splitlines()[1:]:
        repository, path, number, question = line.split("\t")
        asked[repository].append((path, int(number), question))
    plain, headings, all_sections = Pairs(), Pairs(), []
    for repository, source in sources().items():
        found = sections(folder, repository, source["commit"], source["paths"])
        found = [section for section in found if shared_eighths(section.body, known) <= OVERLAP]
        all_sections += [section for section in found if section.headings]
        place = {(section.path, section.number): section for section in found}
        start = {}
        for path, number, question in asked[repository]:
            start.setdefault((path, number), len(plain.passages))
            if start[path, number] == len(plain.passages):
                plain.passages.append(place[path, number].text)
            plain.questions.append(question)
            plain.positives.append([start[path, number]])
            plain.groups.append(repository)
        rest = [section for section in found if (section.path, section.number) not in start]
        chosen = rng.permutation(len(rest))[:NEGATIVES]
        plain.others[repository] = [*range(len(plain.passages), len(plain.passages) + len(chosen))]
        plain.passages += [rest[i].text for i in chosen]
    for i in rng.permutation(len(all_sections))[: MOST["heading"]]:
        headings.questions.append(all_sections[i].headings[-1])
        headings.positives.append([len(headings.passages)])
        headings.groups.append(all_sections[i].repository)
        headings.passages.append(all_sections[i].headless)
    return {"plain": plain, "heading": headings}


def collection(name: str, train: Path, collections: Path, rng: np.random.Generator) -> Pairs:
    """Training questions with the passages of the collection that answer them."""
    rows = [json.loads(line) for line in (collections / name / "corpus.jsonl").read_text("utf-8").splitlines()]
    texts = {row["_id"]: "\n".join(part for part in (row.get("title"), row["text"]) if part) for row in rows}
    lines = [json.loads(line) for line in (train / f"{name}.jsonl").read_text("utf-8").splitlines()]
    pairs, at = Pairs(), {}
    for i in rng.permutation(len(lines))[: MOST[name]]:
        answers = [answer for answer in lines[i]["pos"] if answer in texts]
        if not answers:
            continue
        for answer in answers:
            if answer not in at:
                at[answer] = len(pairs.passages)
                pairs.passages.append(texts[answer])
        pairs.questions.append(lines[i]["query"])
        pairs.positives.append([at[answer] for answer in answers])
        pairs.groups.append(name)
    return pairs


@dataclass
class Batches:
    """Batches of one kind of pair."""

    pairs: Pairs
    questions: list[np.ndarray]
    passages: list[np.ndarray]

    def __post_init__(self):
        self.groups = defaultdict(list)
        for i, group in enumerate(self.pairs.groups):
            self.groups[group].append(i)

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
        names = list(self.groups)
        sizes = np.array([len(self.groups[name]) for name in names], float)
        rows: list[int] = []
        group = ""
        while len(rows) < QUESTIONS:
            drawn = names[rng.choice(len(names), p=sizes / sizes.sum())]
            group = group or drawn
            fresh = [i for i in self.groups[drawn] if i not in rows]
            rows += [int(i) for i in rng.permutation(fresh)[: QUESTIONS - len(rows)]]
        used = list(dict.fromkeys(int(rng.choice(self.pairs.positives[i])) for i in rows))
        rest = self.pairs.others.get(group) or [i for i in range(len(self.passages)) if i not in used]
        used += [int(i) for i in rng.permutation([i for i in rest if i not in used])[: PASSAGES - len(used)]]
        right = np.zeros((QUESTIONS, PASSAGES), bool)
        for row, i in enumerate(rows):
            right[row, : len(used)] = [passage in self.pairs.positives[i] for passage in used]
        valid = np.arange(PASSAGES) < len(used)
        padded = used + [used[0]] * (PASSAGES - len(used))
        asked = pad([self.questions[i] for i in rows], QUESTION_TOKENS)
        return *asked, *pad([self.passages[i] for i in padded], PASSAGE_TOKENS), right, valid


def pad(texts: list[np.ndarray], length: int) -> tuple[np.ndarray, np.ndarray]:
    x, mask = np.zeros((len(texts), length, texts[0].shape[1]), np.float32), np.zeros((len(texts), length), bool)
    for row, text in enumerate(texts):
        x[row, : len(text)] = text[:length]
        mask[row, : len(text)] = True
    return x, mask


def unit(x: jax.Array) -> jax.Array:
    return x / jnp.linalg.norm(x, axis=-1, keepdims=True)


def info_nce(scores: jax.Array, right: jax.Array) -> jax.Array:
    return (jax.nn.logsumexp(scores, 1) - jax.nn.logsumexp(jnp.where(right, scores, -1e9), 1)).mean()


def step_of(encoder: Encoder):
    untuned = encoder.layers[-UPPER:]

    def loss(weights, q, q_mask, p, p_mask, right, valid):
        asked, answers = unit(encoder.run(weights, q, q_mask)), unit(encoder.run(weights, p, p_mask))
        before = [unit(encoder.run(untuned, x, mask)[:, 0]) for x, mask in ((q, q_mask), (p, p_mask))]
        whole = jnp.where(valid, asked[:, 0] @ answers[:, 0].T / TEMPERATURE, -1e9)
        words, word_mask = asked[:, encoder.leading :], q_mask[:, encoder.leading :]
        near = jnp.einsum("qtc,puc->qptu", words, answers)
        near = jnp.where(p_mask[None, :, None, :], near, -1).max(-1)
        word_scores = (near * word_mask[:, None]).sum(-1) / word_mask.sum(-1)[:, None]
        word_scores = jnp.where(valid, word_scores / WORD_TEMPERATURE, -1e9)
        gone = sum((1 - (old * new[:, 0]).sum(-1)).mean() for old, new in zip(before, (asked, answers), strict=True))
        parts = info_nce(whole, right), info_nce(word_scores, right), gone
        return parts[0] + WORDS * parts[1] + STAY * parts[2], jnp.stack(parts)

    @jax.jit
    def step(weights, first, second, at, rate, *batch):
        """Adam (Kingma & Ba 2015), β₂ .98."""
        (_, parts), slope = jax.value_and_grad(loss, has_aux=True)(weights, *batch)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.98 * v + 0.02 * g * g, second, slope)
        move = lambda w, m, v: w - rate * (m / (1 - 0.9**at)) / (jnp.sqrt(v / (1 - 0.98**at)) + 1e-8)
        return jax.tree.map(move, weights, first, second), first, second, parts

    return step


def differences(encoder: Encoder, weights: list) -> dict[str, np.ndarray]:
    """In 8 bits, with a scale for each column of a matrix and one for each vector."""
    found = {}
    for i, (tuned, untuned) in enumerate(zip(weights, encoder.layers[-UPPER:], strict=True)):
        for name, value in tuned.items():
            change = np.asarray(value) - np.asarray(untuned[name])
            scale = np.maximum(np.abs(change).max(0, keepdims=change.ndim == 1), 1e-12).astype(np.float32) / 127
            key = f"encoder.layer.{encoder.bert.layers - UPPER + i}.{name}"
            found[f"{key}.scale"], found[key] = scale, np.rint(change / scale).astype(np.int8)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("fp32", "repositories", "train", "collections"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--without", nargs="*", default=[], help="kinds of pair left out, to see what is learned of them by others")
    arguments.add_argument("--minutes", type=float, default=1e9)
    arguments.add_argument("--out", type=Path, default=HERE / "tuned-zh.npz")
    options = arguments.parse_args()
    state = options.out.with_suffix(".state")
    model = HERE.parents[1] / "public" / "models" / "bge-small-zh-v1.5"
    instruction = json.loads((model / "model.json").read_text("utf-8"))["queryInstruction"]
    encoder = Encoder(options.fp32, (model / "tokenizer.json").read_text("utf-8"), instruction)
    started = time.monotonic()
    if state.exists():
        batches, weights, first, second, done = pickle.loads(state.read_bytes())
    else:
        rng = np.random.default_rng(1)
        pairs = documentation(options.repositories, options.collections, rng)
        pairs |= {name: collection(name, options.train, options.collections, rng) for name in SHARE if name not in pairs}
        batches = {}
        for name, one in pairs.items():
            if name not in options.without:
                asked = encoder.below([instruction + question for question in one.questions], QUESTION_TOKENS)
                batches[name] = Batches(one, asked, encoder.below(one.passages, PASSAGE_TOKENS))
                print(name, len(one.questions), len(one.passages), round(time.monotonic() - started), flush=True)
        weights, done = encoder.layers[-UPPER:], 0
        first = second = jax.tree.map(jnp.zeros_like, weights)
    names = list(batches)
    share = np.array([SHARE[name] for name in names]) / sum(SHARE[name] for name in names)
    step = step_of(encoder)
    sums = []
    while done < STEPS and time.monotonic() - started < options.minutes * 60:
        done += 1
        rng = np.random.default_rng(1000 + done)
        batch = batches[names[rng.choice(len(names), p=share)]].draw(rng)
        rate = RATE * min(1, done / WARM_UP) * max(0.05, 1 - done / FADING)
        weights, first, second, parts = step(weights, first, second, done, rate, *batch)
        sums.append(np.asarray(parts))
        if done % 25 == 0:
            print(done, np.round(np.mean(sums[-25:], 0), 3), round(time.monotonic() - started), flush=True)
    if done < STEPS:
        state.write_bytes(pickle.dumps((batches, weights, first, second, done)))
        sys.exit(3)
    np.savez_compressed(options.out, **differences(encoder, weights))
    state.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
