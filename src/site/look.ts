import { dot } from '../kernels/dot.ts';
import { normalise } from '../kernels/normalise.ts';
import { topScores } from '../kernels/topk.ts';
import { fold } from '../search/fold.ts';
import { isFunctionWord } from '../search/function-words.ts';
import { likeliestOf, movedTowards, shareUnasked } from '../search/likeliest.ts';
import { isNear, NO_WORDS } from '../search/vocabulary.ts';
import { GUESS_WEIGHT, GUESSES, groupsOf, typosIn } from '../search/words.ts';
import { adapted } from './adapter.ts';
import type { Cell } from './cell.ts';
import { type CommonTerm, type LaneMap, rangeOf, rowsOf } from './map.ts';
import { centreScores, type FoundGroup, type Meaning, scoreMeaning } from './rank.ts';
import type { OpenLane, Vectors } from './shards.ts';
import type { TermEntry } from './terms.ts';

/** In a larger lane, postings of so many common words are fetched at most, the rarest first. */
const SMALL_LANE = 4000;
const MOST_COMMON = 2;
/**
 * Cells looked at: those nearest to the query, then those of the best rows by words. Who has loaded the full model can
 * have a few more of them, and so what an index in memory finds (vue-docs-en: nDCG@10 .691 with four, .706 with twelve).
 */
const NEAREST_CELLS = { instant: 5, full: 16 } as const;
const WORDS_CELLS = 2;

/**
 * The query's words with what the index has for them.
 *
 * A word that stands everywhere says little about any passage, and its postings are the longest: in a large lane they
 * are fetched for the two rarest such words, and for function words only if the query has no others (nDCG@10 of BM25
 * on scifact .689 either way). A range that cannot be had costs its words, not the search.
 */
export async function findGroups(
  lane: OpenLane,
  query: string,
  typing: boolean,
  failures: unknown[],
): Promise<FoundGroup[]> {
  // What the index has of a word shows only when its range has come.
  const groups = groupsOf(query, NO_WORDS);
  const found = await Promise.all(
    groups.map(async (group, i): Promise<FoundGroup> => {
      const common = lane.common.get(group.alternatives[0]!.term);
      if (common) return commonGroup(group, common);
      const unfinished = typing && i === groups.length - 1 && query.endsWith(group.text);
      try {
        return await rareGroup(lane, group, unfinished);
      } catch (error) {
        failures.push(error);
        return { ...group, entries: [] };
      }
    }),
  );
  const others = found.some(({ passed, telling, entries }) => telling && (passed || entries.some(Boolean)));
  const isSmall = lane.map.rows <= SMALL_LANE;
  const commons = found
    .filter(({ passed }) => passed)
    .map((group) => ({ group, ...lane.common.get(group.alternatives[0]!.term)! }))
    .filter(({ term }) => isSmall || !others || !isFunctionWord(term))
    .sort((a, b) => a.frequency - b.frequency)
    .slice(0, isSmall ? undefined : MOST_COMMON);
  const fetched = await Promise.all(
    commons.map(async ({ group, term }) => {
      try {
        return [group, { ...group, entries: [await lane.term(term)], passed: false }] as const;
      } catch (error) {
        failures.push(error);
        return [group, group] as const;
      }
    }),
  );
  const instead = new Map<FoundGroup, FoundGroup>(fetched);
  return found.map((group) => instead.get(group) ?? group);
}

/** A word that stands everywhere: its postings are not there yet. */
function commonGroup(group: Group, { frequency, levels }: CommonTerm): FoundGroup {
  return { ...group, entries: [], passed: true, frequency, ...(levels && { levels }) };
}

async function rareGroup(lane: OpenLane, group: Group, unfinished: boolean): Promise<FoundGroup> {
  const { term } = group.alternatives[0]!;
  const entry = await lane.term(term);
  const levels = entry?.levels && { levels: entry.levels };
  const word = fold(group.text);
  const meant = unfinished
    ? completions([...(await lane.neighbours(word)), ...commons(lane)], term, word)
    : entry || isFunctionWord(word)
      ? []
      : corrections([...(await lane.neighbours(term)), ...commons(lane)], term);
  // What stands everywhere is meant rather than what seldom does, and is all that need be looked for.
  const common = meant.find((one) => 'shard' in one);
  if (common && !entry) {
    return commonGroup({ ...group, alternatives: [{ term: common.term, weight: GUESS_WEIGHT }] }, common);
  }
  const more = meant.filter((one) => 'rows' in one);
  const guesses = more.map((one) => ({ term: one.term, weight: GUESS_WEIGHT }));
  const guessed = more[0]?.levels && !unfinished && { levels: more[0].levels };
  return {
    ...group,
    alternatives: [...group.alternatives, ...guesses],
    entries: [entry, ...more],
    ...guessed,
    ...levels,
  };
}

type Group = ReturnType<typeof groupsOf>[number];
/** What stands everywhere and yet says something. */
const commons = ({ common }: OpenLane) => [...common.values()].filter(({ term }) => !isFunctionWord(term));

/** A term of a range, or one that stands everywhere and lies in none. */
type Meant = TermEntry | CommonTerm;
const frequencyOf = (one: Meant) => ('rows' in one ? one.rows.length : one.frequency);
const byFrequency = (entries: readonly Meant[]) =>
  entries.toSorted((a, b) => frequencyOf(b) - frequencyOf(a)).slice(0, GUESSES);

/** Terms that begin with what was typed. */
const completions = (entries: readonly Meant[], term: string, prefix: string): Meant[] =>
  byFrequency(entries.filter((entry) => entry.term.startsWith(prefix) && entry.term !== term));

/** Terms are stems, shorter than the words that `typosIn` is for: among those of four letters too many are near. */
const SHORTEST_STEM = 5;

/** Terms that a typo or two make of it, of those in the same range or everywhere: the first letter is seldom the wrong one. */
function corrections(entries: readonly Meant[], term: string): Meant[] {
  const most = term.length < SHORTEST_STEM ? 0 : typosIn(term);
  for (let limit = 1; limit <= most; limit++) {
    const near = entries.filter((entry) => entry.term[0] === term[0] && isNear(term, entry.term, limit));
    if (near.length > 0) return byFrequency(near);
  }
  return [];
}

/** The query's vector by the table; nothing if it has none of the words. */
export function tableVector({ bias, tableStep }: LaneMap, groups: readonly FoundGroup[]): Float32Array | undefined {
  const known = groups.flatMap(({ levels }) => levels ?? []);
  if (known.length === 0) return undefined;
  const sum = bias.slice();
  for (const levels of known) for (let i = 0; i < levels.length; i++) sum[i]! += levels[i]! * tableStep;
  return normalise(sum);
}

/** The query's vector as the site was taught to rank by it: the vector itself where it was not, or cannot be. */
export async function rankingVector(
  lane: OpenLane,
  query: Float32Array,
  tier: 'instant' | 'full',
  failures: unknown[],
): Promise<Float32Array> {
  try {
    const adapter = await lane.adapter(tier);
    return adapter ? adapted(adapter, query) : query;
  } catch (error) {
    failures.push(error);
    return query;
  }
}

/** Fetches the cells nearest to the query and those of the best rows by words; of them only such as hold an allowed row. */
export async function fetchCells(
  { map }: OpenLane,
  vectors: Vectors,
  query: Float32Array,
  words: Float32Array,
  allowed: Uint8Array | undefined,
  tier: 'instant' | 'full',
  failures: unknown[],
): Promise<Map<number, Cell>> {
  const centres = centreScores(query, vectors).map((score, i) => {
    const [start, end] = rowsOf(map.firstCellRows, i, map.rows);
    return allowed && !allowed.subarray(start, end).includes(1) ? Number.NEGATIVE_INFINITY : score;
  });
  const nearest = topScores(Float32Array.from(centres), NEAREST_CELLS[tier])
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .map(({ row }) => row as number);
  const byWords = topScores(words, 10)
    .filter(({ row, score }) => score > 0 && allowed?.[row] !== 0)
    .map(({ row }) => rangeOf(map.firstCellRows, row))
    .filter((found) => !nearest.includes(found));
  const wanted = [...nearest, ...[...new Set(byWords)].slice(0, WORDS_CELLS)];
  const cells = new Map<number, Cell>();
  await Promise.all(
    wanted.map(async (number) => {
      try {
        cells.set(number, await vectors.cell(number));
      } catch (error) {
        failures.push(error);
      }
    }),
  );
  return cells;
}

/** Passages that show how far known questions find them. */
const SHOWN = 50;

/**
 * The query's vector moved towards the likeliest passages of a first ranking, as far as their cells are there.
 *
 * nDCG@10 of the fused instant tier on vue-docs-en .669 → .686, of the full tier .700 → .708, with three that count alike.
 */
export function feedback(
  query: Float32Array,
  first: Float32Array,
  map: LaneMap,
  cells: ReadonlyMap<number, Cell>,
): Float32Array {
  const asked = new Set<number>(map.leads);
  const shown = topScores(first, SHOWN);
  const extent = shareUnasked(shown.map(({ row }) => asked.has(row)));
  return movedTowards(query, likeliestOf(shown), extent, (row, weight, sum) => {
    const number = rangeOf(map.firstCellRows, row);
    cells.get(number)?.addRow(row - map.firstCellRows[number]!, weight, sum);
  });
}

/** The cosine of two rows of `dim` values; undefined where a cell of theirs is not there. */
export function likenessIn(map: LaneMap, cells: ReadonlyMap<number, Cell>, dim: number) {
  const vectorOf = (row: number): Float32Array | undefined => {
    const number = rangeOf(map.firstCellRows, row);
    const vector = new Float32Array(dim);
    cells.get(number)?.addRow(row - map.firstCellRows[number]!, 1, vector);
    return cells.has(number) ? normalise(vector) : undefined;
  };
  return (a: number, b: number): number | undefined => {
    const [one, other] = [vectorOf(a), vectorOf(b)];
    return one && other && dot(one, other);
  };
}

/** Every cell's own scores in one order of rows; nothing if no cell could be had. */
export const meaningOf = (
  query: Float32Array,
  map: LaneMap,
  vectors: Vectors,
  cells: ReadonlyMap<number, Cell>,
): Meaning | undefined => (cells.size === 0 ? undefined : scoreMeaning(query, map, vectors, cells));
