import { EngineError } from './errors.ts';
import type { ModelKey } from './types.ts';

/** What a text is about, token by token: vocabulary ids, ascending, and the impact of each, 1–255. */
export interface SparseVector {
  readonly indices: Uint32Array;
  readonly values: Uint8Array;
}

/** Sparse vectors of many texts: text `i` has the entries `offsets[i]` to `offsets[i + 1]` (exclusive) of the two lists. */
export interface SparseRows {
  /** rows + 1, ascending from 0. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** Vocabulary ids, ascending within a text. */
  readonly indices: Uint32Array<ArrayBuffer>;
  /** Impacts, 1–255. */
  readonly values: Uint8Array<ArrayBuffer>;
}

/**
 * A learned-sparse head on a frozen encoder: the weight of a token is ReLU(weights · its vector + bias), its impact that
 * times `scale`, in whole numbers up to 255. Lies beside the model as `sparse-head.json`, which `decodeSparseHead` reads.
 */
export interface SparseHead {
  /** The weights of the encoder that it belongs to: `ModelCard.encoderKey`. */
  readonly model: ModelKey;
  readonly weights: Float32Array;
  readonly bias: number;
  readonly scale: number;
  /** The heaviest so many tokens are kept. */
  readonly keep: number;
  /** Ids that are never words: [CLS], [SEP], [UNK] and the like. */
  readonly special: ReadonlySet<number>;
}

/**
 * The sparse vector of a text from its token vectors.
 *
 * Shapes   tokens: n × dim, row-major, the encoder's last hidden state; ids: n.
 * Rule     special tokens and the first `leading` ones (a query's instruction) are dropped; a token that repeats has its
 *          largest impact; of more than `keep` the heaviest stay, the lower id winning a tie; an impact of 0 is dropped.
 * Cost     n × dim multiply-adds.
 * Source   BGE-M3 (Chen et al. 2024), section 3.1, "lexical retrieval"; the bias and the rounding are ours.
 */
export function sparseVector(
  head: SparseHead,
  tokens: Float32Array,
  ids: ArrayLike<number>,
  leading = 0,
): SparseVector {
  const dim = head.weights.length;
  const impacts = new Map<number, number>();
  for (let t = leading; t < ids.length; t++) {
    const id = ids[t]!;
    if (head.special.has(id)) continue;
    let weight = head.bias;
    for (let j = 0; j < dim; j++) weight += head.weights[j]! * tokens[t * dim + j]!;
    const impact = Math.min(255, Math.round(weight * head.scale));
    if (impact > (impacts.get(id) ?? 0)) impacts.set(id, impact);
  }
  const heaviest = [...impacts].sort(([a, x], [b, y]) => y - x || a - b).slice(0, head.keep);
  heaviest.sort(([a], [b]) => a - b);
  return {
    indices: Uint32Array.from(heaviest, ([id]) => id),
    values: Uint8Array.from(heaviest, ([, impact]) => impact),
  };
}

/** Vectors one after another, in order. Cost: one copy. */
export function sparseRows(vectors: readonly SparseVector[]): SparseRows {
  const offsets = new Uint32Array(vectors.length + 1);
  for (const [i, { indices }] of vectors.entries()) offsets[i + 1] = offsets[i]! + indices.length;
  const rows = { offsets, indices: new Uint32Array(offsets.at(-1)!), values: new Uint8Array(offsets.at(-1)!) };
  for (const [i, { indices, values }] of vectors.entries()) {
    rows.indices.set(indices, offsets[i]);
    rows.values.set(values, offsets[i]);
  }
  return rows;
}

/** Vector `row`, as views. */
export function sparseRow({ offsets, indices, values }: SparseRows, row: number): SparseVector {
  const [from, to] = [offsets[row]!, offsets[row + 1]!];
  return { indices: indices.subarray(from, to), values: values.subarray(from, to) };
}

/** The rows of `wanted`, in that order. Cost: one copy of them. */
export function selectSparse(rows: SparseRows, wanted: readonly number[]): SparseRows {
  return sparseRows(wanted.map((row) => sparseRow(rows, row)));
}

/** Σ over shared tokens of the products of their impacts and `weigh` of the token. Cost: one pass over both. */
export function sparseDot(a: SparseVector, b: SparseVector, weigh: (id: number) => number = () => 1): number {
  let [sum, i, j] = [0, 0, 0];
  while (i < a.indices.length && j < b.indices.length) {
    const id = a.indices[i]!;
    const difference = id - b.indices[j]!;
    if (difference === 0) sum += a.values[i++]! * b.values[j++]! * weigh(id);
    else if (difference < 0) i++;
    else j++;
  }
  return sum;
}

/** What `sparse-head.json` holds besides the head: where it comes from and how well it does. */
export interface SparseHeadFile {
  readonly format: 2;
  readonly model: ModelKey;
  readonly keep: number;
  readonly scale: number;
  readonly special: readonly number[];
  readonly bias: number;
  readonly weights: readonly number[];
  readonly trainedOn: readonly string[];
  readonly licence: string;
  /** Collection → nDCG@10 of plain token overlap and of the head, and whether it was trained on those documents. */
  readonly report: Readonly<Record<string, { overlap: number; head: number; inDomain: boolean; questions: number }>>;
}

/**
 * The head in a `sparse-head.json`.
 *
 * @param model the encoder's own key, without heads (`ModelCard.encoderKey`).
 * @throws EngineError `model-corrupt` if it is not one, `model-mismatch` if it belongs to other weights than `model`.
 */
export function decodeSparseHead(file: unknown, model: ModelKey, dim: number): SparseHead {
  const { format, model: of, keep, scale, special, bias, weights } = (file ?? {}) as Partial<SparseHeadFile>;
  const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite);
  const sound =
    format === 2 && numbers(weights) && numbers(special) && numbers([bias, scale]) && Number.isInteger(keep);
  if (!sound || weights.length !== dim || keep! < 1 || scale! <= 0) {
    throw new EngineError(
      'model-corrupt',
      `Expected a sparse head with ${dim} weights, got something else; fetch it anew.`,
    );
  }
  if (of !== model) {
    throw new EngineError(
      'model-mismatch',
      `Expected a sparse head of “${model}”, got one of “${of}”; fetch the model anew.`,
    );
  }
  return {
    model,
    weights: Float32Array.from(weights),
    bias: bias!,
    scale: scale!,
    keep: keep!,
    special: new Set(special),
  };
}
