import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenBytes } from '../../src/core/tokens.ts';
import { type KernelForm, kernelInfo } from '../../src/kernels/kernels.ts';
import { createMaxSim } from '../../src/kernels/max-sim.ts';
import { normalise } from '../../src/kernels/normalise.ts';
import { inverseLength, quantiseTokens, restoreTokens } from '../../src/kernels/token-levels.ts';

/** Padded and not, below and above one group of the kernels. */
const dims = fc.constantFrom(5, 16, 128, 200, 384);
const matrix = (dim: number, most: number) =>
  fc
    .array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dim, maxLength: dim }), {
      maxLength: most,
    })
    .map((rows) => normalise(Float32Array.from(rows.flat()), dim) as Float32Array);

test('a vector of length 1 comes back within half a step of what it was, and of length 1', () => {
  fc.assert(
    fc.property(
      dims.chain((dim) => fc.tuple(fc.constant(dim), matrix(dim, 5))),
      ([dim, rows]) => {
        const levels = quantiseTokens(rows, dim);
        expect(levels.length).toBe((rows.length / dim) * tokenBytes(dim));
        const restored = restoreTokens(levels, dim);
        for (let at = 0; at < rows.length; at += dim) {
          const [was, is] = [rows.subarray(at, at + dim), restored.subarray(at, at + dim)];
          if (was.every((x) => x === 0)) {
            expect(is.every((x) => x === 0)).toBe(true);
            continue;
          }
          expect(Math.abs(Math.hypot(...is) - 1)).toBeLessThan(1e-5);
          const most = Math.max(...was.map(Math.abs));
          // Along the direction that was kept, rounding is off by half a step a value.
          const scale = most / 7 / (Math.max(...is.map(Math.abs)) / 7);
          for (const [i, x] of was.entries())
            expect(Math.abs(x - is[i]! * scale)).toBeLessThanOrEqual(most / 14 + 1e-6);
        }
      },
    ),
  );
});

const forms: readonly KernelForm[] = ['typed-arrays', 'simd', 'relaxed-simd'];

test.each(forms.slice(0, kernelInfo().form === 'relaxed-simd' ? 3 : 2))(
  'with %s MaxSim is the mean over query words of the best cosine with the restored vectors',
  (form) => {
    const maxSim = createMaxSim(form);
    fc.assert(
      fc.property(
        dims.chain((dim) => fc.tuple(fc.constant(dim), matrix(dim, 5), fc.array(matrix(dim, 7), { maxLength: 4 }))),
        ([dim, query, passages]) => {
          const levels = passages.map((rows) => quantiseTokens(rows, dim));
          const scores = maxSim({ dim, rows: query }, levels);
          expect(scores.length).toBe(passages.length);
          for (const [i, one] of levels.entries()) {
            const off = Math.abs(scores[i]! - byDefinition(query, restoreTokens(one, dim), dim));
            expect(off).toBeLessThanOrEqual(mostOff(query, one, dim));
          }
        },
      ),
      { numRuns: 60 },
    );
  },
);

test('of vectors without a preferred axis rounding moves a cosine by less than .001 (the standard deviation)', () => {
  const maxSim = createMaxSim();
  const value = fc.noBias(fc.integer({ min: -1_000_000, max: 1_000_000 }));
  const vectors = fc.sample(fc.array(value, { minLength: 384, maxLength: 384 }), { numRuns: 400, seed: 7 });
  const rows = vectors.map((vector) => normalise(Float32Array.from(vector), 384) as Float32Array);
  let squares = 0;
  for (let i = 0; i < rows.length; i += 2) {
    const [query, passage] = [rows[i]!, quantiseTokens(rows[i + 1]!, 384)];
    const score = maxSim({ dim: 384, rows: query }, [passage])[0]!;
    squares += (score - byDefinition(query, restoreTokens(passage, 384), 384)) ** 2;
  }
  expect(Math.sqrt(squares / (rows.length / 2))).toBeLessThan(0.001);
});

test('every form of the kernels gives the same bits', () => {
  const [plain, simd] = [createMaxSim('typed-arrays'), createMaxSim('simd')];
  fc.assert(
    fc.property(matrix(384, 6), fc.array(matrix(384, 9), { maxLength: 5 }), (query, passages) => {
      const levels = passages.map((rows) => quantiseTokens(rows, 384));
      expect(simd({ dim: 384, rows: query }, levels)).toEqual(plain({ dim: 384, rows: query }, levels));
    }),
    { numRuns: 30 },
  );
});

function byDefinition(query: Float32Array, passage: Float32Array, dim: number): number {
  const rowsOf = (block: Float32Array) =>
    Array.from({ length: block.length / dim }, (_, i) => [...block.subarray(i * dim, (i + 1) * dim)]);
  const [words, vectors] = [rowsOf(query), rowsOf(passage)];
  if (words.length === 0 || vectors.length === 0) return 0;
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const best = words.map((q) => Math.max(-1, ...vectors.map((p) => dot(q, p))));
  return best.reduce((sum, x) => sum + x, 0) / words.length;
}

/**
 * What rounding can make of it at the very most. The query's values are kept as whole 127ths of the largest, half of one
 * off; of these the kernel takes every second group of sixteen by halves, one off, and the others by 120ths of 128, .54
 * off, each times what a level differs from the middle, 7.5 (src/kernels/wasm/int4.ts).
 */
function mostOff(query: Float32Array, levels: Uint8Array, dim: number): number {
  const bytes = tokenBytes(dim);
  let worst = 0;
  for (let word = 0; word < query.length; word += dim) {
    const step = Math.max(...query.subarray(word, word + dim).map(Math.abs)) / 127;
    for (let from = 0; from < levels.length; from += bytes) {
      let steps = 0.01;
      for (let i = 0; i < dim; i++) {
        const two = levels[from + (i >> 5) * 16 + (i & 15)]!;
        const level = i & 16 ? two >> 4 : two & 15;
        steps += 0.5 * Math.abs(level - 8) + (i & 16 ? 1 : 0.54) * Math.abs(level - 7.5);
      }
      worst = Math.max(worst, steps * step * inverseLength(levels, from, from + bytes));
    }
  }
  return worst + 1e-5;
}
