import { EngineError } from '../core/errors.ts';
import type { Row } from '../core/types.ts';
import { createKernels, type KernelForm } from './kernels.ts';
import type { Machine } from './segment.ts';
import type { ScoredRow } from './topk.ts';

/** Documents of one `ImpactIndex`: as many as 16 bits can number. */
export const IMPACT_DOCUMENTS = 65_536;

/** A list and how much it weighs in a query: a whole number, so that sums are exact. */
export interface WeightedList {
  readonly list: number;
  readonly weight: number;
}

/**
 * Postings of up to 65,536 documents, each with the term's impact on its document in 8 bits, scored term by term.
 *
 * What an impact means is the caller's: for BM25 the saturated, length-normalised term frequency over its maximum
 * k1 + 1, times 255, and the query's weight carries the idf. Three bytes a posting.
 */
export class ImpactIndex {
  readonly documents: number;
  readonly #machine: Machine;
  readonly #sums: number;
  readonly #lists: { readonly at: number; readonly length: number }[] = [];

  /** @throws EngineError `bad-input` for more than 65,536 documents. */
  constructor(documents: number, form?: KernelForm) {
    if (!(documents >= 0 && documents <= IMPACT_DOCUMENTS)) {
      throw new EngineError(
        'bad-input',
        `expected at most ${IMPACT_DOCUMENTS} documents, got ${documents}; split them`,
      );
    }
    this.documents = documents;
    this.#machine = createKernels(form);
    this.#sums = this.#machine.memory.allocate(this.#padded * 4);
  }

  /** Memory held, in bytes. */
  get bytes(): number {
    return this.#machine.memory.used;
  }

  /**
   * Takes a term's postings in and returns the number of the list.
   *
   * Shapes   documents and impacts: one of each a posting; documents ascending, each below the number of documents.
   * @throws EngineError `bad-input` if they are not as long as each other, or name a document that there is not.
   */
  addList(documents: Uint16Array, impacts: Uint8Array): number {
    const length = documents.length;
    if (impacts.length !== length || documents.some((document) => document >= this.documents)) {
      throw new EngineError(
        'bad-input',
        `expected ${length} impacts and documents below ${this.documents}, got ${impacts.length} and up to ${documents.at(-1)}`,
      );
    }
    const at = this.#machine.memory.allocate(length * 3);
    this.#machine.memory.views.u16.set(documents, at / 2);
    this.#machine.memory.views.u8.set(impacts, at + length * 2);
    return this.#lists.push({ at, length }) - 1;
  }

  /**
   * Σ weight × impact of every document, over the given lists.
   *
   * Shapes   result: one sum a document, a view that holds until the next call on this index.
   * Units    the sums must stay below 2^31: weights below 2^31 / 255 / lists.
   * Cost     a step a posting, and one a document to begin with.
   */
  score(query: readonly WeightedList[]): Int32Array {
    const { memory, kernels } = this.#machine;
    memory.views.i32.fill(0, this.#sums / 4, this.#sums / 4 + this.#padded);
    for (const { list, weight } of query) {
      const { at, length } = this.#lists[list]!;
      kernels.scatter(at, at + length * 2, length, weight, this.#sums);
    }
    return memory.views.i32.subarray(this.#sums / 4, this.#sums / 4 + this.documents);
  }

  /** The `k` documents with the greatest sums above 0, best first; of equals the lower first. Exact to 2^24. */
  search(query: readonly WeightedList[], k: number): ScoredRow[] {
    const count = Math.min(k, this.documents);
    if (count === 0) return [];
    this.score(query);
    const { memory, kernels } = this.#machine;
    const best = memory.scratch(count * 8);
    const { f32, u32 } = memory.views;
    f32.fill(0, best / 4, best / 4 + count);
    kernels.toFloat32(this.#sums, this.#padded);
    kernels.select(this.#sums, this.#padded, 0, count, best, best + count * 4);
    const scores = f32.subarray(best / 4, best / 4 + count);
    const rows = u32.subarray(best / 4 + count, best / 4 + count * 2);
    const end = scores.indexOf(0);
    return Array.from(scores.subarray(0, end < 0 ? count : end), (score, i) => ({ row: rows[i] as Row, score }));
  }

  /** Documents, rounded up for kernels that take sixteen at a time. */
  get #padded(): number {
    return Math.ceil(this.documents / 16) * 16;
  }
}
