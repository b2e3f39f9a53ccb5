/**
 * Warm search over 10,000 passages in Chromium, embedding of the question included: p50 and p95 by stage.
 *
 * The passages are real text (Markdown and type declarations of the installed packages). Their vectors are random
 * unit vectors: an exact scan takes as long whatever the values are. The questions are embedded by the real model.
 */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, preview } from 'vite';
import { openApp } from '../browser/app.ts';
import { launch } from '../browser/chromium.ts';
import { percentile, table } from './report.ts';

const PASSAGES = 10_000;
const CHARACTERS = 700;
const ROUNDS = 5;
const QUESTIONS = [
  'how do I cancel a request that is still running?',
  'what does strict mode check?',
  'convert a stream to an array buffer',
  'why does the build fail on older versions of Node?',
  'configure a proxy for the development server',
  'difference between a worker and a shared worker',
  'read a file line by line without loading it whole',
  'which licence applies to the fonts?',
  'escape HTML in user input',
  'limit how many promises run at once',
];

export async function run(): Promise<void> {
  const work = '.cache/bench/search';
  await mkdir(join(work, 'public'), { recursive: true });
  await symlink(join(process.cwd(), 'public/models'), join(work, 'public/models')).catch(() => {}); // there already
  await writeFile(join(work, 'public/passages.json'), JSON.stringify(await passages()));
  const config = {
    configFile: false as const,
    base: './',
    worker: { format: 'es' as const },
    root: 'test/bench/pages',
    publicDir: join(process.cwd(), work, 'public'),
    build: {
      outDir: join(process.cwd(), work, 'web'),
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: 'test/bench/pages/search.html' },
    },
    logLevel: 'warn' as const,
    preview: {
      port: 0,
      host: '127.0.0.1',
      // Isolated, as the product's pages are, so that the model may use threads.
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
  };
  await build(config);
  const server = await preview(config);
  const { context, dispose } = await launch();
  try {
    const page = await context.newPage();
    await openApp(page, `${server.resolvedUrls!.local[0]!}search.html`);
    const stages: Record<string, number[]> = {};
    for (let round = -1; round < ROUNDS; round++) {
      for (const question of QUESTIONS) {
        const { timings, total } = await page.evaluate(
          async (question) => {
            const start = performance.now();
            // A space more each time: the question is not found among those already embedded.
            const { timings } = await globalThis.nearfield.search(question, { tier: 'full' });
            return { timings, total: performance.now() - start };
          },
          `${question} (${round + 2})`,
        );
        if (round < 0) continue; // the first round warms up
        for (const [stage, ms] of Object.entries({ ...timings, total })) stages[stage] = [...(stages[stage] ?? []), ms];
      }
    }
    const status = await page.evaluate(() => globalThis.nearfield.status());
    console.log(
      `${status.passages} passages, ${status.encoder.backend}, ${status.encoder.threads} threads, n = ${ROUNDS * QUESTIONS.length}\n`,
    );
    table(
      ['stage', 'p50 ms', 'p95 ms'],
      Object.entries(stages).map(([stage, ms]) => [
        stage,
        percentile(ms, 0.5).toFixed(1),
        percentile(ms, 0.95).toFixed(1),
      ]),
    );
  } finally {
    await dispose();
    await server.close();
  }
}

/** Pieces of the Markdown and type declarations under node_modules, each different. */
async function passages(): Promise<string[]> {
  const found = new Set<string>();
  const entries = await readdir('node_modules', { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(md|d\.ts|d\.mts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => Number(b.endsWith('.md')) - Number(a.endsWith('.md')) || (a < b ? -1 : 1));
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    for (let at = 0; at < text.length && found.size < PASSAGES; at += CHARACTERS)
      found.add(text.slice(at, at + CHARACTERS));
    if (found.size >= PASSAGES) break;
  }
  return [...found];
}
