import { EngineError } from '../core/errors.ts';
import type { Row } from '../core/types.ts';
import { createKernels, type KernelForm } from './kernels.ts';
import type { Machine } from './segment.ts';
import type { ScoredRow } from './topk.ts';

/** Documents of one `ImpactIndex`: as many as 16 bits can number. */
export const IMPACT_DOCUMENTS = 65_536;

/** A term that may stand for a word of the query. */
export interface TermList {
  readonly list: number;
  /** 1 for the word itself, less for a guess; in steps of 1/256. */
  readonly weight: number;
}

/** What a word counts that so many live documents hold: an idf. */
export type Weigh = (documents: number) => number;

const STEPS = 256;
const ONE = 255;

/**
 * Postings of up to 65,536 documents, each with the term's impact on its document in 8 bits: three bytes a posting.
 *
 * What an impact means is the caller's; 255 stands for 1. For BM25 it is the saturated, length-normalised term
 * frequency tf / (tf + k1 (1 − b + b · length / mean length)), and the idf comes with the query.
 */
export class ImpactIndex {
  readonly documents: number;
  readonly #machine: Machine;
  readonly #best: number;
  readonly #alive: number;
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
    const { memory } = this.#machine;
    this.#best = memory.allocate(this.#padded * 4);
    this.#alive = memory.allocate(this.#padded * 4);
    this.#sums = memory.allocate(this.#padded * 4);
    memory.views.i32.fill(-1, this.#alive / 4, this.#alive / 4 + documents);
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

  /** A removed document scores 0 and is not counted. One that there is not is left out. */
  remove(document: number): void {
    if (document >= 0 && document < this.documents) this.#machine.memory.views.i32[this.#alive / 4 + document] = 0;
  }

  /**
   * Σ over words of `weigh`(live documents with the word) × the best weight × impact of the word's terms.
   *
   * Shapes   words: for each, its terms; result: a score a document, a view that holds until the next call.
   * Cost     one step a posting, and for each word one a four documents.
   */
  score(words: readonly (readonly TermList[])[], weigh: Weigh): Float32Array {
    const { memory, kernels } = this.#machine;
    const count = this.#padded;
    memory.views.f32.fill(0, this.#sums / 4, this.#sums / 4 + count);
    for (const terms of words) {
      for (const { list, weight } of terms) {
        const { at, length } = this.#lists[list]!;
        kernels.raise(at, at + length * 2, length, Math.round(weight * STEPS), this.#best);
      }
      const scale = weigh(kernels.countRaised(this.#best, this.#alive, count)) / (ONE * STEPS);
      kernels.drain(this.#best, this.#alive, count, scale, this.#sums);
    }
    return memory.views.f32.subarray(this.#sums / 4, this.#sums / 4 + this.documents);
  }

  /** The `k` documents with the greatest scores above 0, best first; of equals the lower first. */
  search(words: readonly (readonly TermList[])[], weigh: Weigh, k: number): ScoredRow[] {
    const most = Math.min(k, this.documents);
    if (most === 0) return [];
    this.score(words, weigh);
    const { memory, kernels } = this.#machine;
    const best = memory.scratch(most * 8);
    const { f32, u32 } = memory.views;
    f32.fill(0, best / 4, best / 4 + most);
    kernels.select(this.#sums, this.#padded, 0, most, best, best + most * 4);
    const scores = f32.subarray(best / 4, best / 4 + most);
    const rows = u32.subarray(best / 4 + most, best / 4 + most * 2);
    const end = scores.indexOf(0);
    return Array.from(scores.subarray(0, end < 0 ? most : end), (score, i) => ({ row: rows[i] as Row, score }));
  }

  /** Documents, rounded up for kernels that take sixteen at a time. */
  get #padded(): number {
    return Math.ceil(this.documents / 16) * 16;
  }
}
