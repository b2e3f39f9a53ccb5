import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';
import type { Plugin } from 'vite';

const SOURCE = join(import.meta.dirname, 'src/kernels/wasm/index.ts');
const PRODUCT = join(import.meta.dirname, 'src/kernels/wasm.gen.ts');

/**
 * Keeps `src/kernels/wasm.gen.ts` what the AssemblyScript in `src/kernels/wasm/` compiles to, in every build and dev
 * start. The file is in the repository (Node runs the sources as they are); a test proves that it is current.
 * By hand: `npx tsx vite.kernels.ts`.
 */
export function kernels(): Plugin {
  return { name: 'nearfield:kernels', buildStart: writeKernels };
}

/** The text of `wasm.gen.ts`: the kernels with and without relaxed SIMD, in base64. */
export async function compileKernels(): Promise<string> {
  const [relaxed, plain] = [await compile('simd,relaxed-simd'), await compile('simd')];
  return `// Made by vite.kernels.ts from src/kernels/wasm/. Do not edit.
export const RELAXED_SIMD =
  '${relaxed}';
export const SIMD =
  '${plain}';
`;
}

async function writeKernels(): Promise<void> {
  const text = await compileKernels();
  const old = await readFile(PRODUCT, 'utf8').catch(() => '');
  if (old !== text) await writeFile(PRODUCT, text);
}

/** @param features What `asc --enable` takes. The memory is the caller's and may grow to 4 GB. */
async function compile(features: string): Promise<string> {
  let wasm: Uint8Array | undefined;
  const options = '--runtime stub --importMemory --noExportMemory --initialMemory 1 --maximumMemory 65536';
  const { error, stderr } = await asc.main(
    [
      SOURCE,
      '--outFile',
      'kernels.wasm',
      '--enable',
      features,
      '-O3',

      '--noAssert',
      ...options.split(' '),
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) wasm = contents as Uint8Array;
      },
    },
  );
  if (error || !wasm) throw new Error(`AssemblyScript did not compile the kernels: ${stderr}`, { cause: error });
  return Buffer.from(wasm).toString('base64');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await writeKernels();
