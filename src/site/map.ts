import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';
import { LENGTH_LEVELS } from './lengths.ts';
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

/**
 * What every query of a lane needs, whatever it asks. The instant tier sees vectors in their first `headDim` dimensions,
 * which are all that the query table says anything about; the full tier fetches the others too.
 */
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
  /** Bytes of each text shard in its file. */
  readonly textBytes: readonly number[];
  /** First shard of each text file, ascending from 0. */
  readonly firstTextShards: readonly number[];
  /** First row of each cell, ascending from 0. */
  readonly firstCellRows: readonly number[];
  /** Of each known question the passage that answers it. */
  readonly leads: readonly number[];
  /** First known question of each cell, whose vectors lie in it after those of its passages; a cell may have none. */
  readonly firstCellQuestions: readonly number[];
  /** First cell of each tail shard, ascending from 0. */
  readonly firstTailCells: readonly number[];
  /** rows: how long each is, see `lengths.ts`. */
  readonly lengths: Uint8Array;
  /** The same of the questions, among themselves. */
  readonly questionLengths: Uint8Array;
  /** cells × headDim, in halves of `cellStep`: about the mean of each cell's vectors (not of length 1, so that means over rows come out right). */
  readonly centres: Float32Array;
  /** headDim: what every query's vector begins with. */
  readonly bias: Float32Array;
  /** Traditional characters and the Simplified ones that the lane has for them, as in `addCharacters`. */
  readonly characters: string;
}

const MAX_SHARDS = 4096;
const MAX_DIM = 8192;
const MAX_COMMON = 1 << 16;
const MAX_BYTES = 1 << 28;

/** Body of a map shard: the fields of `LaneMap`; centres and the vectors of common terms dimension by dimension, since like compresses with like. */
export function encodeMap(map: LaneMap): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  for (const count of [map.rows, map.dim, map.headDim, map.commonShards, map.common.length]) writer.count(count);
  writer.floats(Float32Array.of(map.cellStep, map.tableStep));
  for (const { term } of map.common) writer.text(term);
  for (const { frequency, shard, levels } of map.common) {
    writer.count(frequency);
    writer.count(shard * 2 + (levels ? 1 : 0));
  }
  writer.raw(
    packLevels(
      map.common.flatMap(({ levels }) => levels ?? []),
      map.headDim,
    ),
  );
  writer.count(map.firstTerms.length);
  for (const term of map.firstTerms) writer.text(term);
  for (const starts of [map.firstTextRows, map.firstTextShards, map.firstCellRows, map.firstTailCells]) {
    writer.count(starts.length);
    for (const row of starts) writer.count(row);
  }
  for (const bytes of map.textBytes) writer.count(bytes);
  writer.raw(map.lengths);
  writer.count(map.questions);
  if (map.questions > 0) {
    for (const cell of map.firstCellRows.keys()) {
      const [start, end] = rowsOf(map.firstCellQuestions, cell, map.questions);
      writer.count(end - start);
    }
    for (const row of map.leads) writer.count(row);
    writer.raw(map.questionLengths);
  }
  writer.raw(packLevels(levelsOf(map.centres, map.headDim, map.cellStep / 2), map.headDim));
  writer.scaled(map.bias);
  writer.text(map.characters);
  return writer.done();
}

function levelsOf(centres: Float32Array, dim: number, step: number): Int8Array[] {
  const level = (value: number) => Math.max(-127, Math.min(127, Math.round(value / step)));
  return Array.from({ length: centres.length / dim }, (_, cell) =>
    Int8Array.from(centres.subarray(cell * dim, (cell + 1) * dim), level),
  );
}

/** @throws EngineError `block-corrupt` for anything `encodeMap` could not have written. */
export function decodeMap(body: Uint8Array<ArrayBuffer>, number: number): LaneMap {
  const fail = (what: string) => damaged('map', number, what);
  const reader = new ByteReader(body, fail);
  const rows = reader.count('the number of rows', body.length);
  const dim = reader.count('the dimensions', MAX_DIM);
  const headDim = reader.count('the first dimensions', dim);
  const commonShards = reader.count('the shards of common terms', MAX_SHARDS);
  const commonCount = reader.count('the number of common terms', Math.min(MAX_COMMON, body.length));
  const [cellStep, tableStep] = reader.floats('the steps', 2) as unknown as [number, number];
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
  const vectors = readLevels(reader, marks.filter(({ fitted }) => fitted).length, headDim);
  const common = marks.map(
    ({ fitted, ...term }): CommonTerm => (fitted ? { ...term, levels: vectors.shift()! } : term),
  );
  const shards = (what: string) => reader.count(`the number of ${what}`, MAX_SHARDS);
  const firstTerms = inOrder(Array.from({ length: shards('term ranges') }, () => reader.text('a first term')));
  const starts = (what: string, end: number) => {
    const list = Array.from({ length: shards(what) }, () => reader.count(`a first one of ${what}`, end));
    const ascending = list.every((first, i) => (i === 0 ? first === 0 : first > list[i - 1]!) && first < end);
    if (!ascending) throw fail(`its ${what} are not in order`);
    return list;
  };
  const firstTextRows = starts('texts', rows);
  const firstTextShards = starts('text files', firstTextRows.length);
  const firstCellRows = starts('cells', rows);
  const firstTailCells = starts('tails', firstCellRows.length);
  const textBytes = firstTextRows.map(() => reader.count('the bytes of a text', MAX_BYTES));
  const lengthsOf = (count: number) => {
    const levels = reader.raw('the lengths', count).slice();
    if (levels.some((level) => level >= LENGTH_LEVELS)) throw fail(`expected lengths below ${LENGTH_LEVELS}`);
    return levels;
  };
  const lengths = lengthsOf(rows);
  const questions = reader.count('the number of questions', body.length);
  let placed = 0;
  const firstCellQuestions = firstCellRows.map(() => {
    if (questions > 0) placed += reader.count('the questions of a cell', questions - placed);
    return placed;
  });
  if (placed !== questions) throw fail('its questions do not lie in its cells');
  firstCellQuestions.pop();
  firstCellQuestions.unshift(0);
  const leads = Array.from({ length: questions }, () => reader.count('a passage that answers', rows - 1));
  const questionLengths = lengthsOf(questions);
  const centres = new Float32Array(firstCellRows.length * headDim);
  for (const [cell, levels] of readLevels(reader, firstCellRows.length, headDim).entries()) {
    centres.set(
      Float32Array.from(levels, (level) => (level * cellStep) / 2),
      cell * headDim,
    );
  }
  const bias = reader.scaled('the bias', headDim);
  const characters = reader.text('the characters');
  reader.end();
  return {
    ...{ rows, dim, headDim, cellStep, tableStep, common, commonShards, firstTerms },
    ...{ firstTextRows, textBytes, firstTextShards, firstCellRows, firstTailCells, lengths, centres, bias, characters },
    ...{ questions, leads, firstCellQuestions, questionLengths },
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
