import { EngineError } from '../core/errors.ts';
import { type TokenRows, tokenBytes } from '../core/tokens.ts';
import type { Chunk, DocumentId, Language, ModelKey } from '../core/types.ts';
import { decodeBlock, encodeBlock, HEADER_BYTES } from './block.ts';
import { checksum } from './checksum.ts';
import type { SegmentEntry } from './manifest.ts';

/** Token vectors of passages that are stored in one block. */
export interface TokenPart {
  readonly model: ModelKey;
  readonly language: Language;
  readonly dim: number;
  /** Whose passages these are, row by row. */
  readonly documents: readonly DocumentId[];
  /** Which they are: see `passageHash`. */
  readonly passages: Uint32Array;
  readonly tokens: TokenRows;
}

/** Tells a passage from all others, of its document's other versions too. */
export const passageHash = ({ id, text }: Pick<Chunk, 'id' | 'text'>) => hashOf(`${id}\n${text}`);

/**
 * Token vectors as a block that is read in parts: first its tables, then of one passage or another the levels alone.
 * So tables and rows have checksums of their own, beside the block's.
 *
 *   byte 32            places    where each row's levels begin, behind the tables   Uint32 × (rows + 1)
 *        then          passages  see `passageHash`                                  Uint32 × rows
 *        then          sums      xxHash32 of the row's levels, its passage as seed  Uint32 × rows
 *        then          sum       xxHash32 of the tables, as seed that of
 *                                “key, newline, model, newline, dim”                Uint32
 *        then          levels    see `core/tokens.ts`
 */
export function encodeTokens(key: string, { model, dim, passages, tokens }: TokenPart): ArrayBuffer {
  const rows = passages.length;
  const tables = new Uint32Array(3 * rows + 2);
  tables.set(tokens.offsets);
  tables.set(passages, rows + 1);
  for (let row = 0; row < rows; row++) {
    tables[2 * rows + 1 + row] = checksum(
      tokens.levels.subarray(tokens.offsets[row], tokens.offsets[row + 1]),
      passages[row],
    );
  }
  tables[3 * rows + 1] = sumOf(tables, seedOf(key, model, dim));
  const body = new Uint8Array(tables.byteLength + tokens.levels.length);
  body.set(new Uint8Array(tables.buffer));
  body.set(tokens.levels, tables.byteLength);
  return encodeBlock(key, { kind: 'tokens', model, dim, rows, body });
}

/** What is in a block, and where in it. */
export interface TokenTables {
  readonly passages: Uint32Array;
  /** The bytes of row `row`'s levels in the block. */
  place(row: number): { readonly at: number; readonly bytes: number };
  /** The row's levels. @throws EngineError `block-corrupt` unless these bytes are they. */
  checked(row: number, bytes: ArrayBuffer): Uint8Array<ArrayBuffer>;
}

/** How much of a block `openTables` wants to see, from its start. */
export const tablesEnd = (rows: number) => HEADER_BYTES + 4 * (3 * rows + 2);

/** @throws EngineError `block-corrupt` unless `start` begins as `encodeTokens` makes such a block. */
export function openTables(
  key: string,
  { model, dim, rows }: Pick<SegmentEntry, 'model' | 'dim' | 'rows'>,
  start: ArrayBuffer,
): TokenTables {
  const refuse = (what: string) => {
    throw new EngineError('block-corrupt', `Stored block “${key}” is damaged: ${what}.`);
  };
  if (start.byteLength < tablesEnd(rows)) refuse(`expected at least ${tablesEnd(rows)} bytes, got ${start.byteLength}`);
  const tables = new Uint32Array(start, HEADER_BYTES, 3 * rows + 2);
  if (tables[3 * rows + 1] !== sumOf(tables, seedOf(key, model, dim)))
    refuse('its tables are not as they were written');
  const unit = tokenBytes(dim);
  return {
    passages: tables.subarray(rows + 1, 2 * rows + 1),
    place: (row) => ({ at: tablesEnd(rows) + tables[row]!, bytes: tables[row + 1]! - tables[row]! }),
    checked(row, bytes) {
      const levels = new Uint8Array(bytes);
      const isWhole =
        levels.length % unit === 0 && checksum(levels, tables[rows + 1 + row]) === tables[2 * rows + 1 + row];
      if (!isWhole) refuse(`row ${row} is not as it was written`);
      return levels;
    },
  };
}

/** All of a block. @throws EngineError `block-corrupt`. */
export function decodeTokens(key: string, entry: SegmentEntry, block: ArrayBuffer): TokenPart {
  const { model, language, dim, rows } = entry;
  decodeBlock(key, block, { kind: 'tokens', model, dim, rows });
  const { passages } = openTables(key, entry, block);
  const tokens = {
    offsets: new Uint32Array(block, HEADER_BYTES, rows + 1),
    levels: new Uint8Array(block, tablesEnd(rows)),
  };
  const documents = entry.runs.flatMap(([document, count]) => Array<DocumentId>(count).fill(document));
  return { model, language, dim, documents, passages, tokens };
}

const sumOf = (tables: Uint32Array, seed: number) =>
  checksum(new Uint8Array(tables.buffer, tables.byteOffset, tables.byteLength - 4), seed);
const seedOf = (key: string, model: ModelKey, dim: number) => hashOf(`${key}\n${model}\n${dim}`);
const hashOf = (text: string) => checksum(new TextEncoder().encode(text));
