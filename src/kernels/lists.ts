import type { LinearMemory } from './memory.ts';

/** Rows of 16 bits, which count from a part's first row, and counts of 8 bits, three bytes a row: of many terms, one behind the other. */
export interface Lists {
  readonly rows: Uint16Array;
  readonly counts: Uint8Array;
  /** Where they lie in a scorer's memory, once they do. */
  readonly kept?: { readonly rows: number; readonly counts: number };
}

/** Copies lists into memory that `allocate` gives; they may be forgotten elsewhere. */
export function keepLists(
  memory: LinearMemory,
  rows: Uint16Array,
  counts: Uint8Array,
  allocate = (bytes: number) => memory.allocate(bytes),
): Lists {
  const kept = { rows: allocate(rows.byteLength), counts: allocate(counts.length) };
  memory.views.u16.set(rows, kept.rows / 2);
  memory.views.u8.set(counts, kept.counts);
  return { rows: new Uint16Array(), counts: new Uint8Array(), kept };
}

/** The rows of entries `from` … `to − 1`: a view that holds until the next call that allocates. */
export const rowsOf = (memory: LinearMemory, { rows, kept }: Lists, from: number, to: number): Uint16Array =>
  kept ? memory.views.u16.subarray(kept.rows / 2 + from, kept.rows / 2 + to) : rows.subarray(from, to);

/** 32-bit numbers of an entry of the table that kernels read, see `wasm/postings.ts`. */
const ENTRY = 6;

/** Entries there is room for at first. */
const ROOM = 64;

/** The lists that a query brings to a kernel: pushed one by one, then taken together. */
export class ListTable {
  readonly #memory: LinearMemory;
  #at: number;
  #room = ROOM;
  #count = 0;
  #rows = 0;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
    this.#at = memory.allocate(ROOM * ENTRY * 4);
  }

  /** Entries `from` … `to − 1` of lists that were kept. @param first row that they count from. @param tells see `wasm/postings.ts`. */
  push({ kept }: Lists, first: number, from: number, to: number, weight: number, tells = 0): void {
    if (this.#count === this.#room) this.#grow();
    const { u32, f32 } = this.#memory.views;
    const at = this.#at / 4 + this.#count++ * ENTRY;
    u32[at] = kept!.rows + from * 2;
    u32[at + 1] = kept!.counts + from;
    u32[at + 2] = to - from;
    u32[at + 3] = first;
    f32[at + 4] = weight;
    f32[at + 5] = tells;
    this.#rows += to - from;
  }

  /**
   * The table, and how many rows its lists have together. It holds until the next push, which starts an empty one.
   */
  take(): { readonly at: number; readonly count: number; readonly rows: number } {
    const taken = { at: this.#at, count: this.#count, rows: this.#rows };
    this.#count = 0;
    this.#rows = 0;
    return taken;
  }

  #grow(): void {
    const bytes = this.#room * ENTRY * 4;
    this.#at = this.#memory.enlarge(this.#at, bytes, bytes * 2);
    this.#room *= 2;
  }
}
