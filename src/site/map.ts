import type { Floor } from '../search/refuse.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';
import { packLevels, readLevels, type TermsContext } from './terms.ts';

/** A term that stands in so many passages that the map knows it: its postings are fetched only if they are wanted. */
export interface CommonTerm {
  readonly term: string;
  /** Rows that hold it. */
  readonly frequency: number;
  /** The terms shard with its postings: one of the first `commonShards`. */
  readonly shard: number;
  readonly levels?: Int8Array;
}

/** What every query of a lane needs, whatever it asks. */
export interface LaneMap extends TermsContext {
  readonly dim: number;
  /** Value of one level of a passage's vector, and of a term's. */
  readonly cellStep: number;
  readonly tableStep: number;
  /** Ascending by term. */
  readonly common: readonly CommonTerm[];
  /** The terms shards before this one hold common terms. */
  readonly commonShards: number;
  /** First term of each other terms shard, ascending; a term lies in the last shard whose first term is not above it. */
  readonly firstTerms: readonly string[];
  /** First row of each text shard, ascending from 0. */
  readonly firstTextRows: readonly number[];
  /** First row of each cell, ascending from 0. */
  readonly firstCellRows: readonly number[];
  /** cells × dim: the mean of each cell's vectors (not of length 1, so that means over rows come out right). */
  readonly centres: Float32Array;
  /** What a question about something else reaches by words: what refusal is measured from. */
  readonly floor: Floor;
  /** dim: what every query's vector begins with. */
  readonly bias: Float32Array;
  /** Traditional characters and the Simplified ones that the lane has for them, as in `addCharacters`. */
  readonly characters: string;
}

const MAX_SHARDS = 4096;
const MAX_DIM = 8192;
const MAX_COMMON = 1 << 16;

/** Body of a map shard: the fields of `LaneMap`; centres and bias as signed bytes with one scale each. */
export function encodeMap(map: LaneMap): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  for (const count of [map.rows, map.dim, map.tableDim, map.commonShards, map.common.length]) writer.count(count);
  writer.floats(Float32Array.of(map.cellStep, map.tableStep, map.floor.words, map.floor.coverage));
  for (const { term } of map.common) writer.text(term);
  for (const { frequency, shard, levels } of map.common) {
    writer.count(frequency);
    writer.count(shard * 2 + (levels ? 1 : 0));
  }
  writer.raw(
    packLevels(
      map.common.flatMap(({ levels }) => levels ?? []),
      map.tableDim,
    ),
  );
  writer.count(map.firstTerms.length);
  for (const term of map.firstTerms) writer.text(term);
  for (const starts of [map.firstTextRows, map.firstCellRows]) {
    writer.count(starts.length);
    for (const row of starts) writer.count(row);
  }
  for (let at = 0; at < map.centres.length; at += map.dim) writer.scaled(map.centres.subarray(at, at + map.dim));
  writer.scaled(map.bias);
  writer.text(map.characters);
  return writer.done();
}

/** @throws EngineError `block-corrupt` for anything `encodeMap` could not have written. */
export function decodeMap(body: Uint8Array<ArrayBuffer>, number: number): LaneMap {
  const fail = (what: string) => damaged('map', number, what);
  const reader = new ByteReader(body, fail);
  const rows = reader.count('the number of rows', 0xffffffff);
  const dim = reader.count('the dimensions', MAX_DIM);
  const tableDim = reader.count('the dimensions of the table', dim);
  const commonShards = reader.count('the shards of common terms', MAX_SHARDS);
  const commonCount = reader.count('the number of common terms', Math.min(MAX_COMMON, body.length));
  const [cellStep, tableStep, words, coverage] = reader.floats('the steps', 4) as unknown as number[];
  const inOrder = (terms: readonly string[]) => {
    if (terms.some((term, i) => i > 0 && term <= terms[i - 1]!)) throw fail('its terms are not in order');
    return terms;
  };
  const names = inOrder(Array.from({ length: commonCount }, () => reader.text('a common term')));
  const marks = names.map((term) => {
    const frequency = reader.count('a frequency', rows);
    const mark = reader.count('a shard', Math.max(0, commonShards * 2 - 1));
    return { term, frequency, shard: mark >> 1, fitted: (mark & 1) === 1 };
  });
  const vectors = readLevels(reader, marks.filter(({ fitted }) => fitted).length, tableDim);
  const common = marks.map(
    ({ fitted, ...term }): CommonTerm => (fitted ? { ...term, levels: vectors.shift()! } : term),
  );
  const shards = (what: string) => reader.count(`the number of ${what}`, MAX_SHARDS);
  const firstTerms = inOrder(Array.from({ length: shards('term ranges') }, () => reader.text('a first term')));
  const starts = (what: string) => {
    const list = Array.from({ length: shards(what) }, () => reader.count(`a first row of ${what}`, rows));
    const ascending = list.every((row, i) => (i === 0 ? row === 0 : row > list[i - 1]!) && row < rows);
    if (!ascending) throw fail(`its ${what} are not in order`);
    return list;
  };
  const firstTextRows = starts('texts');
  const firstCellRows = starts('cells');
  const centres = new Float32Array(firstCellRows.length * dim);
  for (let at = 0; at < centres.length; at += dim) centres.set(reader.scaled('a centre', dim), at);
  const bias = reader.scaled('the bias', dim);
  const characters = reader.text('the characters');
  reader.end();
  return {
    ...{ rows, dim, tableDim, cellStep: cellStep!, tableStep: tableStep!, common, commonShards, firstTerms },
    ...{ firstTextRows, firstCellRows, centres, floor: { words: words!, coverage: coverage! }, bias, characters },
  };
}

/** Number of the range that `key` lies in, by the ranges' first keys; −1 if it comes before all of them. Binary search. */
export function rangeOf<Key extends string | number>(firsts: readonly Key[], key: Key): number {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firsts[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Rows of range `i`, half-open. */
export const rowsOf = (firsts: readonly number[], i: number, rows: number): readonly [start: number, end: number] => [
  firsts[i]!,
  firsts[i + 1] ?? rows,
];
