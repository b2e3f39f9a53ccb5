import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Folders with AssemblyScript in `wasm/` and what it compiles to in `wasm.gen.ts`; the encoder's threads share a memory.
 * The files are in the repository (Node runs the sources as they are); a test proves that they are current, and
 * `npx tsx tools/build/kernels.ts` makes them so.
 */
export const KERNELS = [
  { folder: 'src/kernels', shared: false },
  { folder: 'src/kernels/bert', shared: true },
] as const;
export type KernelFolder = (typeof KERNELS)[number];

/** The text of a `wasm.gen.ts`: the kernels with and without relaxed SIMD, in base64. */
export async function compileKernels(kernels: KernelFolder): Promise<string> {
  const [relaxed, plain] = [await compile(kernels, 'simd,relaxed-simd'), await compile(kernels, 'simd')];
  return `// Made by tools/build/kernels.ts from ${kernels.folder}/wasm/. Do not edit.
export const RELAXED_SIMD =
  '${relaxed}';
export const SIMD =
  '${plain}';
`;
}

async function writeKernels(): Promise<void> {
  for (const kernels of KERNELS) {
    const product = join(ROOT, kernels.folder, 'wasm.gen.ts');
    const text = await compileKernels(kernels);
    const old = await readFile(product, 'utf8').catch(() => '');
    if (old !== text) await writeFile(product, text);
  }
}

/** @param features What `asc --enable` takes. The memory is the caller's and may grow to 4 GB. */
async function compile({ folder, shared }: KernelFolder, features: string): Promise<string> {
  let wasm: Uint8Array | undefined;
  const options = '--runtime stub --importMemory --noExportMemory --initialMemory 1 --maximumMemory 65536';
  const threads = shared ? ['--enable', 'threads', '--sharedMemory'] : [];
  const { error, stderr } = await asc.main(
    [
      join(ROOT, folder, 'wasm/index.ts'),
      '--outFile',
      'kernels.wasm',
      '--enable',
      features,
      '-O3',
      '--noAssert',
      ...options.split(' '),
      ...threads,
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
