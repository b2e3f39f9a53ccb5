import type { Segment } from '../core/types.ts';
import { decodePacked, encodePacked, PACKED_VERSION, type PackedRows, packVectors } from '../kernels/packed-rows.ts';
import { ANALYSER_VERSION } from './analyse.ts';
import { PACKED_FORM } from './dense.ts';
import { postingsOf } from './indexed-text.ts';
import type { Postings } from './postings.ts';
import { decodePostings, encodePostings } from './postings-block.ts';

/** Goes up whenever the same texts would make another block of postings, the analyser apart. */
const POSTINGS_VERSION = 1;

const POSTINGS = `postings-${POSTINGS_VERSION}.${ANALYSER_VERSION}`;
const PACKED = `${PACKED_FORM}-${PACKED_VERSION}`;

/**
 * What a search needs of a segment, computed once and kept beside it: its postings, so that no text is analysed again,
 * and its vectors in 4 bits, so that a query is answered before the rest of them has been read. A `Derivation` of the
 * store; names change with the formats.
 */
export const searchBlocks = {
  names: [POSTINGS, PACKED],
  derive: ({ chunks, vectors, dim }: Segment): readonly Uint8Array[] => [
    encodePostings(postingsOf(chunks)),
    encodePacked(packVectors(vectors, dim, PACKED_FORM)),
  ],
} as const;

/** The blocks of a segment, opened. */
export interface SearchBlocks {
  readonly postings: Postings;
  readonly packed: PackedRows;
}

/** @param read a block by its name. Undefined if one is not what `searchBlocks` makes. */
export async function readSearchBlocks(
  read: (name: string) => Promise<Uint8Array>,
  dim: number,
  rows: number,
): Promise<SearchBlocks | undefined> {
  const [postings, packed] = await Promise.all([read(POSTINGS), read(PACKED)]);
  const opened = decodePacked(packed, dim, rows, PACKED_FORM);
  return opened && { postings: decodePostings(postings), packed: opened };
}
