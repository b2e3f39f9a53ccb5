import { describe, expect, test } from 'vitest';
import { exponential, gelu } from '../../src/kernels/bert/plain.ts';
import { kernelInfo } from '../../src/kernels/kernels.ts';
import { bertTwins } from './bert-twins.ts';

/** Node 20 has no relaxed SIMD; test/browser/kernels.test.ts runs the same in Chromium, which has. */
describe.each(kernelInfo().form === 'relaxed-simd' ? (['simd', 'relaxed-simd'] as const) : (['simd'] as const))(
  '%s',
  (form) => {
    test.each(Object.entries(bertTwins))('%s', (_, check) => check(form));
  },
);

test('exponential is e to the x, to two units in the last place, and tiny below −87', () => {
  for (let x = 0; x >= -87; x -= 0.0137) {
    const exact = Math.exp(Math.fround(x));
    expect(Math.abs(exponential(Math.fround(x)) - exact)).toBeLessThan(exact * 2.4e-7);
  }
  expect(exponential(-1e9)).toBeLessThan(2e-38);
});

test('gelu is x Φ(x)', () => {
  for (let x = -8; x <= 8; x += 0.0173) {
    const off = Math.abs(gelu(Math.fround(x)) - Math.fround(x) * normalShare(Math.fround(x)));
    expect(off, `at ${x}`).toBeLessThan(4e-7 * Math.max(1, Math.abs(x)));
  }
});

/** Φ by Simpson's rule over the density: slow and plain. */
function normalShare(x: number): number {
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const [steps, far] = [4000, Math.abs(x)];
  let sum = density(0) + density(far);
  for (let i = 1; i < steps; i++) sum += density((i * far) / steps) * (i % 2 ? 4 : 2);
  const half = (sum * far) / steps / 3;
  return x < 0 ? 0.5 - half : 0.5 + half;
}
