import { topScores } from '../kernels/topk.ts';
import { plain } from './text.ts';

/** Reading a passage is dear; among more candidates than this the words say enough. */
const READ_AT_MOST = 500;

/**
 * Rows whose text holds the query as it stands: case, width and diacritics apart, without the punctuation around it, and
 * whether a blank sets Han characters and letters apart or not (`无双 3`, `无双3`).
 *
 * @param whole rows that hold every word of the query, ascending; those of the highest scores are read.
 */
export function findVerbatim(
  query: string,
  whole: Uint32Array,
  scores: Float32Array,
  textOf: (row: number) => string,
): number[] {
  const needle = needleOf(query);
  if (needle === '' || whole.length === 0) return [];
  return topScores(
    Float32Array.from(whole, (row) => scores[row]!),
    READ_AT_MOST,
  )
    .filter(({ score }) => score > 0)
    .map(({ row: i }) => whole[i]!)
    .filter((row) => joined(textOf(row)).includes(needle));
}

/** Whether a text holds the query as it stands, in that sense. */
export function holds(text: string, query: string): boolean {
  const needle = needleOf(query);
  return needle !== '' && joined(text).includes(needle);
}

const needleOf = (query: string) => joined(query).replace(AROUND, '');

/** Quotes, brackets, what ends a sentence; not the signs of `C++`, `#anchor` or `.env`. */
const AROUND = /^[\s\p{Ps}\p{Pi}"']+|[\s\p{Pe}\p{Pf}"'.,:;!?、。]+$/gu;

const BESIDE_HAN = /(?<=\p{Script=Han}) (?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}]) (?=\p{Script=Han})/gu;
const joined = (text: string) => plain(text).replace(BESIDE_HAN, '');

/** `rows`, its last places given up to the best verbatim rows that would else be missing: half of the page at most. */
export function keepVerbatim(rows: number[], verbatim: readonly number[], k: number): number[] {
  const missing = verbatim.filter((row) => !rows.includes(row)).slice(0, k >> 1);
  return [...rows.slice(0, k - missing.length), ...missing];
}
