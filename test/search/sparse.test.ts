import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QueryVector } from '../../src/core/answer.ts';
import { type SparseVector, sparseDot, sparseRows } from '../../src/core/sparse.ts';
import type { Chunk, ModelKey, Segment, UnitVector } from '../../src/core/types.ts';
import { createSparseVectors } from '../../src/search/sparse.ts';

const EN = 'en@1' as ModelKey;
const ZH = 'zh@1' as ModelKey;
const of = (weights: Record<number, number>): SparseVector => ({
  indices: Uint32Array.from(Object.keys(weights), Number),
  values: Uint8Array.from(Object.values(weights)),
});
const segment = (vectors: readonly SparseVector[], model = EN): Segment => ({
  id: 0,
  model,
  language: 'en',
  dim: 1,
  chunks: vectors.map(() => ({}) as Chunk),
  vectors: new Float32Array(vectors.length),
  sparse: sparseRows(vectors),
});
const asked = (sparse: SparseVector, model = EN): QueryVector => ({
  model,
  values: new Float32Array(1) as UnitVector,
  sparse,
});

test('scores are those of the definition, over segments, removed rows and all', () => {
  const vector = fc.dictionary(fc.nat(8).map(String), fc.integer({ min: 1, max: 255 })).map(of);
  const segments = fc.array(fc.array(vector, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(segments, vector, fc.nat(), (parts, query, seed) => {
      const index = createSparseVectors();
      const rows = parts.flat();
      const skip = Uint8Array.from(rows, (_, row) => ((seed >> (row % 31)) & 1 ? 1 : 0));
      let base = 0;
      for (const part of parts) {
        index.add(segment(part), base);
        base += part.length;
      }
      const live = rows.filter((_, row) => skip[row] === 0);
      const idf = (id: number) => {
        const held = live.filter(({ indices }) => indices.includes(id)).length;
        return Math.log(1 + (live.length - held + 0.5) / (held + 0.5));
      };
      const scores = index.score([asked(query)], rows.length, skip);
      for (const [row, one] of rows.entries()) {
        if (skip[row] === 1) continue;
        const wanted = sparseDot(query, one, idf);
        expect(Math.abs(scores[row]! - wanted)).toBeLessThan(1e-5 * Math.max(1, wanted));
      }
    }),
  );
});

test('a head is compared with its own vectors only, and a segment without any scores 0', () => {
  const index = createSparseVectors();
  index.add(segment([of({ 5: 9 })], EN), 0);
  index.add(segment([of({ 5: 9 })], ZH), 1);
  const { sparse: _, ...old } = segment([of({ 5: 9 })], EN);
  index.add(old, 2);
  const scores = index.score([asked(of({ 5: 2 }), ZH)], 3, new Uint8Array(3));
  expect([...scores].map((score) => score > 0)).toEqual([false, true, false]);
  expect([...index.lanes()]).toEqual([
    [EN, [[0, 1]]],
    [ZH, [[1, 2]]],
  ]);
});
