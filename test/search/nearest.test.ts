import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelKey } from '../../src/core/types.ts';
import { createSearchIndex } from '../../src/search/index.ts';
import { chunkOf } from '../chunk-of.ts';

const DIM = 8;
const rows = fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: DIM, maxLength: DIM }), {
  minLength: 2,
  maxLength: 40,
});
const unit = (values: readonly number[]) => {
  const own = values.map((value, i) => value + (i === 0 ? 0.5 : 0));
  const length = Math.hypot(...own);
  return own.map((value) => value / length);
};

test.each([0, 16_384])(
  'the chunks nearest to one are those of the highest cosines, exact up to %i rows',
  (exactRows) => {
    fc.assert(
      fc.property(rows, fc.nat(39), fc.integer({ min: 1, max: 12 }), (list, at, k) => {
        const index = createSearchIndex({ exactRows });
        const vectors = list.map(unit);
        const segment = (model: string, from: number, to: number) => ({
          id: from,
          model: model as ModelKey,
          language: 'en' as const,
          dim: DIM,
          chunks: vectors.slice(from, to).map((_, i) => chunkOf(`${from + i}`, 'text')),
          vectors: Float32Array.from(vectors.slice(from, to).flat()),
        });
        // One model in two segments, another in a third whose vectors are never compared with these.
        const half = list.length >> 1;
        index.add(segment('a', 0, half));
        index.add(segment('b', 0, 1));
        index.add(segment('a', half, list.length));
        index.remove(['1' as never]);
        const own = (at % list.length) as number;
        if (own < 2) return;
        const cosine = (row: number) => vectors[row]!.reduce((sum, value, d) => sum + value * vectors[own]![d]!, 0);
        const found = index.nearest(chunkOf(`${own}`, '').id, k);
        const others = vectors.map((_, row) => row).filter((row) => row !== own && row !== 1);
        const best = others
          .map(cosine)
          .sort((a, b) => b - a)
          .slice(0, k);
        expect(found).toHaveLength(best.length);
        for (const [i, { chunk, cosine: said }] of found.entries()) {
          expect(said).toBeCloseTo(best[i]!, 4);
          expect(said).toBeCloseTo(cosine(Number(chunk.document)), 4);
        }
      }),
      { numRuns: 60 },
    );
  },
);

test('vectors are handed out as they came; a chunk that is not there has no neighbours', () => {
  const index = createSearchIndex();
  const vectors = Float32Array.from(
    [
      [1, 0, 0, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0, 0, 0],
    ].flat(),
  );
  index.add({
    id: 0,
    model: 'a' as ModelKey,
    language: 'en',
    dim: DIM,
    chunks: [chunkOf('x', ''), chunkOf('y', '')],
    vectors,
  });
  expect(index.vectors([1, 0])).toEqual({
    dim: DIM,
    values: Float32Array.from([...vectors.slice(8), ...vectors.slice(0, 8)]),
  });
  expect(index.vectors([]).values).toHaveLength(0);
  expect(index.nearest(chunkOf('z', '').id, 3)).toEqual([]);
});
