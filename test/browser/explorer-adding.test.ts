/** Adding as a person sees it: dropped files, a progress bar that can be stopped, and what comes after. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { drop } from './app.ts';
import { launch } from './chromium.ts';

const url = inject('appUrl');
const PATIENT = { timeout: 150_000 };
let browser: Awaited<ReturnType<typeof launch>>;
let page: Page;

beforeEach(async () => {
  browser = await launch();
  page = await browser.context.newPage();
  await page.goto(url);
  await page.getByRole('heading', { name: 'Ask your own documents.' }).waitFor(PATIENT);
});
afterEach(() => browser.dispose());

/** A document of as many passages as it has parts: each just long enough not to be joined with its neighbour. */
const long = (parts: number) =>
  Array.from({ length: parts }, (_, i) => `## Part ${i}\n\n${`Sentence ${i} of a long document. `.repeat(6)}`).join(
    '\n\n',
  );
const PARTS = 64;

/** Clicks Cancel, or goes away, in the same breath in which a first part of the document is in. */
async function breakOffMidway(how: 'cancel' | 'reload'): Promise<void> {
  await page.evaluate((how) => {
    const look = new MutationObserver(() => {
      const progress = document.querySelector('nf-progress:not([hidden])');
      const isIndexing = progress?.querySelector('.current')?.textContent?.startsWith('Indexing');
      if (!progress || !isIndexing || (progress.querySelector('progress')?.value ?? 0) === 0) return;
      look.disconnect();
      if (how === 'reload') location.reload();
      else progress.querySelector('button')?.click();
    });
    look.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  }, how);
}

test('dropped files are searched by the words in them as soon as they are in', async () => {
  await drop(page, { 'bread.md': '# Bread\n\nA sourdough starter is fed with flour and water.' });
  expect(await page.locator('nf-drop').isVisible()).toBe(false);
  await page.getByText('Indexed 1 document.').waitFor(PATIENT);
  await page.locator('#nf-question').fill('sourdough');
  await page.locator('.passage b', { hasText: 'sourdough' }).waitFor(PATIENT);

  await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy with sources' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor(PATIENT);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    'sourdough\n\n“A sourdough starter is fed with flour and water.”\n— Bread, bread.md',
  );
});

test('adding can be stopped; what was done is kept, shown as partly done, and the same file finishes it', async () => {
  await breakOffMidway('cancel');
  await drop(page, { 'long.md': long(PARTS) });
  await page.getByText('Stopped. What was done is kept').waitFor(PATIENT);
  expect(await page.getByRole('progressbar').count()).toBe(0);

  await page.reload();
  // What `content-visibility` has not drawn yet has no text.
  const partly = new RegExp(`^\\d+ of ${PARTS} passages$`);
  await expect.poll(() => page.locator('.incomplete').innerText()).toMatch(partly);
  await page.getByText('One document is only partly indexed.').waitFor(PATIENT);

  await drop(page, { 'long.md': long(PARTS) });
  await page.getByText('Indexed 1 document.').waitFor(PATIENT);
  await expect.poll(() => page.locator('.incomplete').count()).toBe(0);
  await expect.poll(() => page.locator('.facts').innerText()).toContain(`${PARTS} passages`);
});

test('a page that went away while adding says so when it is back, until the files have been added', async () => {
  await breakOffMidway('reload');
  await drop(page, { 'long.md': long(PARTS) });
  await page.getByText('Adding was broken off at 0 of 1 file.').waitFor(PATIENT);

  await drop(page, { 'long.md': long(PARTS) });
  await page.getByText('Indexed 1 document.').waitFor(PATIENT);
  await page.reload();
  await page.locator('.facts', { hasText: `${PARTS} passages` }).waitFor(PATIENT);
  expect(await page.getByText('Adding was broken off').count()).toBe(0);
});

test('when the engine dies while adding, the page says so, and goes on when asked again', async () => {
  // Long enough that it is not done before the engine dies, however late that is.
  await drop(page, { 'long.md': long(2000) });
  await page.locator('.current', { hasText: 'Indexing' }).waitFor(PATIENT);
  const engine = page.workers().find((worker) => worker.url().includes('engine.worker'));
  // The worker may be gone before it can answer that it heard.
  await engine!.evaluate('setTimeout(() => { throw new Error("out of memory"); })').catch(() => {});
  await page.getByText('Try again: the engine restarts by itself').waitFor(PATIENT);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await drop(page, { 'bread.md': '# Bread\n\nA sourdough starter is fed with flour and water.' });
  await page.getByText('Indexed 1 document.').waitFor(PATIENT);
});
