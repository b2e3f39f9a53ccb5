import { describe, expect, test } from 'vitest';
import { kernelInfo } from '../../src/kernels/kernels.ts';
import { twins } from './twins.ts';

/** Node 20 has SIMD and no relaxed SIMD; test/browser/kernels.test.ts runs the same in Chromium, which has both. */
describe.each(kernelInfo().form === 'relaxed-simd' ? (['simd', 'relaxed-simd'] as const) : (['simd'] as const))(
  '%s',
  (form) => {
    test.each(Object.entries(twins))('%s', (_, check) => check(form));
  },
);

test('the kernels chosen here are the best this engine validates, with the reason', () => {
  expect(kernelInfo().form).toMatch(/simd/);
  expect(kernelInfo().why).toMatch(/relaxed SIMD/);
});
