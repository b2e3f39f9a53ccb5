import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelKey, UnitVector } from '../../src/core/types.ts';
import { createSearchIndex } from '../../src/search/index.ts';
import { likeliest, movedTowards, shareUnasked } from '../../src/search/likeliest.ts';
import { chunkOf } from '../chunk-of.ts';

const score = fc.oneof(fc.double({ min: -5, max: 9, noNaN: true }), fc.constantFrom(Number.NEGATIVE_INFINITY, 2));

test('the three best count e^score, and 1 together', () => {
  fc.assert(
    fc.property(fc.array(score, { maxLength: 20 }), (scores) => {
      const best = [...scores.entries()]
        .filter(([, value]) => value > Number.NEGATIVE_INFINITY)
        .sort(([i, a], [j, b]) => b - a || i - j)
        .slice(0, 3);
      const sum = best.reduce((all, [, value]) => all + Math.exp(value), 0);
      const found = likeliest(scores);
      expect(found.map(({ row }) => row)).toEqual(best.map(([row]) => row));
      for (const [i, { share }] of found.entries()) expect(share).toBeCloseTo(Math.exp(best[i]![1]) / sum, 9);
    }),
  );
});

test('a query moves half its length towards what counts, as far as it is to, and keeps its length', () => {
  const rows = [
    [0, 1, 0],
    [0, 0, 1],
  ];
  const addRow = (row: number, weight: number, sum: Float32Array) => {
    for (let i = 0; i < 3; i++) sum[i]! += weight * rows[row]![i]!;
  };
  const likely = [
    { row: 0, share: 0.8 },
    { row: 1, share: 0.2 },
  ];
  const query = Float32Array.of(1, 0, 0);
  const length = Math.hypot(1, 0.4, 0.1);
  const moved = movedTowards(query, likely, 1, addRow);
  for (const [i, value] of [1, 0.4, 0.1].entries()) expect(moved[i]).toBeCloseTo(value / length, 6);
  expect([...movedTowards(query, likely, 0, addRow)]).toEqual([1, 0, 0]);
  expect([...query]).toEqual([1, 0, 0]);
  expect(shareUnasked([false, false, true, false])).toBe(0.75);
});

test('what is like the best passages gets ahead of what is as near to the question, and refusal goes by the question', () => {
  const model = 'toy@1' as ModelKey;
  const unit = (...values: number[]) => values.map((value) => value / Math.hypot(...values));
  // `like` and `unlike` are equally near to the question; only one of them lies on the side of the best.
  const places = {
    best: unit(1, 0.3, 0),
    unlike: unit(1, 0, 0.9),
    like: unit(1, 0.9, 0),
    far: unit(0, -1, -1),
    else: unit(-1, 0, 1),
  };
  const ask = (without: readonly 'rocchio'[], questions: readonly string[] = [], adapted = false) => {
    const index = createSearchIndex();
    const names = Object.keys(places);
    index.add({
      ...{ id: 0, model, language: 'en', dim: 3 },
      chunks: names.map((name) => ({ ...chunkOf(name, 'text'), questions })),
      vectors: Float32Array.from(Object.values(places).flat()),
    });
    const values = Float32Array.of(1, 0, 0) as UnitVector;
    const vectors = [{ model, values, ...(adapted && { adapted: values }) }];
    const { hits, confidence } = index.search({ text: 'asked', language: 'en', k: 5, vectors }, { without });
    return { order: hits.map(({ chunk }) => chunk.document as string).slice(0, 3), confidence };
  };
  const [still, closer] = [ask(['rocchio']), ask([])];
  expect(still.order).toEqual(['best', 'unlike', 'like']);
  expect(closer.order).toEqual(['best', 'like', 'unlike']);
  expect(closer.confidence).toBe(still.confidence);
  // Passages that are found by questions of their own, and what an adapter has learned of the order, are left alone.
  expect(ask([], ['why?']).order).toEqual(still.order);
  expect(ask([], [], true).order).toEqual(still.order);
});
