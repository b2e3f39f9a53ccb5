import type { Row } from '../core/types.ts';
import { createKernels, type KernelForm } from './kernels.ts';
import { keepLists, type Lists, ListTable, rowsOf } from './lists.ts';
import { type Machine, SCORE_STEP } from './segment.ts';
import type { ScoredRow } from './topk.ts';

/** A word that most rows of a part hold: its column, and what it counts. */
export interface Column {
  readonly at: number;
  readonly idf: number;
  readonly telling: boolean;
}

/** 32-bit numbers of an entry of the table that `startRows` reads. */
const COLUMN = 3;
/** `startRows` writes eight rows at a time, and `best` reads sixteen. */
const STEP = 16;

/**
 * BM25 over rows numbered from 0, in linear memory: word by word, each the best of its terms.
 *
 *   start(…)                       the rows of a part, with what frequent words say of them; each part once a question
 *   push(…) … add()                words that one term stands for
 *   push(…) … raise(), settle(…)   a word that several terms may stand for
 *
 * Exact: counts are whole numbers, everything else float32. What a row's length costs it is in `norms`.
 */
export class TermScorer {
  readonly #machine: Machine;
  #room = 0;
  #rows = 0;
  #norms = 0;
  #best = 0;
  #touched = 0;
  /** Three arrays of `room` float32, one behind the other. */
  #sums = 0;
  #n = 0;
  readonly #table: ListTable;

  constructor(form?: KernelForm) {
    this.#machine = createKernels(form);
    this.#table = new ListTable(this.#machine.memory);
  }

  /** Makes room for rows 0 … rows − 1. What `norms` held before is kept. */
  reserve(rows: number): void {
    this.#rows = rows;
    if (rows + STEP <= this.#room) return;
    const { memory } = this.#machine;
    const before = this.norms.slice();
    this.#room = Math.max(1024, rows + STEP, this.#room * 2);
    this.#norms = memory.allocate(this.#room * 4);
    this.#best = memory.allocate(this.#room * 4);
    this.#touched = memory.allocate(this.#room * 4);
    this.#sums = memory.allocate(this.#room * 12);
    this.norms.set(before.subarray(0, rows));
  }

  /** k1 (1 − b + b · length / mean length) of each row; Infinity takes a row out. To be written by the caller. */
  get norms(): Float32Array {
    return this.#view(this.#norms);
  }

  /** Keeps the lists of many terms for good; they may be forgotten elsewhere. */
  keep(rows: Uint16Array, counts: Uint8Array): Lists {
    return keepLists(this.#machine.memory, rows, counts);
  }

  /** Keeps a term of a part of `size` rows as a column too; for terms that most of them hold. */
  keepColumn(rows: Uint16Array, counts: Uint8Array, size: number): number {
    const at = this.#machine.memory.allocate(Math.ceil(size / STEP) * STEP);
    const { u8 } = this.#machine.memory.views;
    for (let i = 0; i < rows.length; i++) u8[at + rows[i]!] = counts[i]!;
    return at;
  }

  /** The rows of entries `from` … `to − 1`: a view that holds until the next call that allocates. */
  rowsOf(lists: Lists, from: number, to: number): Uint16Array {
    return rowsOf(this.#machine.memory, lists, from, to);
  }

  start(first: number, rows: number, columns: readonly Column[]): void {
    const { memory, kernels } = this.#machine;
    const at = memory.scratch(columns.length * COLUMN * 4);
    const { u32, f32 } = memory.views;
    for (let i = 0; i < columns.length; i++) {
      const { at: column, idf, telling } = columns[i]!;
      u32[at / 4 + i * COLUMN] = column;
      f32[at / 4 + i * COLUMN + 1] = idf;
      f32[at / 4 + i * COLUMN + 2] = telling ? idf : 0;
    }
    const [scores, held, told] = this.#sumsAt(first);
    kernels.startRows(at, columns.length, rows, this.#norms + first * 4, scores!, held!, told!);
  }

  /** @param first row that the lists count from. @param weight idf before `add`; before `raise` 1 for the word itself, less for a guess. */
  push(lists: Lists, first: number, from: number, to: number, weight: number, telling: boolean): void {
    this.#table.push(lists, first, from, to, weight, telling);
  }

  /** Adds what was pushed, each list a word's. Right only where no row stands in two lists of one word. */
  add(): void {
    const [scores, held, told] = this.#sumsAt(0);
    const { at, count } = this.#table.take();
    this.#machine.kernels.addLists(at, count, this.#norms, scores!, held!, told!);
  }

  /** Takes what was pushed as terms of one word; says in how many rows they stand. Then it is to be settled. */
  raise(): number {
    const { at, count } = this.#table.take();
    this.#n = this.#machine.kernels.raiseLists(at, count, this.#norms, this.#best, this.#touched);
    return this.#n;
  }

  settle(idf: number, telling: boolean): void {
    const [scores, held, told] = this.#sumsAt(0);
    this.#machine.kernels.settle(this.#touched, this.#n, idf, this.#best, scores!, held!, telling ? told! : 0);
    this.#n = 0;
  }

  /** BM25; idf of the words held; the same of telling words alone. Views that hold until the next `start` or `reserve`. */
  get sums(): readonly [scores: Float32Array, held: Float32Array, heldTelling: Float32Array] {
    const [scores, held, told] = this.#sumsAt(0);
    return [this.#view(scores!), this.#view(held!), this.#view(told!)];
  }

  /** The `k` rows that score most, more than 0, best first; of equals the lower one. */
  best(k: number): ScoredRow[] {
    const { memory, kernels } = this.#machine;
    const at = memory.scratch(k * 8);
    memory.views.f32.fill(0, at / 4, at / 4 + k);
    const [scores] = this.#sumsAt(0);
    // What lies behind the last row has never been scored, or by 0.
    kernels.select(scores!, Math.ceil(this.#rows / SCORE_STEP) * SCORE_STEP, 0, k, at, at + k * 4);
    const { f32, u32 } = memory.views;
    const found: ScoredRow[] = [];
    for (let i = 0; i < k && f32[at / 4 + i]! > 0; i++) {
      found.push({ row: u32[at / 4 + k + i]! as Row, score: f32[at / 4 + i]! });
    }
    return found;
  }

  #sumsAt(first: number): number[] {
    return [0, 1, 2].map((i) => this.#sums + (i * this.#room + first) * 4);
  }

  #view(at: number): Float32Array {
    return this.#machine.memory.views.f32.subarray(at / 4, at / 4 + Math.min(this.#rows, this.#room));
  }
}
