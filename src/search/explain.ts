import type { Match, Reason } from '../core/answer.ts';
import type { Chunk } from '../core/types.ts';
import { analyse } from './analyse.ts';
import { searchableText } from './text.ts';
import type { Group } from './words.ts';

/** What the retrievers found out about one row. */
export interface Evidence {
  readonly words: number;
  /** NaN where there was no vector to compare with. */
  readonly cosine: number;
  /** The cosine's standard score over the row's lane. */
  readonly meaning: number;
  readonly verbatim: boolean;
}

/** Why a passage is a hit: the strongest evidence first, and the words of its text that were asked for. */
export function explain(
  query: string,
  groups: readonly (Group & { readonly weight: number })[],
  chunk: Chunk,
  { words, cosine, meaning, verbatim }: Evidence,
): { reasons: Reason[]; matches: Match[] } {
  const asked = new Map<string, Group & { readonly weight: number }>();
  for (const group of groups) if (group.telling) for (const { term } of group.alternatives) asked.set(term, group);

  const reasons: Reason[] = [];
  if (verbatim) reasons.push({ kind: 'verbatim', text: query });
  if (words > 0) {
    const found = new Set(analyse(searchableText(chunk)).map(({ term }) => asked.get(term)));
    const matched = groups.filter((group) => found.has(group)).map(({ text }) => text);
    if (matched.length > 0) reasons.push({ kind: 'words', matched, score: words });
  }
  if (meaning > 0) reasons.push({ kind: 'meaning', cosine, score: meaning });

  const matches = analyse(chunk.text).flatMap(({ term, start, end }) => {
    const group = asked.get(term);
    return group ? [{ start, end, weight: group.weight }] : [];
  });
  return { reasons, matches };
}
