import { createKernels, type KernelForm } from './kernels.ts';
import { keepLists, type Lists, ListTable, rowsOf } from './lists.ts';
import type { Machine } from './segment.ts';

/** Σ weight × impact over postings in linear memory: `push` the lists of a query, then `sum` them. */
export class ImpactScorer {
  readonly #machine: Machine;
  readonly #table: ListTable;
  #scores = 0;
  #room = 0;

  constructor(form?: KernelForm) {
    this.#machine = createKernels(form);
    this.#table = new ListTable(this.#machine.memory);
  }

  /** Keeps the lists of many tokens for good; they may be forgotten elsewhere. */
  keep(rows: Uint16Array, impacts: Uint8Array): Lists {
    return keepLists(this.#machine.memory, rows, impacts);
  }

  /** The rows of entries `from` … `to − 1`: a view that holds until the next call that allocates. */
  rowsOf(lists: Lists, from: number, to: number): Uint16Array {
    return rowsOf(this.#machine.memory, lists, from, to);
  }

  /** Entries `from` … `to − 1`. @param first row that the lists count from. */
  push(lists: Lists, first: number, from: number, to: number, weight: number): void {
    this.#table.push(lists, first, from, to, weight);
  }

  /** What was pushed, added up for rows 0 … rows − 1; the next query starts empty. Cost: one pass over the lists. */
  sum(rows: number): Float32Array<ArrayBuffer> {
    const { memory, kernels } = this.#machine;
    const { at, count } = this.#table.take();
    if (count === 0) return new Float32Array(rows);
    this.#reserve(rows);
    const scores = this.#scores;
    memory.views.f32.fill(0, scores / 4, scores / 4 + rows);
    kernels.addImpacts(at, count, scores);
    return memory.views.f32.slice(scores / 4, scores / 4 + rows);
  }

  #reserve(rows: number): void {
    if (rows <= this.#room) return;
    this.#room = Math.max(1024, rows, this.#room * 2);
    this.#scores = this.#machine.memory.allocate(this.#room * 4);
  }
}
