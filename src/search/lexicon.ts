import type { Held } from '../kernels/term-scorer.ts';
import type { ScoredRow } from '../kernels/topk.ts';
import { B, idf as idfOf, K1, saturation } from './bm25.ts';
import { grown } from './grown.ts';
import { MOST_ROWS, type Postings } from './postings.ts';
import { isFrequent, TermParts } from './term-parts.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Words that may stand for one word of the query; a row scores by the best of them. */
export interface Alternative {
  readonly term: string;
  /** 1 for the word itself, less for a guess. */
  readonly weight: number;
  /** The number of the term in the index that is asked, where it is known; -1 for a term that it does not hold. */
  readonly id?: number;
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

/** What the words of a query say about every row. Arrays are views that hold until the next question or change. */
export interface Asked {
  /** BM25. */
  readonly scores: Float32Array;
  /** idf of each word, as far as it counts, and of all of them. */
  readonly weights: readonly number[];
  readonly total: number;
  /** Rows that count and hold every word, ascending; of more than 255 words, 255 of them. */
  readonly whole: Uint32Array;
  /** Largest share of the idf of the telling words that a row which counts holds, 0–1; 0 where none tells. */
  readonly coverage: number;
  /** The `k` best rows by BM25 that hold a word, best first; of equals the lower one. To be called before the next question. */
  best(k: number): readonly ScoredRow[];
}

/** BM25 over rows that come in parts and can die. Rows are numbered in the order they were added, from 0. */
export interface Lexicon extends Vocabulary {
  add(postings: Postings): void;
  kill(row: number): void;
  /**
   * Neighbouring parts become one, of up to 16,384 rows, and questions take less; answers are the same. A step at a time,
   * a tenth of a second, for idle time; rows that come meanwhile end it. Nothing is done where there is nothing to
   * merge, or more than 131,072 rows: until it is done, postings are in memory twice.
   */
  merge(): Iterable<void>;
  /** idf of a term held by `frequency` rows. */
  idf(frequency: number): number;
  /** @param skip 1 for each row that does not count, `dead` among them; those alone unless told. */
  ask(words: readonly AskedWord[], skip?: Uint8Array): Asked;
  /** A copy: 1 for each row that was killed. */
  dead(): Uint8Array;
  readonly live: number;
  /** Terms of a live row in the mean, 0 where there is none. */
  readonly meanLength: number;
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
  const { dictionary } = parts;
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

  /** Live rows that hold a term, for those that were asked for since the last change. */
  const counted = new Map<number, number>();
  const frequencyOf = (id: number): number => {
    if (id < 0) return 0;
    if (deadRows.length === 0) return dictionary.span(id);
    let count = counted.get(id);
    if (count === undefined) {
      let alive = 0;
      dictionary.eachPart(id, (i, from, to) => {
        const { first, lists } = parts.all[i]!;
        for (const row of parts.scorer.rowsOf(lists, from, to)) alive += 1 - dead[first + row]!;
      });
      count = alive;
      counted.set(id, count);
    }
    return count;
  };

  /** Of those in the most rows, dead ones included, a few more than wanted are looked at. */
  const mostFrequent = (ids: number[], most: number): number[] => {
    if (deadRows.length === 0) return dictionary.mostSpanning(ids, most);
    const alive = dictionary.mostSpanning(ids, 4 * most).filter((id) => frequencyOf(id) > 0);
    return alive.length <= most ? alive : alive.sort((a, b) => frequencyOf(b) - frequencyOf(a)).slice(0, most);
  };

  /** Brings every list of a term, from the last part to the first. */
  function push(id: number, weight: number, telling: boolean): void {
    dictionary.eachPart(id, (i, from, to) => {
      const { first, lists } = parts.all[i]!;
      parts.scorer.push(lists, first, from, to, weight, telling);
    });
  }

  /** Scores part by part. Words come the most frequent first: by their columns as long as a part has one, then by lists. */
  function score(words: readonly AloneWord[]): void {
    const { scorer } = parts;
    for (let i = 0; i < parts.all.length; i++) {
      const { first, rows, lists, columns } = parts.all[i]!;
      let onlyColumns = true;
      for (let w = 0; w < words.length; w++) {
        const { places, idf, telling } = words[w]!;
        const [from, to] = [places[2 * i]!, places[2 * i + 1]!];
        if (from === to) continue;
        const column = onlyColumns && isFrequent(to - from, rows) ? columns.get(from) : undefined;
        if (column !== undefined) scorer.pushColumn(column, idf, telling);
        else {
          onlyColumns = false;
          scorer.push(lists, first, from, to, idf, telling);
        }
      }
      scorer.score(first, rows);
    }
  }

  // A guess's term is looked up only when it is asked for.
  const idOf = (alternative: Alternative) => alternative.id ?? dictionary.find(alternative.term);

  /** Where a term's list begins and ends in each part, two numbers a part; the same where it has none. */
  function placesOf(id: number): number[] {
    const places = new Array<number>(2 * parts.all.length).fill(0);
    dictionary.eachPart(id, (i, from, to) => {
      places[2 * i] = from;
      places[2 * i + 1] = to;
    });
    return places;
  }

  return {
    add(added) {
      const count = added.lengths.length;
      if (count === 0) return;
      if (rows + count > lengths.length) {
        const room = Math.max(rows + count, lengths.length * 2);
        lengths = grown(lengths, new Uint32Array(room));
        dead = grown(dead, new Uint8Array(room));
      }
      if (count > MOST_ROWS) throw new RangeError(`expected at most ${MOST_ROWS} rows a part, got ${count}`);
      lengths.set(added.lengths, rows);
      for (const length of added.lengths) total += length;
      parts.add(added, rows);
      rows += count;
      counted.clear();
      postings += added.rows.length;
      parts.scorer.reserve(rows);
      normsAreOld = true;
    },
    kill(row) {
      if (row >= rows || dead[row] === 1) return;
      dead[row] = 1;
      deadRows.push(row);
      counted.clear();
      total -= lengths[row]!;
      normsAreOld = true;
    },
    *merge() {
      const { scorer } = parts;
      yield* parts.merge(lengths);
      if (parts.scorer === scorer) return;
      parts.scorer.reserve(rows);
      normsAreOld = true;
    },
    lookAhead: (tokens) => dictionary.lookAhead(tokens),
    find: (term) => dictionary.find(term),
    termAt: (id) => dictionary.textOf(id),
    frequency: frequencyOf,
    completions: (prefix, most) => mostFrequent(parts.begunBy(prefix), most),
    neighbours: (word, limit, most) => mostFrequent(parts.near(word, limit), most),
    idf,
    ask(words, skip) {
      if (normsAreOld) writeNorms();
      parts.settle();
      const { scorer } = parts;
      const weights: number[] = [];
      const alone: AloneWord[] = [];
      let [total, tellingTotal] = [0, 0];
      for (let w = 0; w < words.length; w++) {
        const { alternatives, telling, share = 1 } = words[w]!;
        let known = 0;
        let only = -1;
        for (let a = 0; a < alternatives.length; a++) {
          const id = idOf(alternatives[a]!);
          if (id < 0) continue;
          known++;
          only = alternatives[a]!.weight === 1 ? id : -1;
        }
        let weight = 0;
        if (known === 1 && only >= 0) {
          const frequency = frequencyOf(only);
          weight = share * idf(frequency);
          alone.push({ places: placesOf(only), frequency, idf: weight, telling });
        } else if (known > 0) {
          for (let a = 0; a < alternatives.length; a++) {
            const id = idOf(alternatives[a]!);
            if (id >= 0) push(id, alternatives[a]!.weight, telling);
          }
          weight = share * idf(scorer.raise());
          scorer.settle(weight, telling);
        } else weight = share * idf(0);
        weights.push(weight);
        total += weight;
        if (telling) tellingTotal += weight;
      }
      const barred = skip ?? (deadRows.length > 0 ? dead.subarray(0, rows) : undefined);
      scorer.start(words.length || 255, barred); // of no words, no row holds 255
      score(alone.sort((a, b) => b.frequency - a.frequency));
      const held: Held = scorer.end();
      const coverage = tellingTotal > 0 ? held.telling / tellingTotal : 0;
      return {
        scores: scorer.scores,
        weights,
        total,
        whole: held.rows,
        coverage,
        best: (k) => scorer.best(k),
      };
    },
    dead: () => dead.slice(0, rows),
    get live() {
      return live();
    },
    get meanLength() {
      return live() === 0 ? 0 : total / live();
    },
    get postings() {
      return postings;
    },
  };
}

interface AloneWord {
  readonly places: readonly number[];
  readonly frequency: number;
  readonly idf: number;
  readonly telling: boolean;
}
