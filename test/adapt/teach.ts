import type { TrainingSet } from '../../src/core/adapt.ts';
import { createRandom } from '../../src/core/random.ts';
import type { ModelKey } from '../../src/core/types.ts';

/** A small world in which there is something to learn, or nothing. */
export interface World {
  readonly questions?: number;
  readonly documents?: number;
  readonly dim?: number;
  readonly seed?: number;
  /** `rotated`: questions lie a fixed rotation away from their documents; `random`: questions say nothing of them. */
  readonly kind?: 'rotated' | 'random';
  readonly words?: boolean;
}

/** Documents are random directions; question `i` belongs to document `i mod documents`. */
export function teach({
  questions = 120,
  documents = 60,
  dim = 12,
  seed = 1,
  kind = 'rotated',
  words,
}: World = {}): TrainingSet {
  const random = createRandom(seed);
  const vectors = unit(documents, dim, () => random.normal());
  const queries = new Float32Array(questions * dim);
  const positives = Array.from({ length: questions }, (_, i) => [i % documents]);
  for (let i = 0; i < questions; i++) {
    const from = vectors.subarray(positives[i]![0]! * dim, (positives[i]![0]! + 1) * dim);
    for (let j = 0; j < dim; j++) {
      // A rotation by a quarter turn in each pair of axes, half way, and a little noise.
      const turned = j % 2 === 0 ? -from[j + 1]! : from[j - 1]!;
      queries[i * dim + j] = kind === 'rotated' ? from[j]! + 2.2 * turned + 0.05 * random.normal() : random.normal();
    }
  }
  normaliseRows(queries, dim);
  const others = Float32Array.from({ length: questions * documents }, () => random.normal());
  return {
    model: 'test/model' as ModelKey,
    dim,
    queries,
    documents: vectors,
    positives,
    negatives: positives.map(() => []),
    ...(words ? { fusion: { weights: new Float32Array(questions).fill(0.7), others } } : {}),
    dataHash: 'feed',
  };
}

function unit(rows: number, dim: number, value: () => number): Float32Array<ArrayBuffer> {
  return normaliseRows(Float32Array.from({ length: rows * dim }, value), dim);
}

function normaliseRows(block: Float32Array<ArrayBuffer>, dim: number): Float32Array<ArrayBuffer> {
  for (let at = 0; at < block.length; at += dim) {
    const length = Math.hypot(...block.subarray(at, at + dim));
    for (let i = at; i < at + dim; i++) block[i]! /= length;
  }
  return block;
}
