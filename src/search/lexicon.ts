import { type Lists, TermScorer } from '../kernels/term-scorer.ts';
import { B, idf as idfOf, K1, saturation } from './bm25.ts';
import { MOST_ROWS, mergePostings, type Postings } from './postings.ts';
import { edits, mayBeNear, outlineOf } from './typo.ts';
import type { KnownTerm, Vocabulary } from './vocabulary.ts';

/** Words that may stand for one word of the query; a row scores by the best of them. */
export interface Alternative {
  readonly term: string;
  /** 1 for the word itself, less for a guess. */
  readonly weight: number;
}

/** One word of a query. */
export interface AskedWord {
  readonly alternatives: readonly Alternative[];
  /** Says what the query is about. */
  readonly telling: boolean;
}

export interface Bm25Options {
  /** How soon repeats of a word stop counting. 1.2 unless told. */
  readonly k1?: number;
  /** How much a long passage is held against it, 0–1. .75 unless told. */
  readonly b?: number;
}

/** What the words of a query say about every row. Views that hold until the next question or change. */
export interface Asked {
  /** BM25. */
  readonly scores: Float32Array;
  /** idf of the words that the row holds; the same of telling words alone. */
  readonly held: Float32Array;
  readonly heldTelling: Float32Array;
  /** idf of each word. */
  readonly weights: readonly number[];
}

/** BM25 over rows that come in parts and can die. Rows are numbered in the order they were added, from 0. */
export interface Lexicon extends Vocabulary {
  add(postings: Postings): void;
  kill(row: number): void;
  /** idf of a term held by `frequency` rows. */
  idf(frequency: number): number;
  ask(words: readonly AskedWord[]): Asked;
  /** A copy: 1 for each row that was killed. */
  dead(): Uint8Array;
  readonly live: number;
  readonly postings: number;
}

/** Rows as one part of the index: full ones lie in the scorer's memory, small ones beside it until they are merged. */
interface Part {
  readonly first: number;
  readonly postings: Postings;
  readonly kept?: Lists;
  /** `outlineOf` each of its words, once a typo was looked for. */
  outlines?: Uint32Array;
}

/** A part of at least so many rows is full: it goes to the scorer's memory, with all small ones before it. */
const FULL_ROWS = 2048;
/** Terms whose places are remembered, until the index changes. */
const REMEMBERED_TERMS = 4096;

/**
 * score(row) = Σ over words of idf · max over alternatives of w · tf / (tf + k1 (1 − b + b · length / mean length))
 * idf = ln(1 + (N − df + ½) / (df + ½)), df = live rows that hold any alternative
 *
 * Source   Robertson & Zaragoza 2009, with Lucene's non-negative idf and without the constant factor k1 + 1,
 *          so that a word scores at most its idf.
 * Cost     the postings of each alternative, once. Small parts are merged as they grow (each at least twice the next)
 *          until they are full, so a posting is copied at most log2(2,048) times.
 */
export function createLexicon({ k1 = K1, b = B }: Bm25Options = {}): Lexicon {
  let made: TermScorer | undefined;
  const scorer = () => (made ??= new TermScorer());
  const parts: Part[] = [];
  const places = new Map<string, readonly number[]>();
  let lengths = new Uint32Array(1024);
  let dead = new Uint8Array(1024);
  let rows = 0;
  let live = 0;
  let total = 0;
  let postings = 0;
  let normsAreOld = true;

  /** The last `count` parts become one, which is kept for good when it is full. */
  function join(count: number): void {
    const some = parts.splice(-count);
    const joined = some.length === 1 ? some[0]!.postings : mergePostings(some.map((part) => part.postings));
    const first = some[0]!.first;
    if (joined.lengths.length < FULL_ROWS) parts.push({ first, postings: joined });
    else {
      const kept = scorer().keep(joined.rows, joined.counts);
      const none = { rows: new Uint16Array(), counts: new Uint8Array() };
      parts.push({ first, postings: { ...joined, ...none }, kept });
    }
  }

  const sizeOf = (part: Part | undefined) => (part && !part.kept ? part.postings.lengths.length : Infinity);

  /** Visits the lists of a term, part by part; each is there until the next. */
  function eachList(term: string, visit: (lists: Lists, first: number, from: number, length: number) => void): void {
    const numbers = placesOf(term);
    for (let i = 0; i < parts.length; i++) {
      const t = numbers[i]!;
      if (t < 0) continue;
      const { first, kept, postings } = parts[i]!;
      const [from, to] = [postings.offsets[t]!, postings.offsets[t + 1]!];
      if (kept) visit(kept, first, from, to - from);
      else {
        const lent = scorer().borrow(postings.rows.subarray(from, to), postings.counts.subarray(from, to));
        visit(lent, first, 0, to - from);
      }
    }
  }

  function writeNorms(): void {
    const norms = scorer().norms;
    const mean = total / live;
    for (let row = 0; row < rows; row++) {
      norms[row] = dead[row] === 1 ? Infinity : saturation(lengths[row]! / mean, k1, b);
    }
    normsAreOld = false;
  }

  /** The number of a term in each part, -1 where it is not: remembered, since questions repeat words. */
  const placesOf = (term: string): readonly number[] => {
    let found = places.get(term);
    if (!found) {
      found = parts.map(({ postings }) => postings.terms.find(term));
      if (places.size >= REMEMBERED_TERMS) places.clear();
      places.set(term, found);
    }
    return found;
  };
  /** Rows that hold a term, dead ones included. */
  const spanOf = (term: string): number => {
    const numbers = placesOf(term);
    let count = 0;
    for (let i = 0; i < parts.length; i++) {
      const { offsets } = parts[i]!.postings;
      const t = numbers[i]!;
      if (t >= 0) count += offsets[t + 1]! - offsets[t]!;
    }
    return count;
  };
  const rowsOf = (part: Part, t: number): Uint16Array => {
    const { offsets, rows } = part.postings;
    const [from, to] = [offsets[t]!, offsets[t + 1]!];
    return part.kept ? scorer().rowsOf(part.kept, from, to - from) : rows.subarray(from, to);
  };
  const frequency = (term: string) => {
    if (live === rows) return spanOf(term);
    let count = 0;
    for (const [i, t] of placesOf(term).entries()) {
      if (t >= 0) for (const row of rowsOf(parts[i]!, t)) if (dead[parts[i]!.first + row] === 0) count++;
    }
    return count;
  };
  /** @param spans terms, and rows that hold them, dead ones included: of those with the most a few more than wanted are looked at. */
  const mostFrequent = (spans: ReadonlyMap<string, number>, most: number): KnownTerm[] => {
    const longest = [...spans].sort(([, a], [, b]) => b - a);
    if (live === rows) return longest.slice(0, most).map(([term, frequency]) => ({ term, frequency }));
    return longest
      .slice(0, 4 * most)
      .map(([term]) => ({ term, frequency: frequency(term) }))
      .filter(({ frequency }) => frequency > 0)
      .sort((a, b) => b.frequency - a.frequency)
      .slice(0, most);
  };
  const idf = (frequency: number) => idfOf(live, frequency);

  return {
    add(added) {
      const count = added.lengths.length;
      if (count === 0) return;
      if (rows + count > lengths.length) {
        const room = Math.max(rows + count, lengths.length * 2);
        lengths = extend(lengths, new Uint32Array(room));
        dead = extend(dead, new Uint8Array(room));
      }
      if (count > MOST_ROWS) throw new RangeError(`expected at most ${MOST_ROWS} rows a part, got ${count}`);
      lengths.set(added.lengths, rows);
      for (const length of added.lengths) total += length;
      parts.push({ first: rows, postings: added });
      rows += count;
      live += count;
      postings += added.rows.length;
      places.clear();
      scorer().reserve(rows);
      normsAreOld = true;
      let together = 1;
      let size = count;
      while (size < FULL_ROWS && sizeOf(parts.at(-together - 1)) < 2 * size) {
        together++;
        size += sizeOf(parts.at(-together));
      }
      if (together > 1 || count >= FULL_ROWS) join(together);
    },
    kill(row) {
      if (row >= rows || dead[row] === 1) return;
      dead[row] = 1;
      live--;
      total -= lengths[row]!;
      normsAreOld = true;
    },
    frequency,
    completions(prefix, most) {
      const spans = new Map<string, number>();
      for (const { postings } of parts) {
        for (const [t, span] of begun(postings, prefix, 2 * most)) add(spans, postings.terms.at(t), span);
      }
      return mostFrequent(spans, most);
    },
    neighbours(word, limit, most) {
      const terms = new Set<string>();
      const outline = outlineOf(word);
      for (const part of parts) {
        const { words, wordTerms, terms: known } = part.postings;
        part.outlines ??= Uint32Array.from({ length: words.size }, (_, w) => outlineOf(words.at(w)));
        for (let w = 0; w < words.size; w++) {
          if (!mayBeNear(outline, part.outlines[w]!, limit)) continue;
          if (edits(word, words.at(w), limit) <= limit) terms.add(known.at(wordTerms[w]!));
        }
      }
      return mostFrequent(new Map([...terms].map((term) => [term, spanOf(term)])), most);
    },
    idf,
    ask(words) {
      const scoring = scorer();
      if (normsAreOld) writeNorms();
      scoring.start();
      const weights = words.map(({ alternatives, telling }) => {
        const known = alternatives.filter(({ term }) => spanOf(term) > 0);
        const alone = known.length === 1 && known[0]!.weight === 1 && live === rows ? known[0]! : undefined;
        if (alone) {
          const weight = idf(spanOf(alone.term));
          eachList(alone.term, (lists, first, from, length) =>
            scoring.add(lists, first, from, length, weight, telling),
          );
          return weight;
        }
        for (const { term, weight } of known) {
          eachList(term, (lists, first, from, length) => scoring.raise(lists, first, from, length, weight));
        }
        const weight = idf(scoring.touched);
        scoring.settle(weight, telling);
        return weight;
      });
      const [scores, held, heldTelling] = scoring.sums;
      return { scores, held, heldTelling, weights };
    },
    dead: () => dead.slice(0, rows),
    get live() {
      return live;
    },
    get postings() {
      return postings;
    },
  };
}

/** Terms of the words that begin with `prefix`, and how long their lists are: the `most` longest. */
function begun({ words, wordTerms, offsets }: Postings, prefix: string, most: number): [term: number, span: number][] {
  const terms = new Set<number>();
  for (let w = words.from(prefix); w < words.size && words.beginsWith(w, prefix); w++) terms.add(wordTerms[w]!);
  const spans = Array.from(terms, (t): [number, number] => [t, offsets[t + 1]! - offsets[t]!]);
  return spans.length <= most ? spans : spans.sort(([, a], [, b]) => b - a).slice(0, most);
}

const add = (sums: Map<string, number>, term: string, by: number) => sums.set(term, (sums.get(term) ?? 0) + by);

function extend<A extends Uint32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
