import { createKernels, type KernelForm } from './kernels.ts';
import type { Machine } from './segment.ts';

/** Where lists lie in the scorer's memory: rows of 16 bits, which count from `first`, and counts of 8 bits, three bytes a row. */
export interface Lists {
  readonly rows: number;
  readonly counts: number;
}

/**
 * BM25 over rows numbered from 0, in linear memory: word by word, each the best of its terms.
 *
 *   start()                        a new query
 *   raise(…) …                     the terms that may stand for a word
 *   settle(idf, telling)           … and what the word counts; then the next word
 *   add(…)                         the same for a word that one term stands for
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
  /** Three arrays of `room` float32, one behind the other, so that one fill empties them. */
  #sums = 0;
  #n = 0;

  constructor(form?: KernelForm) {
    this.#machine = createKernels(form);
  }

  /** Makes room for rows 0 … rows − 1. What `norms` held before is kept. */
  reserve(rows: number): void {
    this.#rows = rows;
    if (rows <= this.#room) return;
    const { memory } = this.#machine;
    const before = this.norms.slice();
    this.#room = Math.max(1024, rows, this.#room * 2);
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

  /** Keeps the lists of many terms for good, `rows[i]` with `counts[i]`; returns the addresses of both. */
  keep(rows: Uint16Array, counts: Uint8Array): Lists {
    const at = {
      rows: this.#machine.memory.allocate(rows.byteLength),
      counts: this.#machine.memory.allocate(counts.length),
    };
    this.#write(at, rows, counts);
    return at;
  }

  /** The same for the length of one `raise`. */
  borrow(rows: Uint16Array, counts: Uint8Array): Lists {
    const at = this.#machine.memory.scratch(rows.byteLength + counts.length);
    this.#write({ rows: at, counts: at + rows.byteLength }, rows, counts);
    return { rows: at, counts: at + rows.byteLength };
  }

  /** The rows from entry `from` on: a view that holds until the next call that allocates. */
  rowsOf({ rows }: Lists, from: number, length: number): Uint16Array {
    return this.#machine.memory.views.u16.subarray(rows / 2 + from, rows / 2 + from + length);
  }

  start(): void {
    this.#n = 0;
    const at = this.#sums / 4;
    const { f32 } = this.#machine.memory.views;
    for (let i = 0; i < 3; i++) f32.fill(0, at + i * this.#room, at + i * this.#room + this.#rows);
  }

  /**
   * @param first row that the lists count from. @param from entry with which the term's list begins.
   * @param weight 1 for the word itself, less for a guess.
   */
  raise(lists: Lists, first: number, from: number, length: number, weight: number): void {
    const { kernels } = this.#machine;
    const [rows, counts] = [lists.rows + from * 2, lists.counts + from];
    const [norms, best] = [this.#norms + first * 4, this.#best + first * 4];
    this.#n = kernels.raiseFrequencies(rows, counts, length, first, weight, norms, best, this.#touched, this.#n);
  }

  /** Rows that the terms raised since the last `settle` stand in. */
  get touched(): number {
    return this.#n;
  }

  settle(idf: number, telling: boolean): void {
    const scores = this.#sums;
    const held = scores + this.#room * 4;
    const toldBy = telling ? held + this.#room * 4 : 0;
    this.#machine.kernels.settle(this.#touched, this.#n, idf, this.#best, scores, held, toldBy);
    this.#n = 0;
  }

  /** `raise` and `settle` at once, for a word of one term: twice as fast. Right only where none of its rows is taken out. */
  add(lists: Lists, first: number, from: number, length: number, idf: number, telling: boolean): void {
    const { kernels } = this.#machine;
    const scores = this.#sums + first * 4;
    const held = scores + this.#room * 4;
    const toldBy = telling ? held + this.#room * 4 : 0;
    const norms = this.#norms + first * 4;
    kernels.addFrequencies(lists.rows + from * 2, lists.counts + from, length, idf, norms, scores, held, toldBy);
  }

  /** BM25; idf of the words held; the same of telling words alone. Views that hold until the next `start` or `reserve`. */
  get sums(): readonly [scores: Float32Array, held: Float32Array, heldTelling: Float32Array] {
    const at = (i: number) => this.#view(this.#sums + i * this.#room * 4);
    return [at(0), at(1), at(2)];
  }

  #view(at: number): Float32Array {
    return this.#machine.memory.views.f32.subarray(at / 4, at / 4 + Math.min(this.#rows, this.#room));
  }

  #write(at: Lists, rows: Uint16Array, counts: Uint8Array): void {
    this.#machine.memory.views.u16.set(rows, at.rows / 2);
    this.#machine.memory.views.u8.set(counts, at.counts);
  }
}
