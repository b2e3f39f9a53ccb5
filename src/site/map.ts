import type { Quantiser } from '../kernels/quantise.ts';
import { GROUP } from '../kernels/quantise.ts';
import type { Floor } from '../search/refuse.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';

/** What every query of a lane needs, whatever it asks. */
export interface LaneMap {
  readonly rows: number;
  readonly dim: number;
  /** First term of each terms shard, ascending; a term lies in the last shard whose first term is not above it. */
  readonly firstTerms: readonly string[];
  /** First row of each text shard, ascending from 0. */
  readonly firstTextRows: readonly number[];
  /** First row of each cell, ascending from 0. */
  readonly firstCellRows: readonly number[];
  /** cells × dim: the mean of each cell's vectors (not of length 1, so that means over rows come out right). */
  readonly centres: Float32Array;
  /** Of the passage vectors. */
  readonly quantiser: Quantiser;
  /** What a question about something else reaches by words: what refusal is measured from. */
  readonly floor: Floor;
  /** dim: what every query's vector begins with. */
  readonly bias: Float32Array;
}

const MAX_SHARDS = 4096;
const MAX_DIM = 8192;

/** Body of a map shard: the fields of `LaneMap` in order; centres as int8 with one scale each, the rest Float32. */
export function encodeMap(map: LaneMap): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.count(map.rows);
  writer.count(map.dim);
  writer.count(map.firstTerms.length);
  for (const term of map.firstTerms) writer.text(term);
  for (const starts of [map.firstTextRows, map.firstCellRows]) {
    writer.count(starts.length);
    for (const row of starts) writer.count(row);
  }
  for (let cell = 0; cell < map.firstCellRows.length; cell++) {
    const centre = map.centres.subarray(cell * map.dim, (cell + 1) * map.dim);
    const scale = centre.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    writer.floats(Float32Array.of(scale));
    writer.raw(new Uint8Array(Int8Array.from(centre, (v) => (scale > 0 ? Math.round(v / scale) : 0)).buffer));
  }
  for (const floats of [
    Float32Array.of(map.floor.words, map.floor.coverage),
    map.quantiser.low,
    map.quantiser.step,
    map.bias,
  ]) {
    writer.floats(floats);
  }
  return writer.done();
}

/** @throws EngineError `block-corrupt` for anything `encodeMap` could not have written. */
export function decodeMap(body: Uint8Array<ArrayBuffer>, number: number): LaneMap {
  const fail = (what: string) => damaged('map', number, what);
  const reader = new ByteReader(body, fail);
  const rows = reader.count('the number of rows', 0xffffffff);
  const dim = reader.count('the dimensions', MAX_DIM);
  const shards = (what: string) => reader.count(`the number of ${what}`, MAX_SHARDS);
  const firstTerms = Array.from({ length: shards('term ranges') }, () => reader.text('a first term'));
  if (firstTerms.some((term, i) => i > 0 && term <= firstTerms[i - 1]!)) throw fail('its terms are not in order');
  const starts = (what: string) => {
    const list = Array.from({ length: shards(what) }, () => reader.count(`a first row of ${what}`, rows));
    const ascending = list.every((row, i) => (i === 0 ? row === 0 : row > list[i - 1]!) && row < rows);
    if (!ascending) throw fail(`its ${what} are not in order`);
    return list;
  };
  const firstTextRows = starts('texts');
  const firstCellRows = starts('cells');
  const centres = new Float32Array(firstCellRows.length * dim);
  for (let cell = 0; cell < firstCellRows.length; cell++) {
    const scale = reader.floats('a scale', 1)[0]!;
    const levels = new Int8Array(reader.raw('a centre', dim).slice().buffer);
    for (let i = 0; i < dim; i++) centres[cell * dim + i] = levels[i]! * scale;
  }
  const padded = Math.ceil(dim / GROUP) * GROUP;
  const [words, coverage] = reader.floats('the floor', 2) as unknown as [number, number];
  const quantiser = { low: reader.floats('the lowest values', padded), step: reader.floats('the steps', padded) };
  const bias = reader.floats('the bias', dim);
  reader.end();
  return { rows, dim, firstTerms, firstTextRows, firstCellRows, centres, floor: { words, coverage }, quantiser, bias };
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
