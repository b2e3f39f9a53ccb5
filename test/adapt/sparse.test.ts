import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparseObjective, type TokenText } from '../../src/adapt/sparse.ts';
import { train } from '../../src/adapt/train.ts';
import { createRandom } from '../../src/core/random.ts';
import {
  decodeSparseHead,
  type SparseHead,
  selectSparse,
  sparseDot,
  sparseRow,
  sparseRows,
  sparseVector,
} from '../../src/core/sparse.ts';
import type { ModelKey } from '../../src/core/types.ts';

const random = createRandom(9);
const text = (ids: readonly number[], dim: number): TokenText => ({
  ids: [...ids].sort((a, b) => a - b),
  vectors: Float64Array.from({ length: ids.length * dim }, () => random.normal()),
});

test('the gradient of the sparse head’s loss agrees with finite differences', () => {
  const words = fc.array(fc.nat(6), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 4 }), fc.boolean(), (lists, shared) => {
      const dim = 3;
      const parameters = Float64Array.from([0.2, -0.3, 0.1, 0.7]);
      const pairs = {
        questions: lists.map(([ids]) => ({
          ...text(ids, dim),
          factors: ids.toSorted((a, b) => a - b).map((id) => 0.5 + id / 4),
        })),
        passages: lists.map(([, ids]) => text(ids, dim)),
        passageOf: lists.map((_, i) => (shared ? Math.min(i, 1) : i)),
      };
      const batch = Uint32Array.from(lists.keys());
      const loss = (into = new Float64Array(4)) => sparseObjective(parameters, pairs, 0.7).loss(batch, into);
      const gradient = new Float64Array(4);
      loss(gradient);
      for (let i = 0; i < 4; i++) {
        const value = parameters[i]!;
        const h = 1e-6;
        parameters[i] = value + h;
        const above = loss();
        parameters[i] = value - h;
        const below = loss();
        parameters[i] = value;
        expect(Math.abs(gradient[i]! - (above - below) / (2 * h))).toBeLessThan(1e-5);
      }
    }),
  );
});

test('training finds the direction that says which shared token matters', () => {
  // Every question and every passage holds token 1, which tells nothing; token 10 + i is the pair’s own. The first value
  // of a vector is large for tokens that tell.
  const of = (own: number) => ({
    ids: [1, own],
    vectors: Float32Array.from([-1, 0.1 * random.normal(), 0, 1, 1, 0.1 * random.normal(), 0, 1]),
  });
  const pairs = {
    questions: Array.from({ length: 40 }, (_, i) => of(10 + (i % 20))),
    passages: Array.from({ length: 20 }, (_, i) => of(10 + i)),
    passageOf: Array.from({ length: 40 }, (_, i) => i % 20),
  };
  const parameters = Float32Array.from([0, 0, 0, 0, 1]);
  const schedule = { epochs: 20, batch: 8, rate: 0.05, weightDecay: 0, warmUp: 0.1 };
  const losses = [...train(parameters, sparseObjective(parameters, pairs, 1), schedule, createRandom(1))];
  expect(losses.at(-1)!.loss).toBeLessThan(losses[0]!.loss / 2);
  expect(parameters[0]).toBeGreaterThan(0.5);
});

const model = 'bge/abc' as ModelKey;
const head: SparseHead = {
  model,
  weights: Float32Array.from([1, 0]),
  bias: 0,
  scale: 10,
  keep: 2,
  special: new Set([101, 102]),
};

test('a repeated token has its largest weight; special, leading, negative and light tokens are gone', () => {
  const ids = Int32Array.from([101, 7, 5, 9, 5, 8, 3, 102]);
  const tokens = Float32Array.from([9, 9, 9, 0, 1, 0, -1, 0, 2, 0, 0.5, 0, 1.5, 0, 9, 9]);
  expect(sparseVector(head, tokens, ids, 2)).toEqual({
    indices: Uint32Array.from([3, 5]),
    values: Uint8Array.from([15, 20]),
  });
});

test('an impact is at most 255, and one that rounds to nothing is gone', () => {
  const ids = Int32Array.from([101, 7, 5, 102]);
  const tokens = Float32Array.from([9, 9, 0.04, 0, 40, 0, 9, 9]);
  expect(sparseVector(head, tokens, ids)).toEqual({ indices: Uint32Array.from([5]), values: Uint8Array.from([255]) });
});

test('rows are taken apart as they were put together, and any of them can be selected', () => {
  const vector = fc
    .uniqueArray(fc.nat(70_000), { maxLength: 6 })
    .map((ids) => Uint32Array.from(ids).sort())
    .chain((indices) =>
      fc.record({
        indices: fc.constant(indices),
        values: fc.uint8Array({ min: 1, minLength: indices.length, maxLength: indices.length }),
      }),
    );
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 8 }), (vectors) => {
      const rows = sparseRows(vectors);
      expect(vectors.map((_, i) => sparseRow(rows, i))).toEqual(vectors);
      const odd = [...vectors.keys()].filter((i) => i % 2 === 1).reverse();
      expect(selectSparse(rows, odd)).toEqual(sparseRows(odd.map((i) => vectors[i]!)));
    }),
  );
});

test('the product of sparse vectors runs over shared tokens', () => {
  const of = (entries: readonly (readonly [number, number])[]) => ({
    indices: Uint32Array.from(entries, ([id]) => id),
    values: Uint8Array.from(entries, ([, value]) => value),
  });
  expect(
    sparseDot(
      of([
        [1, 2],
        [5, 3],
        [9, 1],
      ]),
      of([
        [2, 7],
        [5, 4],
        [9, 8],
      ]),
    ),
  ).toBe(20);
  expect(sparseDot(of([]), of([[1, 1]]))).toBe(0);
  expect(sparseDot(of([[5, 3]]), of([[5, 4]]), (id) => id / 10)).toBe(6);
});

test('a head file is read; one of other weights, another size or another shape is refused', () => {
  const file = { format: 2, model, keep: 2, scale: 3, special: [101], bias: 0.5, weights: [1, 2] };
  expect(decodeSparseHead(file, model, 2)).toMatchObject({ bias: 0.5, keep: 2, weights: Float32Array.from([1, 2]) });
  expect(() => decodeSparseHead(file, 'other' as ModelKey, 2)).toThrow(
    expect.objectContaining({ code: 'model-mismatch' }),
  );
  for (const wrong of [
    null,
    3,
    {},
    { ...file, weights: [1] },
    { ...file, bias: 'x' },
    { ...file, keep: 0 },
    { ...file, scale: 0 },
    { ...file, format: 1 },
    { ...file, weights: [1, null] },
  ]) {
    expect(() => decodeSparseHead(wrong, model, 2)).toThrow(expect.objectContaining({ code: 'model-corrupt' }));
  }
});
