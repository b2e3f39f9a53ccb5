import type { Row } from '../core/types.ts';
import { createKernels, type KernelForm } from './kernels.ts';
import { keepLists, type Lists, ListTable, rowsOf } from './lists.ts';
import type { LinearMemory } from './memory.ts';
import { type Machine, SCORE_STEP } from './segment.ts';
import type { ScoredRow } from './topk.ts';

/** What words say of the rows of an index, beside their scores. */
export interface Held {
  /** Of rows that count: the greatest sum of idf of telling words that one holds. */
  readonly telling: number;
  /** … and those that hold every word, ascending; of more than 255 words, 255. */
  readonly rows: Uint32Array;
}

/** 32-bit numbers of what `scoreRows` reads, and of the entries of its tables: see `wasm/postings.ts`. */
const SHEET = 14;
const COLUMN = 3;
const GATHERED = 5;
/** Sixteen rows at a time are looked at for the best. */
const STEP = 16;
/** Blocks begin with a cache line, and columns are read eight rows at a time. */
const roomOf = (bytes: number) => Math.ceil(bytes / 64) * 64;

/**
 * BM25 over rows numbered from 0, in linear memory: word by word, each the best of its terms.
 *
 *   push(…) … raise(), settle(…)        words that several terms may stand for, one after the other
 *   start(…)                            then all words:
 *   pushColumn(…) … push(…) … score()   the parts in ascending order, each with the words that one term stands for
 *
 * Exact: counts are whole numbers, everything else float32. What a row's length costs it is in `norms`.
 */
export class TermScorer {
  readonly #machine: Machine;
  readonly #memory: LinearMemory;
  #room = 0;
  #rows = 0;
  #norms = 0;
  #scores = 0;
  #skip = 0;
  #best = 0;
  #marks = 0;
  /** What `scoreRows` works on, for parts of so many rows. */
  #work = { at: 0, rows: 0 };
  #found = 0;
  readonly #table: ListTable;
  readonly #sheet: number;
  /** Columns of the part that is about to be scored. */
  #columns = { at: 0, room: 0, count: 0 };
  /** Rows and values of the words settled so far, and where they are. */
  #gathered = { at: 0, room: 0, used: 0 };
  #words: { at: number; n: number; idf: number; telling: boolean }[] = [];
  #entries = { at: 0, room: 0 };
  #lent = { at: 0, room: 0, used: 0 };

  constructor(form?: KernelForm) {
    this.#machine = createKernels(form);
    this.#memory = this.#machine.memory;
    this.#table = new ListTable(this.#machine.memory);
    this.#sheet = this.#machine.memory.allocate(SHEET * 4);
  }

  /** Makes room for rows 0 … rows − 1. What `norms` held before is kept. */
  reserve(rows: number): void {
    this.#rows = rows;
    if (rows + STEP <= this.#room) return;
    const { memory } = this.#machine;
    const before = this.norms.slice();
    this.#room = Math.max(1024, rows + STEP, this.#room * 2);
    this.#norms = memory.allocate(this.#room * 4);
    this.#scores = memory.allocate(this.#room * 4);
    this.#skip = memory.allocate(this.#room);
    this.#best = memory.allocate(this.#room * 4);
    this.#marks = memory.allocate(Math.ceil(this.#room / 32) * 4);
    this.#found = memory.allocate(this.#room * 4 + 8);
    this.norms.set(before.subarray(0, rows));
  }

  /** k1 (1 − b + b · length / mean length) of each row; Infinity takes a row out. To be written by the caller. */
  get norms(): Float32Array {
    return this.#view(this.#norms);
  }

  /** Gives up what was lent, and makes room for blocks of these sizes to be lent. */
  lend(sizes: readonly number[]): void {
    const bytes = sizes.reduce((sum, size) => sum + roomOf(size), 0);
    const { at, room } = this.#lent;
    this.#lent =
      bytes <= room ? { at, room, used: 0 } : { at: this.#memory.allocate(bytes * 2), room: bytes * 2, used: 0 };
  }

  /** Keeps the lists of many terms, for good or until the next `lend`; they may be forgotten elsewhere. */
  keep(rows: Uint16Array, counts: Uint8Array, lent = false): Lists {
    return keepLists(this.#memory, rows, counts, (bytes) => this.#place(bytes, lent));
  }

  /** Keeps a term of a part of `size` rows as a column too; for terms that many of them hold. */
  keepColumn(rows: Uint16Array, counts: Uint8Array, size: number, lent = false): number {
    const bytes = roomOf(size);
    const at = this.#place(bytes, lent);
    const { u8 } = this.#memory.views;
    u8.fill(0, at, at + bytes);
    for (let i = 0; i < rows.length; i++) u8[at + rows[i]!] = counts[i]!;
    return at;
  }

  /** Keeps outlines of words (see `wasm/outlines.ts`) for good. */
  keepOutlines(outlines: Uint32Array): number {
    const at = this.#memory.allocate(outlines.byteLength);
    this.#memory.views.u32.set(outlines, at / 4);
    return at;
  }

  /**
   * The numbers of the words whose outlines may be within `limit` edits of one. A view that holds until the next call.
   *
   * @param outlines of `count` words: where they are kept, or themselves, to be copied.
   */
  near(outlines: number | Uint32Array, count: number, outline: number, limit: number): Uint32Array {
    const bytes = roomOf(count * 4);
    const found = this.#memory.scratch(2 * bytes);
    if (typeof outlines !== 'number') this.#memory.views.u32.set(outlines, (found + bytes) / 4);
    const at = typeof outlines === 'number' ? outlines : found + bytes;
    const n = this.#machine.kernels.findNear(at, count, outline, limit, found);
    return this.#memory.views.u32.subarray(found / 4, found / 4 + n);
  }

  /** The rows of entries `from` … `to − 1`: a view that holds until the next call that allocates. */
  rowsOf(lists: Lists, from: number, to: number): Uint16Array {
    return rowsOf(this.#memory, lists, from, to);
  }

  /** What `keep` was given, `size` entries: views that hold until the next call that allocates. */
  read(lists: Lists, size: number): { readonly rows: Uint16Array; readonly counts: Uint8Array } {
    const at = lists.kept!.counts;
    return { rows: this.rowsOf(lists, 0, size), counts: this.#memory.views.u8.subarray(at, at + size) };
  }

  /** @param first row that the lists count from. @param weight idf for `score`; for `raise` 1 for the word itself, less for a guess. */
  push(lists: Lists, first: number, from: number, to: number, weight: number, telling: boolean): void {
    this.#table.push(lists, first, from, to, weight, telling ? weight : 0);
  }

  /** Takes what was pushed as terms of one word; says in how many rows they stand. Then it is to be settled. */
  raise(): number {
    const { memory, kernels } = this.#machine;
    const { at, count, rows: most } = this.#table.take();
    kernels.raiseLists(at, count, this.#norms, this.#best, this.#marks);
    const n = Math.min(most, this.#rows);
    const { at: rows, used } = this.#makeRoom(n);
    const values = rows + used + n * 4;
    const found = kernels.gather(this.#marks, this.#rows, this.#best, rows + used, values);
    const { u32 } = memory.views;
    // Values close up behind the rows that there are.
    u32.copyWithin((rows + used) / 4 + found, values / 4, values / 4 + found);
    this.#words.push({ at: used, n: found, idf: 0, telling: false });
    this.#gathered.used += found * 8;
    return found;
  }

  settle(idf: number, telling: boolean): void {
    const word = this.#words[this.#words.length - 1]!;
    word.idf = idf;
    word.telling = telling;
  }

  /** @param words of the query, known or not. @param skip 1 for each row that does not count; none unless told. */
  start(words: number, skip?: Uint8Array): void {
    const { memory } = this.#machine;
    const count = this.#words.length;
    if (count > this.#entries.room) {
      this.#entries = { at: memory.allocate(count * 2 * GATHERED * 4), room: count * 2 };
    }
    const { u32, f32, u8 } = memory.views;
    for (let i = 0; i < count; i++) {
      const { at, n, idf, telling } = this.#words[i]!;
      const entry = this.#entries.at / 4 + i * GATHERED;
      u32[entry] = this.#gathered.at + at;
      u32[entry + 1] = this.#gathered.at + at + n * 4;
      u32[entry + 2] = n;
      f32[entry + 3] = idf;
      f32[entry + 4] = telling ? idf : 0;
    }
    if (skip) u8.set(skip, this.#skip);
    u32.fill(0, this.#found / 4, this.#found / 4 + 2);
    const sheet = this.#sheet / 4;
    u32[sheet + 4] = this.#entries.at;
    u32[sheet + 5] = count;
    u32[sheet + 8] = this.#norms;
    u32[sheet + 9] = this.#scores;
    u32[sheet + 10] = skip ? this.#skip : 0;
    u32[sheet + 11] = words;
    u32[sheet + 13] = this.#found;
  }

  /** A word of the next part that comes as the column that `keepColumn` made. */
  pushColumn(column: number, idf: number, telling: boolean): void {
    const { memory } = this.#machine;
    const columns = this.#columns;
    if (columns.count === columns.room) {
      const room = Math.max(32, columns.room * 2);
      columns.at = memory.enlarge(columns.at, columns.count * COLUMN * 4, room * COLUMN * 4);
      columns.room = room;
    }
    const { u32, f32 } = memory.views;
    const at = columns.at / 4 + columns.count++ * COLUMN;
    u32[at] = column;
    f32[at + 1] = idf;
    u32[at + 2] = telling ? 1 : 0;
  }

  /** Scores the `rows` rows from `first` on by what was pushed, each list a word's, and by the words settled. */
  score(first: number, rows: number): void {
    const { memory, kernels } = this.#machine;
    const { at, count } = this.#table.take();
    if (rows > this.#work.rows) {
      const room = Math.max(4096, Math.ceil(rows / STEP) * STEP);
      this.#work = { at: memory.allocate(room * 5), rows: room };
    }
    const { u32 } = memory.views;
    const sheet = this.#sheet / 4;
    u32[sheet] = this.#columns.at;
    u32[sheet + 1] = this.#columns.count;
    u32[sheet + 2] = at;
    u32[sheet + 3] = count;
    u32[sheet + 6] = first;
    u32[sheet + 7] = rows;
    u32[sheet + 12] = this.#work.at;
    kernels.scoreRows(this.#sheet);
    this.#columns.count = 0;
  }

  /** BM25 of each row. A view that holds until the next question or `reserve`. */
  get scores(): Float32Array {
    return this.#view(this.#scores);
  }

  /** What the last question's words say beside the scores; its words are forgotten. A view, as `scores`. */
  end(): Held {
    this.#words.length = 0;
    this.#gathered.used = 0;
    const { f32, u32 } = this.#machine.memory.views;
    const at = this.#found / 4;
    return { telling: f32[at]!, rows: u32.subarray(at + 2, at + 2 + u32[at + 1]!) };
  }

  /** The `k` rows that score most, more than 0, best first; of equals the lower one. */
  best(k: number): ScoredRow[] {
    const { memory, kernels } = this.#machine;
    const at = memory.scratch(k * 8);
    memory.views.f32.fill(0, at / 4, at / 4 + k);
    // What lies behind the last row has never been scored, or by 0.
    kernels.select(this.#scores, Math.ceil(this.#rows / SCORE_STEP) * SCORE_STEP, 0, k, at, at + k * 4);
    const { f32, u32 } = memory.views;
    const found: ScoredRow[] = [];
    for (let i = 0; i < k && f32[at / 4 + i]! > 0; i++) {
      found.push({ row: u32[at / 4 + k + i]! as Row, score: f32[at / 4 + i]! });
    }
    return found;
  }

  #place(bytes: number, lent: boolean): number {
    if (!lent) return this.#memory.allocate(bytes);
    const at = this.#lent.at + this.#lent.used;
    this.#lent.used += roomOf(bytes);
    return at;
  }

  /** Room for `n` more rows and their values behind those that there are. */
  #makeRoom(n: number): { readonly at: number; readonly used: number } {
    const { at, room, used } = this.#gathered;
    if (used + n * 8 <= room) return this.#gathered;
    const larger = (used + n * 8) * 2;
    this.#gathered = { at: this.#memory.enlarge(at, used, larger), room: larger, used };
    return this.#gathered;
  }

  #view(at: number): Float32Array {
    return this.#machine.memory.views.f32.subarray(at / 4, at / 4 + Math.min(this.#rows, this.#room));
  }
}
