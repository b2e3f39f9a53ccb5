import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bertTwins } from '../kernels/bert-twins.ts';
import { runInChromium } from '../kernels/chromium.ts';
import { promises } from '../kernels/indexes.ts';
import type { PageResult } from '../kernels/page.ts';
import { twins } from '../kernels/twins.ts';

test('kernels and indexes hold in Chromium, with relaxed SIMD and without, under a policy without unsafe-eval', async () => {
  const { info, checks } = await runInChromium<PageResult>(join(import.meta.dirname, '../kernels/page.ts'));
  expect(Object.entries(checks).filter(([, message]) => message !== '')).toEqual([]);
  expect(Object.keys(checks)).toHaveLength(2 * Object.keys({ ...twins, ...bertTwins, ...promises }).length);
  expect(info).toEqual({ form: 'relaxed-simd', why: 'relaxed SIMD is there' });
});

test('where the policy refuses WebAssembly, the plain loops run and the reason says what is missing', async () => {
  const policy = "default-src 'self'; script-src 'self'";
  const { info } = await runInChromium<PageResult>(join(import.meta.dirname, '../kernels/page.ts'), { policy });
  expect(info.form).toBe('typed-arrays');
  expect(info.why).toMatch(/'wasm-unsafe-eval'/);
});
