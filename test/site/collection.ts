/** What the measuring commands share: a BEIR collection's questions, judgements and nDCG over the pages it becomes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Question {
  readonly text: string;
  /** Relevance by document; absent for a question that nothing answers. */
  readonly wanted?: ReadonlyMap<string, number>;
}

export const linesOf = (collection: string, name: string): string[] =>
  readFileSync(join(collection, name), 'utf8').trim().split('\n');

export function questionsOf(collection: string): Question[] {
  const relevant = new Map<string, Map<string, number>>();
  for (const line of linesOf(collection, 'qrels.tsv').slice(1)) {
    const [query, document, score] = line.split('\t') as [string, string, string];
    relevant.set(query, (relevant.get(query) ?? new Map<string, number>()).set(document, Number(score)));
  }
  return linesOf(collection, 'queries.jsonl').map((line) => {
    const { _id, text } = JSON.parse(line) as { _id: string; text: string };
    const wanted = relevant.get(String(_id));
    return { text, ...(wanted && { wanted }) };
  });
}

/** nDCG@10 of documents, best first. */
export function ndcg(ranking: readonly string[], wanted: ReadonlyMap<string, number>): number {
  const gain = (scores: readonly number[]) => scores.reduce((sum, score, i) => sum + score / Math.log2(i + 2), 0);
  const ideal = [...wanted.values()].sort((a, b) => b - a).slice(0, 10);
  return gain(ranking.slice(0, 10).map((id) => wanted.get(id) ?? 0)) / gain(ideal);
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
