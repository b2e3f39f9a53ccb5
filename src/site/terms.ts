import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';

/** What the index knows of one term. */
export interface TermEntry {
  readonly term: string;
  /** Ascending. */
  readonly rows: Uint32Array;
  /** Beside `rows`: how often the term stands there, `MOST_COUNTED` at most. */
  readonly counts: Uint8Array;
  /** Known questions that hold it, ascending; absent where no passage of the lane has one. */
  readonly asked?: Uint32Array;
  /** Its share of the query's vector, in steps of the table; absent for a term too rare to have been fitted. */
  readonly levels?: Int8Array;
}

/** The lane a shard belongs to: what its numbers are held against. */
export interface TermsContext {
  readonly rows: number;
  readonly questions: number;
  /** Dimensions of the query table. */
  readonly headDim: number;
}

const MAX_TERMS = 1 << 24;

/**
 * Body of a terms shard, ascending by UTF-16 units, streams one after another because like compresses with like:
 *
 *   n, then n × (length shared with the term before, rest of the term)
 *   n × number of rows, then all gaps between rows (the first from −1, less one)
 *   where the lane has known questions, the same of these
 *   all counts less one, two to a byte, the earlier one in the low half
 *   n × has a vector (bits), then for each dimension the levels of all that have, as signed bytes
 */
export function encodeTerms(
  entries: readonly TermEntry[],
  { headDim, questions }: TermsContext,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.count(entries.length);
  let before = '';
  for (const { term } of entries) {
    const shared = sharedLength(before, term);
    writer.count(shared);
    writer.text(term.slice(shared));
    before = term;
  }
  writeLists(
    writer,
    entries.map(({ rows }) => rows),
  );
  if (questions > 0) {
    writeLists(
      writer,
      entries.map(({ asked = NONE }) => asked),
    );
  }
  writer.raw(packNibbles(entries.flatMap(({ counts }) => Array.from(counts, (count) => count - 1))));
  const present = new Uint8Array(Math.ceil(entries.length / 8));
  for (const [i, { levels }] of entries.entries()) if (levels) present[i >> 3]! |= 1 << (i & 7);
  writer.raw(present);
  writer.raw(
    packLevels(
      entries.flatMap(({ levels }) => levels ?? []),
      headDim,
    ),
  );
  return writer.done();
}

/** @throws EngineError `block-corrupt` for anything `encodeTerms` could not have written for this lane. */
export function decodeTerms(
  body: Uint8Array<ArrayBuffer>,
  number: number,
  { rows: total, questions, headDim }: TermsContext,
): TermEntry[] {
  const fail = (what: string) => damaged('terms', number, what);
  const reader = new ByteReader(body, fail);
  const n = reader.count('the number of terms', Math.min(MAX_TERMS, body.length));
  const terms: string[] = [];
  let before = '';
  for (let i = 0; i < n; i++) {
    const shared = reader.count('a shared length', before.length);
    const term = before.slice(0, shared) + reader.text('a term');
    if (i > 0 && term <= before) throw fail('its terms are not in order');
    terms.push(term);
    before = term;
  }
  const lists = readLists(reader, n, total, fail);
  const asked = questions > 0 ? readLists(reader, n, questions, fail) : [];
  const all = lists.reduce((sum, { length }) => sum + length, 0);
  const counts = unpackNibbles(reader.raw('the counts', Math.ceil(all / 2)), all).map((count) => count + 1);
  const present = reader.raw('the vector marks', Math.ceil(n / 8));
  const marked = terms.map((_, i) => ((present[i >> 3]! >> (i & 7)) & 1) === 1);
  const vectors = readLevels(reader, marked.filter(Boolean).length, headDim);
  reader.end();
  let at = 0;
  let vector = 0;
  return terms.map((term, i): TermEntry => {
    const rows = lists[i]!;
    at += rows.length;
    const known = asked[i] && asked[i].length > 0 && { asked: asked[i] };
    const entry = { term, rows, counts: counts.subarray(at - rows.length, at), ...known };
    return marked[i] ? { ...entry, levels: vectors[vector++]! } : entry;
  });
}

const NONE = new Uint32Array();

/** Ascending lists: how long each is, then the gaps of all (the first of a list from −1, each less one). */
function writeLists(writer: ByteWriter, lists: readonly Uint32Array[]): void {
  for (const { length } of lists) writer.count(length);
  for (const list of lists) {
    let last = -1;
    for (const value of list) {
      writer.count(value - last - 1);
      last = value;
    }
  }
}

/** What `writeLists` wrote: `n` lists of values below `end`. */
function readLists(reader: ByteReader, n: number, end: number, fail: (what: string) => Error): Uint32Array[] {
  const sizes = Array.from({ length: n }, () => reader.count('a number of rows', end));
  return sizes.map((size) => {
    const list = new Uint32Array(size);
    let last = -1;
    for (let i = 0; i < size; i++) {
      last += reader.count('a gap', end) + 1;
      if (last >= end) throw fail(`expected rows below ${end}`);
      list[i] = last;
    }
    return list;
  });
}

/** Rows of `dim` levels, dimension by dimension. */
export function packLevels(rows: readonly Int8Array[], dim: number): Uint8Array {
  const packed = new Int8Array(rows.length * dim);
  for (const [row, levels] of rows.entries()) for (let i = 0; i < dim; i++) packed[i * rows.length + row] = levels[i]!;
  return new Uint8Array(packed.buffer);
}

/** What `packLevels` packed. A keystroke may bring thirty thousand of these, so there is no call for each. */
export function readLevels(reader: ByteReader, rows: number, dim: number): Int8Array[] {
  const { buffer, byteOffset } = reader.raw('the vectors', rows * dim);
  const packed = new Int8Array(buffer, byteOffset, rows * dim);
  return Array.from({ length: rows }, (_, row) => {
    const levels = new Int8Array(dim);
    for (let i = 0; i < dim; i++) levels[i] = packed[i * rows + row]!;
    return levels;
  });
}

/** BM25 hardly tells more from so many. */
export const MOST_COUNTED = 16;

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  // Not between the halves of a surrogate pair: a half alone has no UTF-8.
  return /[\ud800-\udbff]/.test(a[length - 1] ?? '') ? length - 1 : length;
}

function packNibbles(values: readonly number[]): Uint8Array {
  const packed = new Uint8Array(Math.ceil(values.length / 2));
  for (const [i, value] of values.entries()) packed[i >> 1]! |= i & 1 ? value << 4 : value;
  return packed;
}

function unpackNibbles(packed: Uint8Array, length: number): Uint8Array {
  const values = new Uint8Array(length);
  for (let i = 0; i < length; i++) values[i] = (packed[i >> 1]! >> (i & 1 ? 4 : 0)) & 15;
  return values;
}
