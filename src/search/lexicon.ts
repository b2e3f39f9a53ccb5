import { buildPostings, mergePostings, type Postings, span } from './postings.ts';

/** Words that may stand for one word of the query; a row scores by the best of them. */
export interface Alternative {
  readonly term: string;
  /** 1 for the word itself, less for a guess. */
  readonly weight: number;
}

export interface Bm25Options {
  /** How soon repeats of a word stop counting. 1.2 unless told. */
  readonly k1?: number;
  /** How much a long passage is held against it, 0–1. .75 unless told. */
  readonly b?: number;
}

/** BM25 over rows that come in batches and can die. Rows are numbered in the order they were added, from 0. */
export interface Lexicon {
  add(documents: readonly (readonly string[])[]): void;
  kill(row: number): void;
  /** Live rows that hold the term. */
  frequency(term: string): number;
  /** idf of a term held by `frequency` rows. */
  idf(frequency: number): number;
  /** Adds the group's score to `scores` and returns the rows it touched (valid until the next call). */
  score(group: readonly Alternative[], scores: Float32Array): Uint32Array;
  /** A copy: 1 for each row that was killed. */
  dead(): Uint8Array;
  readonly live: number;
  readonly postings: number;
}

/**
 * score(row) = idf · max over alternatives of w · tf / (tf + k1 (1 − b + b · length / mean length))
 * idf = ln(1 + (N − df + ½) / (df + ½)), df = live rows that hold any alternative
 *
 * Source   Robertson & Zaragoza 2009, with Lucene's non-negative idf and without the constant factor k1 + 1,
 *          so that a group scores at most its idf.
 * Cost     one pass over the postings of each alternative. Batches are merged as they grow (each part at least
 *          twice the next), so that n rows lie in at most log2(n) parts and each posting is copied log2(n) times.
 */
export function createLexicon({ k1 = 1.2, b = 0.75 }: Bm25Options = {}): Lexicon {
  let parts: Postings[] = [];
  let lengths = new Float32Array(1024);
  let dead = new Uint8Array(1024);
  let best = new Float32Array(1024);
  let touched = new Uint32Array(1024);
  let rows = 0;
  let live = 0;
  let total = 0;

  function grow(needed: number): void {
    if (needed <= lengths.length) return;
    const size = Math.max(needed, lengths.length * 2);
    lengths = extend(lengths, new Float32Array(size));
    dead = extend(dead, new Uint8Array(size));
    best = new Float32Array(size);
    touched = new Uint32Array(size);
  }

  const lists = (term: string, visit: (row: number, count: number) => void) => {
    for (const { terms, offsets, rows: list, counts } of parts) {
      const t = terms.get(term);
      if (t === undefined) continue;
      for (let i = offsets[t]!; i < offsets[t + 1]!; i++) if (dead[list[i]!] === 0) visit(list[i]!, counts[i]!);
    }
  };
  const idf = (frequency: number) => Math.log(1 + (live - frequency + 0.5) / (frequency + 0.5));

  return {
    add(documents) {
      grow(rows + documents.length);
      for (const [i, terms] of documents.entries()) {
        lengths[rows + i] = terms.length;
        total += terms.length;
      }
      parts.push(buildPostings(rows, documents));
      rows += documents.length;
      live += documents.length;
      while (parts.length > 1 && parts.at(-2)!.size < 2 * parts.at(-1)!.size) {
        parts = [...parts.slice(0, -2), mergePostings(parts.at(-2)!, parts.at(-1)!)];
      }
    },
    kill(row) {
      if (row >= rows || dead[row] === 1) return;
      dead[row] = 1;
      live--;
      total -= lengths[row]!;
    },
    frequency(term) {
      let count = 0;
      if (live < rows) lists(term, () => count++);
      else for (const part of parts) count += span(part, term);
      return count;
    },
    idf,
    score(group, scores) {
      const mean = total / live;
      let n = 0;
      for (const { term, weight } of group) {
        lists(term, (row, tf) => {
          const value = (weight * tf) / (tf + k1 * (1 - b + (b * lengths[row]!) / mean));
          if (best[row] === 0) touched[n++] = row;
          if (value > best[row]!) best[row] = value;
        });
      }
      const weight = idf(n);
      for (let i = 0; i < n; i++) {
        const row = touched[i]!;
        scores[row]! += weight * best[row]!;
        best[row] = 0;
      }
      return touched.subarray(0, n);
    },
    dead: () => dead.slice(0, rows),
    get live() {
      return live;
    },
    get postings() {
      return parts.reduce((sum, part) => sum + part.rows.length, 0);
    },
  };
}

function extend<A extends Float32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
