import { analyse } from '../search/analyse.ts';
import type { SitePassage } from './pages.ts';
import { MOST_COUNTED, type TermEntry } from './terms.ts';

/** Half a surrogate pair is no text; files are UTF-8. */
const LONE = /\p{Cs}/gu;

export const termsOf = (text: string): string[] => analyse(text).map(({ term }) => term.replace(LONE, '\ufffd'));

/** What a passage is found by. */
export const searchable = ({ page, headings, text }: SitePassage) => [page.title, ...headings, text].join('\n');

/** Of each term the rows that hold it, ascending, how often, and the known questions that do. */
export type Postings = ReadonlyMap<
  string,
  { readonly rows: number[]; readonly counts: number[]; readonly asked: number[] }
>;

/** @param weights of the rows: from 1 up, a word counts as if it stood there so many times as often. */
export function postingsOf(
  texts: readonly (readonly string[])[],
  weights: readonly number[],
  questions: readonly (readonly string[])[],
): Postings {
  const postings = new Map<string, { rows: number[]; counts: number[]; asked: number[] }>();
  const listOf = (term: string) => {
    const list = postings.get(term) ?? { rows: [], counts: [], asked: [] };
    postings.set(term, list);
    return list;
  };
  for (const [row, terms] of texts.entries()) {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      const list = listOf(term);
      list.rows.push(row);
      list.counts.push(Math.min(MOST_COUNTED, Math.round(count * Math.max(1, weights[row]!))));
    }
  }
  for (const [question, terms] of questions.entries()) {
    for (const term of new Set(terms)) listOf(term).asked.push(question);
  }
  return postings;
}

/** √ idf: between no weights and idf itself; better than both on vue-docs-en (nDCG@10 of the table alone .564, .583, .572). */
export const tableWeights = (postings: Postings, rows: number) =>
  new Map(
    [...postings].map(([term, { rows: list }]) => [term, Math.sqrt(Math.log(1 + rows / Math.max(1, list.length)))]),
  );

/** Ascending by term. @param levelsOf of the terms that the query table has. */
export function entriesOf(postings: Postings, levelsOf: ReadonlyMap<string, Int8Array>): TermEntry[] {
  return [...postings]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([term, { rows, counts, asked }]) => {
      const levels = levelsOf.get(term);
      return {
        term,
        rows: Uint32Array.from(rows),
        counts: Uint8Array.from(counts),
        ...(asked.length > 0 && { asked: Uint32Array.from(asked) }),
        ...(levels && { levels }),
      };
    });
}
