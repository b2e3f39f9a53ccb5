import type { BrowserContext, Page } from 'playwright-core';
import type { AddProgress, AddReport, Engine } from '../../src/core/engine.ts';

/** What the explorer leaves in the console's reach, and what these tests leave beside it. */
declare global {
  var nearfield: Engine;
  var progress: AddProgress[];
}

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Opens the explorer and waits until its engine answers. */
export async function openApp(page: Page, url: string): Promise<void> {
  // Scripts run by tsx name their functions through a helper that a page does not have.
  await page.addInitScript('globalThis.__name = (f) => f');
  await page.goto(url);
  await page.evaluate(() => globalThis.nearfield.status());
}

/** The explorer in a page of its own that moves nothing, and all that its console complains of. */
export async function watchedApp(context: BrowserContext, url: string): Promise<{ page: Page; complaints: string[] }> {
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openApp(page, url);
  return { page, complaints };
}

/**
 * Adds files through the page's own engine; progress gathers in `globalThis.progress`.
 *
 * @param stopAt Aborts in the same breath in which so many passages are said to be done.
 */
export function addFiles(
  page: Page,
  files: readonly TextFile[],
  stopAt = Number.POSITIVE_INFINITY,
): Promise<AddReport> {
  return page.evaluate(
    async ([files, stopAt]) => {
      globalThis.progress = [];
      const stop = new AbortController();
      return globalThis.nearfield.add(
        files.map(({ path, text }) => ({ path, data: new File([text], path) })),
        {
          signal: stop.signal,
          onProgress(step) {
            globalThis.progress.push(step);
            if (step.passages >= stopAt) stop.abort();
          },
        },
      );
    },
    [files, stopAt] as const,
  );
}

/** Documents of the passages found, best first, each once. */
export function ranking(page: Page, question: string, tier: 'keywords' | 'full', limit = 300): Promise<string[]> {
  return page.evaluate(
    async ([question, tier, limit]) => {
      const { passages } = await globalThis.nearfield.search(question, { tier, limit });
      return [...new Set(passages.map(({ chunk }) => chunk.document as string))];
    },
    [question, tier, limit] as const,
  );
}

/** Drops text files on the page, as another program's window would. */
export async function drop(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate((files) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) dataTransfer.items.add(new File([text], name));
    const fire = (type: string) =>
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    fire('dragenter');
    if (document.querySelector<HTMLElement>('nf-drop')?.hidden !== false) throw new Error('no veil was shown');
    fire('dragover');
    fire('drop');
  }, files);
}
