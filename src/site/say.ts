import { topScores } from '../kernels/topk.ts';
import { expandBy } from '../search/expand.ts';
import { sameAs } from '../search/lead.ts';
import { findGroups } from './look.ts';
import { coverageOf, type FoundGroup, scoreWords, type WordScores } from './rank.ts';
import type { OpenLane } from './shards.ts';

/** What the words of a query say of a lane's rows and of its known questions. */
export interface Said {
  readonly groups: readonly FoundGroup[];
  /** Of the query's own words, and in `scores` of what the glossary has for them. */
  readonly words: WordScores;
  /** Largest share of the telling words that one row holds, 0–1. */
  readonly telling: number;
  /** BM25 among the known questions. */
  readonly asked: Float32Array;
  /** Rows of passages that are known to answer this very question, spelling and punctuation apart. */
  readonly same: ReadonlySet<number>;
}

/** Fetches what the index has of a query's words, and of the words that the site's glossary puts beside them. */
export async function findWords(lane: OpenLane, query: string, typing: boolean, failures: unknown[]): Promise<Said> {
  const [groups, others] = await Promise.all([
    findGroups(lane, query, typing, failures),
    glossaryGroups(lane, query, failures),
  ]);
  const words = scoreWords(groups, lane.saturations);
  let telling = coverageOf(words);
  const more = others.map(({ found, weight }) => {
    const said = scoreWords(found, lane.saturations);
    for (let row = 0; row < words.scores.length; row++) words.scores[row]! += weight * said.scores[row]!;
    telling = Math.max(telling, weight * coverageOf(said));
    return said.groups;
  });
  const asked = scoreWords(groups.map(asQuestions), lane.questionSaturations);
  const same = typing || lane.map.questions === 0 ? new Set<number>() : await sameAsked(lane, query, asked, failures);
  return { groups, words: { ...words, groups: [...words.groups, ...more.flat()] }, telling, asked: asked.scores, same };
}

async function glossaryGroups(lane: OpenLane, query: string, failures: unknown[]) {
  try {
    const terms = expandBy(await lane.glossary(), query);
    return await Promise.all(
      terms.map(async ({ text, weight }) => ({ weight, found: await findGroups(lane, text, false, failures) })),
    );
  } catch (error) {
    failures.push(error);
    return [];
  }
}

const NONE = new Uint32Array();

/** The same words, as known questions hold them. */
const asQuestions = (group: FoundGroup): FoundGroup => ({
  ...group,
  entries: group.entries.map((entry) => {
    if (!entry) return undefined;
    const rows = entry.asked ?? NONE;
    return { ...entry, rows, counts: new Uint8Array(rows.length).fill(1) };
  }),
});

/** Questions that hold every word of the query are read in their passages' texts, which are about to be shown. */
const READ = 3;

async function sameAsked(lane: OpenLane, query: string, asked: WordScores, failures: unknown[]): Promise<Set<number>> {
  const whole = asked.scores.map((score, i) => (asked.held[i]! > asked.total * 0.9999 ? score : 0));
  const likely = topScores(whole, READ).filter(({ score }) => score > 0);
  const rows = new Set(likely.map(({ row }) => lane.map.leads[row]!));
  const same = sameAs(query);
  await Promise.all(
    [...rows].map(async (row) => {
      try {
        const { page, headings, questions = [] } = await lane.passage(row);
        if (![page.title, ...headings, ...questions].some((one) => sameAs(one) === same)) rows.delete(row);
      } catch (error) {
        failures.push(error);
        rows.delete(row);
      }
    }),
  );
  return rows;
}
