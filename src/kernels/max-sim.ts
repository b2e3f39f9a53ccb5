import { type TokenMatrix, tokenBytes } from '../core/tokens.ts';
import { createKernels, type KernelForm } from './kernels.ts';
import { GROUP, preparedBytes } from './quantise.ts';
import type { Machine } from './segment.ts';
import { inverseLength, ZERO } from './token-levels.ts';

/**
 * Late interaction over vectors in 4 bits: for each word of the query the cosine with the passage's nearest vector,
 * averaged; in [−1, 1].
 *
 * Shapes   query: m × dim; each passage: n × tokenBytes(dim), see `quantiseTokens`. 0 where either is empty.
 * Errors   the query is rounded to 7 and 8 bits, which moves a cosine by .0007 (the standard deviation) where a vector
 *          has no preferred axis, and by .009 where it has but one: 1.009 is possible.
 * Cost     m · n · dim multiply-adds for all passages together (with SIMD some 15,000 million a second), and one copy of
 *          the passages into memory that is kept.
 * Source   Khattab & Zaharia 2020 (ColBERT), with the mean in place of the sum, and token vectors that were not trained
 *          for it: those of the bi-encoder itself.
 */
export type MaxSim = (query: TokenMatrix, passages: readonly Uint8Array[]) => Float32Array<ArrayBuffer>;

export function createMaxSim(form?: KernelForm): MaxSim {
  let machine: Machine | undefined;
  return (query, passages) => {
    machine ??= createKernels(form);
    return score(machine, query, passages);
  };
}

function score({ memory, kernels }: Machine, query: TokenMatrix, passages: readonly Uint8Array[]) {
  const { dim, rows: words } = query;
  const groups = Math.ceil(dim / GROUP);
  const bytes = tokenBytes(dim);
  const count = passages.reduce((sum, { length }) => sum + length, 0) / bytes;
  const room = Math.ceil(count / 8) * 8;
  const result = new Float32Array(passages.length);
  if (words.length === 0 || count === 0) return result;

  const folded = memory.scratch(groups * GROUP + preparedBytes(groups * GROUP) + room * (bytes + 4) + room / 8 + 64);
  const prepared = folded + groups * GROUP;
  const scores = prepared + preparedBytes(groups * GROUP);
  const levels = scores + room * 4;
  const present = levels + room * bytes;
  const { i8, u8, f32 } = memory.views;
  const lengths = new Float32Array(count);
  let at = levels;
  for (const passage of passages) {
    u8.set(passage, at);
    at += passage.length;
  }
  u8.fill(0, at, present);
  u8.fill(255, present, present + room / 8);
  for (let i = 0; i < count; i++) lengths[i] = inverseLength(u8, levels + i * bytes, levels + (i + 1) * bytes);

  for (let word = 0; word < words.length; word += dim) {
    let [most, sum] = [0, 0];
    for (let i = 0; i < dim; i++) most = Math.max(most, Math.abs(words[word + i]!));
    if (most === 0) continue;
    i8.fill(0, folded, prepared);
    for (let i = 0; i < dim; i++) sum += i8[folded + i] = Math.round((words[word + i]! * 127) / most);
    kernels.prepareInt4(folded, groups, prepared);
    // Σ q·(level − 8) = Σ q·level − 8·Σ q, and a vector's own length is taken off after.
    const scale = most / 127;
    kernels.scanInt4(prepared, levels, room, groups, present, scale, -ZERO * sum * scale, scores);
    addNearest(f32, scores / 4, lengths, passages, bytes, result);
  }
  const mean = dim / words.length;
  for (let i = 0; i < result.length; i++) result[i]! *= mean;
  return result;
}

/** Adds to each passage's result the best of its vectors' cosines. */
function addNearest(
  scores: Float32Array,
  at: number,
  lengths: Float32Array,
  passages: readonly Uint8Array[],
  bytes: number,
  result: Float32Array,
): void {
  let i = 0;
  for (const [passage, { length }] of passages.entries()) {
    if (length === 0) continue;
    let best = -1;
    for (const end = i + length / bytes; i < end; i++) best = Math.max(best, scores[at + i]! * lengths[i]!);
    result[passage]! += best;
  }
}
