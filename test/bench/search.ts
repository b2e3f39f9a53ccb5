/**
 * Warm search over 10,000 passages in Chromium, embedding of the question included: p50 and p95 by stage.
 *
 * The passages are real text (Markdown and type declarations of the installed packages). Their vectors are random
 * unit vectors: an exact scan takes as long whatever the values are. The questions are embedded by the real model.
 */
import { openApp } from '../browser/app.ts';
import { launch } from '../browser/chromium.ts';
import { percentile, table } from './report.ts';
import { passages, serveBench } from './serve.ts';

const PASSAGES = 10_000;
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
  const { url, close } = await serveBench('search', await passages(PASSAGES));
  const { context, dispose } = await launch();
  try {
    const page = await context.newPage();
    await openApp(page, url);
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
    await close();
  }
}
