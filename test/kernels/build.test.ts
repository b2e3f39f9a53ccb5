import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileKernels } from '../../vite.kernels.ts';

test('wasm.gen.ts is what the AssemblyScript compiles to; if not, run npx tsx vite.kernels.ts', async () => {
  const kept = await readFile(join(import.meta.dirname, '../../src/kernels/wasm.gen.ts'), 'utf8');
  expect(kept === (await compileKernels())).toBe(true);
}, 120_000);
