/** Is the page free while the engine works? Every main-thread task over 50 ms while a collection is indexed and searched. */
import { build, preview } from 'vite';
import { filesIn } from '../../src/cli/files.ts';
import { addFiles, openApp } from '../browser/app.ts';
import { launch } from '../browser/chromium.ts';

export async function run(): Promise<void> {
  await build({ logLevel: 'warn' });
  const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
  const { context, dispose } = await launch();
  try {
    const page = await context.newPage();
    await openApp(page, server.resolvedUrls!.local[0]!);
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { longTasks: tasks });
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: 'longtask',
      });
    });
    const files = await Promise.all(
      (await filesIn('docs')).map(async ({ path, data }) => ({ path, text: await data.text() })),
    );
    const adding = addFiles(page, files);
    // The input as a person uses it, while the engine is busy.
    const input = page.locator('input[type="search"], input[role="combobox"]').first();
    await page.waitForFunction(() => (globalThis.progress?.at(-1)?.passages ?? 0) >= 8, undefined, {
      timeout: 300_000,
    });
    await input.pressSequentially('how does search decide that nothing is relevant', { delay: 60 });
    const { passages } = await adding;
    const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
    console.log(`${passages} passages indexed while typing; main-thread tasks over 50 ms: ${tasks.length}`);
    if (tasks.length > 0) console.log(`their lengths, ms: ${tasks.map((ms) => ms.toFixed(0)).join(', ')}`);
  } finally {
    await dispose();
    await server.close();
  }
}
