/**
 * Teaching in Chromium: 1,000 pairs × 6,000 passages, from the call to the kept adapter, question embedding included,
 * while a question is asked every second. How long each phase took, how searching fared, and what it took of memory.
 */
import { openApp } from '../browser/app.ts';
import { launch } from '../browser/chromium.ts';
import { QUESTIONS, questionOf } from './pages/questions.ts';
import { percentile, table } from './report.ts';
import { passages, serveBench } from './serve.ts';

const PASSAGES = 6_000;
const EPOCHS = 12;

export async function run(): Promise<void> {
  const texts = await passages(PASSAGES);
  const { url, close } = await serveBench('adapt', texts);
  const { context, dispose } = await launch({ args: ['--enable-blink-features=ForceEagerMeasureMemory'] });
  try {
    const page = await context.newPage();
    await openApp(page, url);
    const lines = texts
      .slice(0, QUESTIONS)
      .map((text, i) => JSON.stringify({ query: questionOf(text), pos: [`passages#${i}`] }));
    const searching = () =>
      page.evaluate(async (i) => {
        const start = performance.now();
        await globalThis.nearfield.search(`how is the build configured ${i}`, { tier: 'full' });
        return performance.now() - start;
      }, Math.random());
    const idle: number[] = [];
    for (let i = 0; i < 20; i++) idle.push(await searching());

    const before = await memory(page);
    const startedAt = performance.now();
    const teaching = page.evaluate(
      async ([text, epochs]) => {
        const phases: Record<string, number> = {};
        let [phase, since] = ['read', performance.now()];
        const report = await globalThis.nearfield.teach(
          { files: [{ path: 'pairs.jsonl', data: new Blob([text]) }] },
          {
            train: { epochs, patience: epochs },
            onProgress: (progress) => {
              if (progress.kind !== 'prepare' && progress.kind !== 'phase') return;
              const now = performance.now();
              phases[phase] = (phases[phase] ?? 0) + now - since;
              [phase, since] = [progress.phase, now];
            },
          },
        );
        phases[phase] = (phases[phase] ?? 0) + performance.now() - since;
        return { phases, log: report.log, bytes: report.bytes };
      },
      [lines.join('\n'), EPOCHS] as const,
    );
    const busy: number[] = [];
    let highest = before;
    let isDone = false;
    const pause = () => new Promise((resolve) => setTimeout(resolve, 1000));
    const watching = Promise.all([
      (async () => {
        for (; !isDone; await pause()) busy.push(await searching());
      })(),
      (async () => {
        for (; !isDone; await pause()) highest = Math.max(highest, await memory(page));
      })(),
    ]);
    const { phases, log, bytes } = await teaching;
    const seconds = (performance.now() - startedAt) / 1000;
    isDone = true;
    await watching;

    console.log(
      `${log.questions} questions × ${log.documents} passages, ${log.epochs.length - 1} epochs; ${log.verdict}\n${seconds.toFixed(1)} s from the call to the kept adapter (bar: 180 s on two cores)\n`,
    );
    table(
      ['phase', 's'],
      Object.entries(phases).map(([phase, ms]) => [phase, (ms / 1000).toFixed(1)]),
    );
    console.log();
    table(
      ['search, ms', 'n', 'p50', 'p95', 'max'],
      (
        [
          ['nothing else going on', idle],
          ['while it learns', busy],
        ] as const
      ).map(([name, ms]) => [
        name,
        String(ms.length),
        percentile(ms, 0.5).toFixed(0),
        percentile(ms, 0.95).toFixed(0),
        Math.max(...ms).toFixed(0),
      ]),
    );
    console.log(
      `\ntraining set: ${megabytes(bytes)}; processes of the browser: ${megabytes(before)} before, ${megabytes(highest)} at the most`,
    );
  } finally {
    await dispose();
    await close();
  }

  /** Bytes of every worker and the page: what the browser itself measures. */
  async function memory(page: Awaited<ReturnType<typeof context.newPage>>): Promise<number> {
    return page.evaluate(async () => {
      const { measureUserAgentSpecificMemory: measure } = performance as unknown as {
        measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
      };
      return measure ? (await measure.call(performance)).bytes : 0;
    });
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
