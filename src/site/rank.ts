import { idf as idfOf } from '../search/bm25.ts';
import { fuse } from '../search/fuse.ts';
import type { WeightedGroup } from '../search/keywords.ts';
import type { Group } from '../search/words.ts';
import type { Cell } from './cell.ts';
import type { Led } from './leads.ts';
import { type LaneMap, rowsOf } from './map.ts';
import type { Vectors } from './shards.ts';
import type { TermEntry } from './terms.ts';

/** A word of the query with what the index has for it. */
export interface FoundGroup extends Group {
  /** `entries[i]` belongs to `alternatives[i]`. */
  readonly entries: readonly (TermEntry | undefined)[];
  /** Its share of the query's vector, if the table has one. */
  readonly levels?: Int8Array;
  /** Rows that hold it, where the map says so. */
  readonly frequency?: number;
  /** So common that its postings were not fetched: it says nothing about any row. */
  readonly passed?: boolean;
}

/** What the words of a query say about every row. */
export interface WordScores {
  readonly groups: readonly WeightedGroup[];
  /** BM25. */
  readonly scores: Float32Array;
  /** idf of the query's words that the row holds, and of all of them. */
  readonly held: Float32Array;
  readonly total: number;
  /** The same for telling words alone. */
  readonly heldTelling: Float32Array;
  readonly totalTelling: number;
}

/** Largest share of the telling words that one row holds, 0–1; 0 where none tells. */
export function coverageOf({ heldTelling, totalTelling }: WordScores): number {
  if (totalTelling <= 0) return 0;
  let best = 0;
  for (const value of heldTelling) if (value > best) best = value;
  return best / totalTelling;
}

/** BM25 as `src/search/lexicon.ts` has it. @param saturations of each row. */
export function scoreWords(groups: readonly FoundGroup[], saturations: Float32Array): WordScores {
  const rows = saturations.length;
  const scores = new Float32Array(rows);
  const held = new Float32Array(rows);
  const heldTelling = new Float32Array(rows);
  const best = new Float32Array(rows);
  const weighted = groups.map((group) => {
    const touched: number[] = [];
    for (const [i, entry] of group.entries.entries()) {
      if (!entry) continue;
      const { weight } = group.alternatives[i]!;
      for (const [at, row] of entry.rows.entries()) {
        const count = entry.counts[at]!;
        const value = (weight * count) / (count + saturations[row]!);
        if (best[row] === 0) touched.push(row);
        if (value > best[row]!) best[row] = value;
      }
    }
    const idf = idfOf(rows, touched.length);
    for (const row of touched) {
      scores[row]! += idf * best[row]!;
      held[row]! += idf;
      if (group.telling) heldTelling[row]! += idf;
      best[row] = 0;
    }
    return { ...group, weight: idf };
  });
  const said = weighted.filter(({ passed }) => !passed);
  const sum = (some: readonly { readonly weight: number }[]) => some.reduce((all, { weight }) => all + weight, 0);
  const totalTelling = sum(said.filter(({ telling }) => telling));
  return { groups: weighted, scores, held, heldTelling, total: sum(said), totalTelling };
}

/** Cosines with one query: exact (to a cell's levels) for rows of cells that are there, NaN for the others. */
export interface Meaning {
  readonly cosine: Float32Array;
  /** The same, with the centre's in the place of NaN. */
  readonly estimate: Float32Array;
  /** Standard scores; a row of a cell that is not there has that of its cell's centre. */
  readonly standard: Float32Array;
  /** What a difference of cosines is divided by in them; 0 where all are alike. */
  readonly deviation: number;
  /** Cosines of the known questions, NaN in cells that are not there. */
  readonly asked: Float32Array;
}

/**
 * What the query's vector says, as far as the cells that are there can tell.
 *
 * Mean and deviation are those of the whole lane: from the rows where they are known, from the centres elsewhere,
 * taking rows to scatter round every centre as they do round those that are there.
 */
export function scoreMeaning(
  query: Float32Array,
  map: LaneMap,
  vectors: Vectors,
  cells: ReadonlyMap<number, Cell>,
): Meaning {
  const cosine = new Float32Array(map.rows).fill(Number.NaN);
  const standard = new Float32Array(map.rows);
  const asked = new Float32Array(map.questions).fill(Number.NaN);
  let scatter = 0;
  let known = 0;
  for (const [i, centre] of centreScores(query, vectors).entries()) {
    const [start, end] = rowsOf(map.firstCellRows, i, map.rows);
    const cell = cells.get(i);
    if (!cell) {
      standard.fill(centre, start, end);
      continue;
    }
    const all = cell.score(query);
    const scores = all.subarray(0, end - start);
    asked.set(all.subarray(end - start), map.firstCellQuestions[i]!);
    cosine.set(scores, start);
    standard.set(scores, start);
    for (const score of scores) scatter += (score - centre) ** 2;
    known += scores.length;
  }
  const estimate = standard.slice();
  let sum = 0;
  let squares = 0;
  for (const value of standard) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / map.rows;
  const unknown = known === 0 ? 0 : ((map.rows - known) / map.rows) * (scatter / known);
  const deviation = Math.sqrt(Math.max(0, squares / map.rows - mean * mean) + unknown);
  const differ = deviation > 1e-9;
  for (let row = 0; row < map.rows; row++) standard[row] = differ ? (standard[row]! - mean) / deviation : 0;
  return { cosine, estimate, standard, deviation: differ ? deviation : 0, asked };
}

/** The query's dot product with each cell's centre. */
export function centreScores(query: Float32Array, { centres, dim }: Vectors): number[] {
  return Array.from({ length: centres.length / dim }, (_, cell) => {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += query[i]! * centres[cell * dim + i]!;
    return sum;
  });
}

/** Weight of words against meaning where the table knows all words of a query, and how much more where it knows none. */
const WORDS = 0.25;
const UNKNOWN = 0.4;

/**
 * What words weigh against the meaning that the query table gives: a word that it does not know is found by its letters
 * alone, so they weigh more, the more the unknown words tell. nDCG@10 of the instant tier, flat .3 → this: scifact .718 →
 * .725, vue-docs-en .674 → .685, vue-docs-zh .650 → .655.
 */
export function weightOfWords(groups: readonly FoundGroup[], rows: number): number {
  let [all, unknown] = [0, 0];
  for (const { entries, frequency, levels } of groups) {
    const tells = idfOf(rows, frequency ?? entries[0]?.rows.length ?? 0);
    all += tells;
    if (!levels) unknown += tells;
  }
  return WORDS + (all > 0 ? (UNKNOWN * unknown) / all : 0);
}

/**
 * One score a row, as `src/search` fuses; −∞ for a row that is not allowed, or that neither holds a word of the query nor
 * lies in a cell that is there. What is known to answer this very question comes first.
 */
export function fuseLed(
  { words: { scores }, meaning }: Led,
  same: ReadonlySet<number>,
  allowed: Uint8Array | undefined,
  weight?: number,
): Float32Array {
  const none = new Uint8Array(scores.length);
  const fused = meaning ? fuse(scores, meaning.standard, none, undefined, weight) : scores.slice();
  const top = same.size > 0 ? fused.reduce((most, value) => Math.max(most, value), 0) : 0;
  for (const row of same) fused[row] = top + 1;
  return fused.map((score, row) => {
    const found = scores[row]! > 0 || (meaning && !Number.isNaN(meaning.cosine[row]!));
    return found && allowed?.[row] !== 0 ? score : Number.NEGATIVE_INFINITY;
  });
}
