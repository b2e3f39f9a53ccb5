/**
 * Search kernels against their rivals, in Chromium, interleaved in one run, on real BGE vectors.
 *
 *   npm run bench kernels, or with options: npx tsx test/bench/kernels.ts
 *   [--rows 10000,100000] [--graphs 10000] [--rounds 9] [--million] [--no-text]
 *
 * `--graphs`: the sizes at which HNSW graphs are built too; at 100,000 that takes a quarter of an hour or more.
 * Vectors come from .cache/bench/; kernels.corpus.ts makes them. What is missing is made up of noisy copies, and said.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runInChromium } from '../kernels/chromium.ts';
import { cachedFile, embedMissing, textSample } from './kernels.corpus.ts';

export interface KernelBenchOptions {
  readonly rows?: string;
  readonly graphs?: string;
  readonly rounds?: string;
  readonly million?: boolean;
  readonly 'no-text'?: boolean;
}

export async function run(options: KernelBenchOptions = {}): Promise<void> {
  for (const language of ['en', 'zh'] as const) {
    await embedMissing(language, 'query', 256);
    await embedMissing(language, 'passage', 5_120);
  }
  const texts = join(import.meta.dirname, '../../.cache/bench/texts.json');
  await writeFile(texts, JSON.stringify(await textSample(10_000)));
  const load = () => console.log(`load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} processors`);
  load();
  await runInChromium(join(import.meta.dirname, 'kernels.page.ts'), {
    files: {
      '/texts.json': texts,
      '/en.passage': cachedFile('en', 'passage'),
      '/en.query': cachedFile('en', 'query'),
      '/zh.passage': cachedFile('zh', 'passage'),
      '/zh.query': cachedFile('zh', 'query'),
    },
    query: {
      rows: options.rows ?? '10000,100000',
      graphs: options.graphs ?? '10000',
      rounds: options.rounds ?? '9',
      million: options.million ? 'yes' : 'no',
      text: options['no-text'] ? 'no' : 'yes',
    },
    policy: '', // hnswlib-wasm wants more than ours
    log: console.log,
  });
  load();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      graphs: { type: 'string' },
      rounds: { type: 'string' },
      million: { type: 'boolean' },
      'no-text': { type: 'boolean' },
    },
  });
  await run(values);
}
