import { gainAt } from '../adapt/measure.ts';
import type { JudgedQuestion } from '../core/adapt.ts';
import type { Chunk, ChunkId } from '../core/types.ts';
import type { Learned } from './lessons.ts';

/** See `TeachingParts.reread`. */
export type Reread = (question: string, signal?: AbortSignal) => Promise<readonly ChunkId[] | undefined>;

/** Questions that are asked again: more would tell little more, and each costs some 30 ms. */
const MOST_ASKED = 200;

/** nDCG@10 if the first right passage were the only one, in the mean over the questions that were asked. */
export interface Compared {
  /** With the passages compared word by word, as a search without an adapter has them. */
  readonly reread: number;
  /** With the adapter. */
  readonly learned: number;
}

/**
 * What was learned against what it takes the place of, on held-out questions: those of the test where there are any.
 * Undefined where passages are not compared word by word. Cost: a search for each of at most 200 questions.
 */
export async function comparedWith(
  reread: Reread,
  judged: readonly JudgedQuestion[],
  { samples }: Learned,
  positives: readonly (readonly number[])[],
  chunks: readonly Chunk[],
  signal?: AbortSignal,
): Promise<Compared | undefined> {
  const tested = judged.filter(({ from }) => from === 'test');
  const asked = (tested.length > 0 ? tested : judged).slice(0, MOST_ASKED);
  const sums = { reread: 0, learned: 0 };
  for (const { question, after } of asked) {
    signal?.throwIfAborted();
    const found = await reread(samples[question]!.query, signal);
    if (!found) return undefined;
    const right = new Set(positives[question]!.map((row) => chunks[row]!.id));
    sums.reread += worth(found.findIndex((id) => right.has(id)) + 1);
    sums.learned += worth(after);
  }
  return asked.length === 0 ? undefined : { reread: sums.reread / asked.length, learned: sums.learned / asked.length };
}

/** @param rank from 1; 0 for none. */
const worth = (rank: number) => (rank === 0 ? 0 : gainAt(rank));
