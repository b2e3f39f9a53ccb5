import type { LinearMemory } from './memory.ts';

/** Rows of 16 bits, which count from a part's first row, and counts of 8 bits, three bytes a row: of many terms, one behind the other. */
export interface Lists {
  readonly rows: Uint16Array;
  readonly counts: Uint8Array;
  /** Where they lie in a scorer's memory, if they do; else they are lent for the length of a question. */
  readonly kept?: { readonly rows: number; readonly counts: number };
}

/** Copies lists into memory for good; they may be forgotten elsewhere. */
export function keepLists(memory: LinearMemory, rows: Uint16Array, counts: Uint8Array): Lists {
  const kept = { rows: memory.allocate(rows.byteLength), counts: memory.allocate(counts.length) };
  memory.views.u16.set(rows, kept.rows / 2);
  memory.views.u8.set(counts, kept.counts);
  return { rows: new Uint16Array(), counts: new Uint8Array(), kept };
}

/** The rows of entries `from` … `to − 1`: a view that holds until the next call that allocates. */
export const rowsOf = (memory: LinearMemory, { rows, kept }: Lists, from: number, to: number): Uint16Array =>
  kept ? memory.views.u16.subarray(kept.rows / 2 + from, kept.rows / 2 + to) : rows.subarray(from, to);

/** 32-bit numbers of an entry of the table that kernels read, see `wasm/postings.ts`. */
const ENTRY = 6;

/** The lists that a query brings to a kernel: pushed one by one, then taken together. */
export class ListTable {
  readonly #memory: LinearMemory;
  #table = new Uint32Array(64 * ENTRY);
  #weights = new Float32Array(this.#table.buffer);
  #count = 0;
  #lent: { readonly entry: number; readonly lists: Lists; readonly from: number; readonly to: number }[] = [];

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** Entries `from` … `to − 1`. @param first row that the lists count from. */
  push(lists: Lists, first: number, from: number, to: number, weight: number, telling = false): void {
    const at = this.#count++ * ENTRY;
    if (at + ENTRY > this.#table.length) {
      const larger = new Uint32Array(this.#table.length * 2);
      larger.set(this.#table);
      this.#table = larger;
      this.#weights = new Float32Array(larger.buffer);
    }
    if (lists.kept) {
      this.#table[at] = lists.kept.rows + from * 2;
      this.#table[at + 1] = lists.kept.counts + from;
    } else this.#lent.push({ entry: at, lists, from, to });
    this.#table[at + 2] = to - from;
    this.#table[at + 3] = first;
    this.#weights[at + 4] = weight;
    this.#table[at + 5] = telling ? 1 : 0;
  }

  /** Writes the table into scratch memory, behind it the lists that are only lent; the next table starts empty. */
  take(): { readonly at: number; readonly count: number } {
    const count = this.#count;
    const words = count * ENTRY;
    let bytes = words * 4;
    for (const { from, to } of this.#lent) bytes += (to - from) * 4;
    const at = this.#memory.scratch(bytes);
    let free = at + words * 4;
    for (const { entry, lists, from, to } of this.#lent) {
      this.#memory.views.u16.set(lists.rows.subarray(from, to), free / 2);
      this.#table[entry] = free;
      free += (to - from) * 2;
      this.#memory.views.u8.set(lists.counts.subarray(from, to), free);
      this.#table[entry + 1] = free;
      free += Math.ceil((to - from) / 2) * 2;
    }
    this.#lent.length = 0;
    this.#count = 0;
    this.#memory.views.u32.set(this.#table.subarray(0, words), at / 4);
    return { at, count };
  }
}
