import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compare, fuse, judge } from '../../src/adapt/evaluate.ts';
import { figuresOf, interval } from '../../src/adapt/measure.ts';
import { hardNegatives } from '../../src/adapt/negatives.ts';
import { indexOf } from '../../src/cli/adapt/words.ts';
import { figures } from '../../src/cli/eval/metrics.ts';
import { createRandom } from '../../src/core/random.ts';
import type { ModelKey, UnitVector } from '../../src/core/types.ts';
import { dot } from '../../src/kernels/dot.ts';
import { normalise } from '../../src/kernels/normalise.ts';

test('figures agree with those of a sorted ranking', () => {
  const scores = fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(scores, fc.infiniteStream(fc.boolean()), (list, coin) => {
      const positives = list.flatMap((_, row) => (coin.next().value ? [row] : []));
      fc.pre(positives.length > 0);
      const ranked = [...list.keys()].sort((a, b) => list[b]! - list[a]!).map(String);
      const expected = figures(ranked, new Map(positives.map((row) => [String(row), 1])));
      const found = figuresOf(list, positives);
      for (const name of ['ndcg10', 'mrr10', 'recall10', 'recall100'] as const) {
        expect(found[name], name).toBeCloseTo(expected[name], 10);
      }
    }),
  );
});

test('scoring all documents alike gains nothing: a tie counts half', () => {
  expect(figuresOf([1, 1, 1], [0])).toMatchObject({ mrr10: 1 / 2 });
  expect(figuresOf(new Float32Array(101), [50])).toMatchObject({ ndcg10: 0, recall10: 0, recall100: 1 });
});

test('a strength is a step along the change: α of 0 is the query, α of 1 the query and the change', () => {
  const random = createRandom(1);
  const [dim, rows] = [4, 30];
  const block = (n: number) => Float32Array.from({ length: n * dim }, () => random.normal());
  const [queries, change, documents] = [block(20), block(20), block(rows)];
  const positives = Array.from({ length: 20 }, () => [random.below(rows)]);
  const fusion = {
    weights: new Float32Array(20).fill(0.6),
    others: Float32Array.from({ length: 20 * rows }, () => random.normal()),
  };
  const moved = queries.map((value, i) => value + change[i]!);
  const [before, after] = judge({ dim, queries, positives, fusion }, change, documents, [0, 1]);
  const [same] = judge({ dim, queries, positives, fusion }, undefined, documents, [0]);
  const [there] = judge({ dim, queries: moved, positives, fusion }, undefined, documents, [0]);
  expect(before).toEqual(same);
  expect(after!.dense).toEqual(there!.dense);
  expect(after!.fused).toEqual(there!.fused);
});

test('the trainer’s fused order is the search stage’s own, with another vector of the query too', () => {
  const random = createRandom(3);
  const dim = 8;
  const units = Array.from({ length: 40 }, (_, i) => ({
    id: `${i}`,
    title: '',
    text: `lease clause ${i % 7} rent ${i}`,
  }));
  const vectors = Float32Array.from({ length: 40 * dim }, () => random.normal());
  normalise(vectors, dim);
  const model = 'test/model' as ModelKey;
  const index = indexOf(units, { model, language: 'en', dim, vectors });
  for (const text of ['rent of clause 3', 'lease 12', 'nothing at all']) {
    const values = normalise(
      Float32Array.from({ length: dim }, () => random.normal()),
      dim,
    ) as Float32Array as UnitVector;
    const adapted = normalise(
      Float32Array.from({ length: dim }, () => random.normal()),
      dim,
    ) as Float32Array as UnitVector;
    for (const query of [
      { model, values },
      { model, values, adapted },
    ]) {
      // The trainer judges the first order; the step towards the likeliest passages comes after it, and never to an adapter.
      const first = { explain: false, without: ['rocchio'] } as const;
      const { hits } = index.search({ text, language: 'en', k: 40, vectors: [query] }, first);
      const { weight, others } = index.apart({ text, vectors: [query] });
      const scores = new Float32Array(40);
      const ranking = query.adapted ?? query.values;
      for (let row = 0; row < 40; row++) scores[row] = dot(ranking, vectors, row * dim);
      fuse(scores, weight, others);
      const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
      expect(hits.map(({ chunk }) => Number(chunk.id))).toEqual(order);
    }
  }
});

test('a comparison counts wins and losses, and its interval holds the gain', () => {
  const of = (value: number) => ({ ndcg10: value, mrr10: 0, recall10: 0, recall100: 0 });
  const found = compare([0, 0.5, 1, 1].map(of), [1, 0.5, 0.5, 1].map(of));
  expect(found).toMatchObject({ before: 0.625, after: 0.75, gain: 0.125, wins: 1, losses: 1, ties: 2 });
  expect(found.low).toBeLessThan(0.125);
  expect(found.high).toBeGreaterThan(0.125);
});

test('the bootstrap interval covers a true mean about as often as it says', () => {
  const random = createRandom(4);
  let covered = 0;
  for (let trial = 0; trial < 100; trial++) {
    const [low, high] = interval(Array.from({ length: 60 }, () => random.normal() + 0.3));
    if (low <= 0.3 && 0.3 <= high) covered++;
  }
  expect(covered).toBeGreaterThanOrEqual(88);
  expect(interval([])).toEqual([0, 0]);
  expect(interval([0.2, 0.2])).toEqual([0.2, 0.2]);
});

test('hard negatives lie in the asked range of the positive’s score, best first, and are no copies of it', () => {
  const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  // The positive at 40°, a copy of it, one that scores above it, two in range, one far away.
  const documents = Float32Array.from([40, 42, 10, 55, 50, 88].flatMap(at));
  const options = { range: [0.6, 0.98] as const, depth: 10, copy: 0.998 };
  expect(hardNegatives(Float32Array.from(at(0)), documents, [[0]], options)).toEqual([[4, 3]]);
  expect(hardNegatives(Float32Array.from(at(0)), documents, [[0, 4]], options)).toEqual([[3]]);
  expect(hardNegatives(Float32Array.from(at(0)), documents, [[0]], { ...options, depth: 2 })).toEqual([[]]);
});
