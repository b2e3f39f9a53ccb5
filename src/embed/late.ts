import type { PassageContext } from '../core/encoder.ts';
import type { Range } from '../core/types.ts';
import { normalise } from './pool.ts';

/**
 * The tokens of a passage among those of the window it stands in, [CLS] counted; undefined if none of them is left of a
 * window that was cut to `tokens` ids. Tokens are counted, not mapped: exact where the passage begins and ends at white
 * space or between ideographs, as passages do, else off by a part of a word.
 */
export function spanOf(
  { text, start, end }: PassageContext,
  count: (text: string) => number,
  tokens: number,
): Range | undefined {
  const from = 1 + count(text.slice(0, start));
  const to = Math.min(1 + count(text.slice(0, end)), tokens - 1);
  return from < to ? { start: from, end: to } : undefined;
}

/**
 * Late chunking: `dense` becomes the normalised (1 − mix) × `dense` + mix × the normalised mean of the window's tokens in
 * `span`. With `mix` 1 it is late chunking as published.
 *
 * Shapes   dense: dim values of length 1; hidden: tokens × dim, row-major.
 * Source   Günther et al. 2024, "Late Chunking"; the mix is ours, for models that were trained on [CLS] and not on means.
 */
export function mixLate(dense: Float32Array, hidden: Float32Array, span: Range, mix: number): void {
  const dim = dense.length;
  const late = new Float32Array(dim);
  for (let i = span.start * dim; i < span.end * dim; i++) late[i % dim]! += hidden[i]!;
  normalise(late);
  for (let i = 0; i < dim; i++) dense[i] = (1 - mix) * dense[i]! + mix * late[i]!;
  normalise(dense);
}
