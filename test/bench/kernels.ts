/**
 * Search kernels against their rivals, in Chromium, interleaved in one run, on real BGE vectors.
 *
 *   npx tsx test/bench/kernels.ts [--rows 10000,100000] [--graphs 10000] [--rounds 9] [--million] [--no-text]
 *
 * `--graphs`: the sizes at which HNSW graphs are built too; at 100,000 that takes a quarter of an hour or more.
 * Vectors come from .cache/bench/; kernels.corpus.ts makes them. What is missing is made up of noisy copies, and said.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runInChromium } from '../kernels/chromium.ts';
import { cachedFile, embedMissing, textSample } from './kernels.corpus.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000,100000' },
    graphs: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '9' },
    million: { type: 'boolean', default: false },
    'no-text': { type: 'boolean', default: false },
  },
});

for (const language of ['en', 'zh'] as const) {
  await embedMissing(language, 'query', 256);
  await embedMissing(language, 'passage', 5_120);
}
const texts = join(import.meta.dirname, '../../.cache/bench/texts.json');
await writeFile(texts, JSON.stringify(await textSample(10_000)));

await runInChromium(join(import.meta.dirname, 'kernels.page.ts'), {
  files: {
    '/texts.json': texts,
    '/en.passage': cachedFile('en', 'passage'),
    '/en.query': cachedFile('en', 'query'),
    '/zh.passage': cachedFile('zh', 'passage'),
    '/zh.query': cachedFile('zh', 'query'),
  },
  query: {
    rows: values.rows,
    graphs: values.graphs,
    rounds: values.rounds,
    million: values.million ? 'yes' : 'no',
    text: values['no-text'] ? 'no' : 'yes',
  },
  policy: '', // hnswlib-wasm wants more than ours
  log: console.log,
});
