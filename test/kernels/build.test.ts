import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileKernels, KERNELS } from '../../tools/build/kernels.ts';

test.each(KERNELS)(
  '$folder/wasm.gen.ts is what the AssemblyScript compiles to; if not, run npx tsx tools/build/kernels.ts',
  async (kernels) => {
    const kept = await readFile(join(import.meta.dirname, '../..', kernels.folder, 'wasm.gen.ts'), 'utf8');
    expect(kept === (await compileKernels(kernels))).toBe(true);
  },
);
