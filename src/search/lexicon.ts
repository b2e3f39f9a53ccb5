import type { Column } from '../kernels/term-scorer.ts';
import type { ScoredRow } from '../kernels/topk.ts';
import { B, idf as idfOf, K1, saturation } from './bm25.ts';
import { MOST_ROWS, type Postings } from './postings.ts';
import { type Place, TermParts } from './term-parts.ts';
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
  /** So much of its idf counts; 1 unless told. */
  readonly share?: number;
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
  /** idf of each word, as far as it counts. */
  readonly weights: readonly number[];
  /** The `k` best rows by BM25 that hold a word, best first; of equals the lower one. To be called before the next question. */
  best(k: number): readonly ScoredRow[];
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

/**
 * score(row) = Σ over words of idf · max over alternatives of w · tf / (tf + k1 (1 − b + b · length / mean length))
 * idf = share · ln(1 + (N − df + ½) / (df + ½)), df = live rows that hold any alternative
 *
 * Source   Robertson & Zaragoza 2009, with Lucene's non-negative idf and without the constant factor k1 + 1,
 *          so that a word scores at most its idf.
 * Order    words that one term stands for are added from the most frequent to the rarest, then the others: so equal rows
 *          get equal bits, however they came.
 * Cost     the postings of each alternative, once; a frequent word by itself costs a byte of each row.
 */
export function createLexicon({ k1 = K1, b = B }: Bm25Options = {}): Lexicon {
  const parts = new TermParts();
  let lengths = new Uint32Array(1024);
  let dead = new Uint8Array(1024);
  const deadRows: number[] = [];
  let rows = 0;
  let total = 0;
  let postings = 0;
  let normsAreOld = true;
  const live = () => rows - deadRows.length;
  const idf = (frequency: number) => idfOf(live(), frequency);

  function writeNorms(): void {
    const { norms } = parts.scorer;
    const mean = total / live();
    for (let row = 0; row < rows; row++) {
      norms[row] = dead[row] === 1 ? Infinity : saturation(lengths[row]! / mean, k1, b);
    }
    normsAreOld = false;
  }

  const frequencyOf = (place: Place): number => {
    if (deadRows.length === 0) return place.span;
    if (place.asOf !== deadRows.length) {
      let count = 0;
      for (const [i, t] of place.numbers.entries()) {
        const part = parts.all[i]!;
        if (t >= 0) for (const row of parts.rowsOf(part, t)) count += 1 - dead[part.first + row]!;
      }
      place.live = count;
      place.asOf = deadRows.length;
    }
    return place.live;
  };

  /** Of those in the most rows, dead ones included, a few more than wanted are looked at. */
  const mostFrequent = (places: readonly Place[], most: number): KnownTerm[] => {
    const looked = deadRows.length === 0 ? most : 4 * most;
    const some = places.length <= looked ? places : places.toSorted(bySpan).slice(0, looked);
    const known = some.map((place) => ({ term: place.term, frequency: frequencyOf(place) }));
    if (deadRows.length === 0) return known;
    const alive = known.filter(({ frequency }) => frequency > 0);
    return alive.length <= most ? alive : alive.sort((a, b) => b.frequency - a.frequency).slice(0, most);
  };

  function push({ numbers }: Place, weight: number, telling: boolean): void {
    for (let i = 0; i < numbers.length; i++) pushIn(i, numbers[i]!, weight, telling);
  }
  function pushIn(i: number, t: number, weight: number, telling: boolean): void {
    if (t < 0) return;
    const { first, lists, postings } = parts.all[i]!;
    parts.scorer.push(lists, first, postings.offsets[t]!, postings.offsets[t + 1]!, weight, telling);
  }

  /** Words that one term stands for, the most frequent first: by their columns as long as a part has one, then by lists. */
  function addAlone(words: readonly AloneWord[]): void {
    const columns: Column[] = [];
    for (let i = 0; i < parts.all.length; i++) {
      const part = parts.all[i]!;
      columns.length = 0;
      for (const { place, idf, telling } of words) {
        const at = part.columns.get(place.numbers[i]!);
        if (at === undefined) break;
        columns.push({ at, idf, telling });
      }
      parts.scorer.start(part.first, part.rows, columns);
      for (let w = columns.length; w < words.length; w++) {
        const { place, idf, telling } = words[w]!;
        pushIn(i, place.numbers[i]!, idf, telling);
      }
    }
    parts.scorer.add();
  }

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
      parts.add(added, rows);
      rows += count;
      postings += added.rows.length;
      parts.scorer.reserve(rows);
      normsAreOld = true;
    },
    kill(row) {
      if (row >= rows || dead[row] === 1) return;
      dead[row] = 1;
      deadRows.push(row);
      total -= lengths[row]!;
      normsAreOld = true;
    },
    frequency: (term) => frequencyOf(parts.placeOf(term)),
    completions: (prefix, most) => mostFrequent(parts.begunBy(prefix, 2 * most), most),
    neighbours: (word, limit, most) => mostFrequent(parts.near(word, limit), most),
    idf,
    ask(words) {
      if (normsAreOld) writeNorms();
      const weights = new Array<number>(words.length).fill(0);
      const alone: AloneWord[] = [];
      const several: { readonly word: number; readonly known: readonly WeightedPlace[] }[] = [];
      for (let w = 0; w < words.length; w++) {
        const { alternatives, telling, share = 1 } = words[w]!;
        const known: WeightedPlace[] = [];
        for (const { term, weight } of alternatives) {
          const place = parts.placeOf(term);
          if (place.span > 0) known.push({ place, weight });
        }
        const [only] = known;
        if (known.length === 0) weights[w] = share * idf(0);
        else if (known.length > 1 || only!.weight !== 1) several.push({ word: w, known });
        else {
          const frequency = frequencyOf(only!.place);
          weights[w] = share * idf(frequency);
          alone.push({ place: only!.place, frequency, idf: weights[w]!, telling });
        }
      }
      addAlone(alone.sort((a, b) => b.frequency - a.frequency));
      for (const { word, known } of several) {
        const { telling, share = 1 } = words[word]!;
        for (const { place, weight } of known) push(place, weight, telling);
        weights[word] = share * idf(parts.scorer.raise());
        parts.scorer.settle(weights[word]!, telling);
      }
      const [scores, held, heldTelling] = parts.scorer.sums;
      for (const row of deadRows) held[row] = heldTelling[row] = 0;
      return { scores, held, heldTelling, weights, best: (k) => parts.scorer.best(k) };
    },
    dead: () => dead.slice(0, rows),
    get live() {
      return live();
    },
    get postings() {
      return postings;
    },
  };
}

const bySpan = (a: Place, b: Place) => b.span - a.span || (a.term < b.term ? -1 : 1);

interface WeightedPlace {
  readonly place: Place;
  readonly weight: number;
}

interface AloneWord {
  readonly place: Place;
  readonly frequency: number;
  readonly idf: number;
  readonly telling: boolean;
}

function extend<A extends Uint32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
