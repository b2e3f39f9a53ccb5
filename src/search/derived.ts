import { discard } from '../core/discard.ts';
import type { FieldWeights, Segment } from '../core/types.ts';
import { decodePacked, encodePacked, PACKED_VERSION, type PackedRows, packVectors } from '../kernels/packed-rows.ts';
import { ANALYSER_VERSION } from './analyse.ts';
import { PACKED_FORM } from './dense.ts';
import { postingsOf, weightsOf } from './indexed-text.ts';
import type { Postings } from './postings.ts';
import { decodePostings, encodePostings } from './postings-block.ts';

/** Goes up whenever the same texts would make another block of postings, the analyser apart. */
const POSTINGS_VERSION = 1;

const PACKED = `${PACKED_FORM}-${PACKED_VERSION}`;

/** Postings of other field weights are other postings. */
function namesOf(fields: FieldWeights): readonly [postings: string, packed: string] {
  const weights = weightsOf(fields);
  const weighted = new Set(weights).size > 1 ? `.${weights.join('-')}` : '';
  return [`postings-${POSTINGS_VERSION}.${ANALYSER_VERSION}${weighted}`, PACKED];
}

/**
 * What a search needs of a segment, computed once and kept beside it: its postings, so that no text is analysed again,
 * and its vectors in 4 bits, so that a query is answered before the rest of them has been read. A `Derivation` of the
 * store; names change with the formats.
 */
export const searchBlocks = (fields: FieldWeights = {}) => ({
  names: namesOf(fields),
  derive: ({ chunks, vectors, dim }: Segment): readonly Uint8Array[] => [
    encodePostings(postingsOf(chunks, fields)),
    encodePacked(packVectors(vectors, dim, PACKED_FORM)),
  ],
});

/** The blocks of a segment, opened. */
export interface SearchBlocks {
  readonly postings: Postings;
  readonly packed: PackedRows;
}

/** @param read a block by its name, ours to discard. Undefined if one is not what `searchBlocks` makes. */
export async function readSearchBlocks(
  read: (name: string) => Promise<Uint8Array>,
  dim: number,
  rows: number,
  fields: FieldWeights = {},
): Promise<SearchBlocks | undefined> {
  const [postings, packed] = await Promise.all(namesOf(fields).map(read));
  const opened = decodePacked(packed!, dim, rows, PACKED_FORM);
  if (!opened) return undefined;
  const decoded = decodePostings(postings!);
  discard(postings!.buffer);
  return { postings: decoded, packed: opened };
}
