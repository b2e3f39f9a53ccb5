import { topScores } from '../kernels/topk.ts';
import { plain } from './text.ts';

/** Reading a passage is dear; among more candidates than this the words say enough. */
const READ_AT_MOST = 500;

/**
 * Rows whose text holds the query as it stands (case, width and diacritics apart, closing punctuation ignored).
 *
 * @param candidates by row: 0 unless the row holds every word of the query; the highest are read.
 */
export function findVerbatim(query: string, candidates: Float32Array, textOf: (row: number) => string): number[] {
  const needle = plain(query).replace(/[\s?!.,;:？！。，；：]+$/u, '');
  if (needle === '') return [];
  return topScores(candidates, READ_AT_MOST)
    .filter(({ row, score }) => score > 0 && plain(textOf(row)).includes(needle))
    .map(({ row }) => row);
}

/** `rows`, its last places given up to the best verbatim rows that would else be missing: half of the page at most. */
export function keepVerbatim(rows: number[], verbatim: readonly number[], k: number): number[] {
  const missing = verbatim.filter((row) => !rows.includes(row)).slice(0, k >> 1);
  return [...rows.slice(0, k - missing.length), ...missing];
}
