import { EngineError } from './errors.ts';
import type { ModelKey } from './types.ts';

/** What a text is about, token by token: vocabulary ids, ascending, and how much each tells (above 0). */
export interface SparseVector {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/**
 * A learned-sparse head on a frozen encoder: the weight of a token is ReLU(weights · its vector + bias).
 * Lies beside the model as `sparse-head.json`, which `decodeSparseHead` reads.
 */
export interface SparseHead {
  readonly model: ModelKey;
  readonly weights: Float32Array;
  readonly bias: number;
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
 *          largest weight; of more than `keep` the heaviest stay, the lower id winning a tie.
 * Cost     n × dim multiply-adds.
 * Source   BGE-M3 (Chen et al. 2024), section 3.1, "lexical retrieval"; the bias is ours.
 */
export function sparseVector(head: SparseHead, tokens: Float32Array, ids: Int32Array, leading = 0): SparseVector {
  const dim = head.weights.length;
  const weights = new Map<number, number>();
  for (let t = leading; t < ids.length; t++) {
    const id = ids[t]!;
    if (head.special.has(id)) continue;
    let weight = head.bias;
    for (let j = 0; j < dim; j++) weight += head.weights[j]! * tokens[t * dim + j]!;
    if (weight > (weights.get(id) ?? 0)) weights.set(id, weight);
  }
  const heaviest = [...weights].sort(([a, x], [b, y]) => y - x || a - b).slice(0, head.keep);
  heaviest.sort(([a], [b]) => a - b);
  return {
    indices: Uint32Array.from(heaviest, ([id]) => id),
    values: Float32Array.from(heaviest, ([, weight]) => weight),
  };
}

/** Σ over shared tokens of the products of their weights. Cost: one pass over both. */
export function sparseDot(a: SparseVector, b: SparseVector): number {
  let [sum, i, j] = [0, 0, 0];
  while (i < a.indices.length && j < b.indices.length) {
    const difference = a.indices[i]! - b.indices[j]!;
    if (difference === 0) sum += a.values[i++]! * b.values[j++]!;
    else if (difference < 0) i++;
    else j++;
  }
  return sum;
}

/** What `sparse-head.json` holds besides the head: where it comes from and how well it does. */
export interface SparseHeadFile {
  readonly format: 1;
  readonly model: ModelKey;
  readonly keep: number;
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
 * @throws EngineError `model-corrupt` if it is not one, `model-mismatch` if it belongs to other weights than `model`.
 */
export function decodeSparseHead(file: unknown, model: ModelKey, dim: number): SparseHead {
  const { format, model: of, keep, special, bias, weights } = (file ?? {}) as Partial<SparseHeadFile>;
  const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite);
  const sound = format === 1 && numbers(weights) && numbers(special) && Number.isFinite(bias) && Number.isInteger(keep);
  if (!sound || weights.length !== dim || keep! < 1) {
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
  return { model, weights: Float32Array.from(weights), bias: bias!, keep: keep!, special: new Set(special) };
}
