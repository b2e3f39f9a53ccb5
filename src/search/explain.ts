import type { Match, Reason } from '../core/answer.ts';
import type { Chunk } from '../core/types.ts';
import { analyse } from './analyse.ts';
import type { WeightedGroup } from './keywords.ts';
import type { Lead } from './lead.ts';
import { searchableText } from './text.ts';

/** What the retrievers found out about one row. */
export interface Evidence {
  readonly words: number;
  /** NaN where there was no vector to compare with. */
  readonly cosine: number;
  /** The cosine's standard score over the row's lane. */
  readonly meaning: number;
  /** The learned-sparse score's standard score over the row's lane; absent or 0 where there is none. */
  readonly learned?: number;
  readonly verbatim: boolean;
  /** The known question that led to the row. */
  readonly lead?: Lead;
}

/** Why a passage is a hit: the strongest evidence first, and the words of its text that were asked for. */
export function explain(
  query: string,
  groups: readonly WeightedGroup[],
  chunk: Chunk,
  { words, cosine, meaning, learned = 0, verbatim, lead }: Evidence,
): { reasons: Reason[]; matches: Match[] } {
  const asked = new Map<string, WeightedGroup>();
  for (const group of groups) if (group.telling) for (const { term } of group.alternatives) asked.set(term, group);

  const reasons: Reason[] = [];
  if (verbatim) reasons.push({ kind: 'verbatim', text: query });
  if (words > 0) {
    const found = new Set(analyse(searchableText(chunk)).map(({ term }) => asked.get(term)));
    const matched = groups.filter((group) => found.has(group)).map(({ text }) => text);
    if (matched.length > 0) reasons.push({ kind: 'words', matched: joined(query, matched), score: words });
  }
  const question = nearestQuestion(chunk, asked, lead);
  if (question) reasons.splice(lead?.same ? 0 : reasons.length, 0, question);
  if (meaning > 0) reasons.push({ kind: 'meaning', cosine, score: meaning });
  if (learned > 0) reasons.push({ kind: 'learned', score: learned });

  const matches = analyse(chunk.text).flatMap(({ term, start, end }) => {
    const group = asked.get(term);
    return group ? [{ start, end, weight: group.weight }] : [];
  });
  return { reasons, matches };
}

/** Words that overlap where they stand in the query, as one: 有效 and 效期 as 有效期, and `RdRP` without `Rd` and `RP`. */
function joined(query: string, matched: readonly string[]): string[] {
  const places = matched
    .flatMap((word) => [...occurrences(query, word)].map((start) => ({ start, end: start + word.length })))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const runs: { start: number; end: number }[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last && place.start < last.end) last.end = Math.max(last.end, place.end);
    else runs.push({ ...place });
  }
  const others = matched.filter((word) => !query.includes(word));
  return [...new Set([...runs.map(({ start, end }) => query.slice(start, end)), ...others])];
}

function* occurrences(text: string, word: string): Generator<number> {
  for (let at = text.indexOf(word); word !== '' && at >= 0; at = text.indexOf(word, at + 1)) yield at;
}

/** A question of the chunk's own that holds so much of the query's telling words is the query in other words … */
const SAME_QUESTION = 0.6;
/** … and so is one that lies so near to it. */
const NEAR_QUESTION = 0.85;

function nearestQuestion(
  { questions = [] }: Chunk,
  asked: ReadonlyMap<string, WeightedGroup>,
  lead: Lead | undefined,
): Reason | undefined {
  if (lead && (lead.same || lead.cosine >= NEAR_QUESTION)) {
    return { kind: 'question', question: lead.question, score: lead.same ? 1 : lead.cosine };
  }
  const weightOf = (groups: Iterable<WeightedGroup>) => [...groups].reduce((sum, { weight }) => sum + weight, 0);
  const total = weightOf(new Set(asked.values()));
  let [nearest, best] = ['', SAME_QUESTION];
  for (const question of lead ? [...questions, lead.question] : questions) {
    const held = new Set(analyse(question).flatMap(({ term }) => asked.get(term) ?? []));
    const share = total > 0 ? weightOf(held) / total : 0;
    if (share < best) continue;
    nearest = question;
    best = share;
  }
  return nearest === '' ? undefined : { kind: 'question', question: nearest, score: best };
}
