import type { Chunk } from '../core/types.ts';
import { analyse } from './analyse.ts';
import { buildPostings, type Postings } from './postings.ts';
import { searchableText } from './text.ts';

/** The words that chunks are found by, a row a chunk: what a live index and a stored block both hold. Cost: analysing their text. */
export const postingsOf = (chunks: readonly Chunk[]): Postings =>
  buildPostings(chunks.map((chunk) => analyse(searchableText(chunk))));
