import { EngineError } from '../core/errors.ts';
import type { Chunk, FieldWeights } from '../core/types.ts';
import { analyse } from './analyse.ts';
import { buildPostings, type Postings } from './postings.ts';
import { searchableText } from './text.ts';

/**
 * The words that chunks are found by, a row a chunk: what a live index and a stored block both hold.
 *
 * A word of a field that weighs w counts w times, and so does the field's length.
 *
 * Source   BM25F as Robertson, Zaragoza & Taylor have it, CIKM 2004: one saturation over the weighted fields.
 * Cost     analysing the text.
 * @throws EngineError `bad-input` for a weight that is none.
 */
export function postingsOf(chunks: readonly Chunk[], weights: FieldWeights = {}): Postings {
  const [title, headings, text] = weightsOf(weights);
  if (title === headings && headings === text) {
    return buildPostings(chunks, (chunk) => analyse(searchableText(chunk)));
  }
  return buildPostings(chunks, (chunk) => [
    ...times(title, analyse(chunk.title)),
    ...times(headings, analyse(chunk.headings.join('\n'))),
    ...times(text, analyse(chunk.text)),
  ]);
}

/** Rows whose words are indexed together: as many as a stored segment has. */
const PART_ROWS = 4096;

/** As `postingsOf`, of any number of chunks. */
export function partsOf(chunks: readonly Chunk[], weights?: FieldWeights): Postings[] {
  const parts: Postings[] = [];
  for (let at = 0; at < chunks.length; at += PART_ROWS) {
    parts.push(postingsOf(chunks.slice(at, at + PART_ROWS), weights));
  }
  return parts;
}

/** Of title, headings and text; all equal if none was told. */
export function weightsOf({ title = 1, headings = 1, text = 1 }: FieldWeights): [number, number, number] {
  for (const weight of [title, headings, text]) {
    if (Number.isInteger(weight) && weight >= 0 && weight <= HEAVIEST) continue;
    throw new EngineError(
      'bad-input',
      `Expected field weights to be whole numbers from 0 to ${HEAVIEST}, got ${weight}.`,
    );
  }
  return [title, headings, text];
}

const HEAVIEST = 8;
const times = <T>(count: number, list: readonly T[]): T[] => Array.from({ length: count }, () => list).flat();
