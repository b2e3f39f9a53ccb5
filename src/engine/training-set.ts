import type { TrainingSet } from '../core/adapt.ts';
import type { QueryVector } from '../core/answer.ts';
import { EngineError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import type { TeachWarning } from '../core/teach.ts';
import type { Chunk, ChunkId, ModelCard } from '../core/types.ts';
import { topScores } from '../kernels/topk.ts';
import type { LiveRow } from '../search/index.ts';
import type { Store } from '../store/store.ts';
import type { Collection } from './collection.ts';
import type { Learned } from './lessons.ts';

export interface TrainingSetParts {
  readonly learned: Learned;
  /** The model's passages; `learned` names them by their index. */
  readonly lane: readonly LiveRow[];
  readonly collection: Collection;
  /** Of every passage of the lane. */
  readonly vectors: ReadonlyMap<ChunkId, Float32Array>;
  readonly card: ModelCard;
  /** Questions of `learned`, encoded. */
  readonly questions: readonly QueryVector[];
  readonly dataHash: string;
  readonly onProgress: (done: number, total: number) => void;
}

/** The passages of each row of `documents`, and what a person should know of the choice. */
export type PreparedSet = TrainingSet & {
  readonly chunks: readonly Chunk[];
  readonly warnings: readonly TeachWarning[];
};

/** Keyword scores are kept for so many pairs of question and passage, 256 MB of them; beyond that some passages are chosen. */
const MOST_SCORES = 64e6;
/** Of every question so many passages that its words find are chosen then: what looks right is what is worth telling apart. */
const LOOKALIKES = 30;
/** A search that comes meanwhile waits no longer than this, milliseconds. */
const SLICE = 20;

/**
 * What the trainer is given: vectors of the passages as they are stored, and what the rest of the fused search says of
 * them, question by question.
 */
export async function trainingSet(parts: TrainingSetParts): Promise<PreparedSet> {
  const { learned, lane, vectors, card, questions, dataHash } = parts;
  const { samples, positives, negatives } = learned;
  if (samples.length === 0)
    throw new EngineError(
      'bad-input',
      'Expected pairs to learn from, got none that are fit; see what was dropped, and why.',
    );
  const places = await choose(parts);
  const queries = new Float32Array(questions.length * card.dim);
  for (const [q, { values }] of questions.entries()) queries.set(values, q * card.dim);
  const rowOf = new Map(places.map((i, row) => [i, row]));
  const documents = new Float32Array(places.length * card.dim);
  for (const [row, i] of places.entries()) documents.set(vectors.get(lane[i]!.chunk.id)!, row * card.dim);

  const weights = new Float32Array(samples.length);
  const others = new Float32Array(samples.length * places.length);
  const rows = Uint32Array.from(places, (i) => lane[i]!.row);
  await eachQuestion(parts, (q, apart) => {
    weights[q] = apart.weight;
    for (let row = 0, at = q * rows.length; row < rows.length; row++, at++) others[at] = apart.others[rows[row]!]!;
  });
  const toRows = (list: readonly number[]) => list.flatMap((i) => rowOf.get(i) ?? []);
  return {
    model: card.key,
    dim: card.dim,
    queries,
    documents,
    positives: positives.map(toRows),
    negatives: negatives.map(toRows),
    fusion: { weights, others },
    dataHash,
    chunks: places.map((i) => lane[i]!.chunk),
    warnings: rows.length < lane.length ? [{ kind: 'some-passages', taken: rows.length, of: lane.length }] : [],
  };
}

/** Stored vectors of the model, by chunk. Held for a moment, beside what the index holds. */
export async function vectorsOf(store: Store, card: ModelCard): Promise<Map<ChunkId, Float32Array>> {
  const vectors = new Map<ChunkId, Float32Array>();
  for await (const { segment, dead } of store.segments()) {
    if (segment.model !== card.key) continue;
    for (const [row, { id }] of segment.chunks.entries()) {
      if (!dead.has(row)) vectors.set(id, segment.vectors.subarray(row * card.dim, (row + 1) * card.dim));
    }
  }
  return vectors;
}

/** Indices of the lane: all where that fits; else those that are pointed to, those that look right, and others drawn by a fixed seed. */
async function choose(parts: TrainingSetParts): Promise<number[]> {
  const { samples, positives, negatives } = parts.learned;
  const rows = [...parts.lane.keys()];
  const most = Math.floor(MOST_SCORES / samples.length);
  if (rows.length <= most) return rows;
  const chosen = new Set([...positives, ...negatives].flat());
  await eachQuestion(parts, (_, { others }) => {
    const scores = Float32Array.from(parts.lane, ({ row }) => others[row]!);
    for (const { row: i } of topScores(scores, LOOKALIKES)) if (chosen.size < most) chosen.add(i);
  });
  for (const i of createRandom(1).shuffle(rows)) {
    if (chosen.size >= most) break;
    chosen.add(i);
  }
  return [...chosen].sort((a, b) => a - b);
}

async function eachQuestion(
  { learned: { samples }, questions, collection, onProgress }: TrainingSetParts,
  visit: (question: number, apart: ReturnType<Collection['index']['apart']>) => void,
): Promise<void> {
  let last = performance.now();
  for (const [q, { query }] of samples.entries()) {
    visit(q, collection.index.apart({ text: query, vectors: [questions[q]!] }));
    if (performance.now() - last < SLICE) continue;
    onProgress(q, samples.length);
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  }
}
