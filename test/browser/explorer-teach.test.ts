/** Teaching as a person does it: pairs from a file, curves, a verdict, and an answer that changes and changes back. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addFiles, ranking, watchedApp } from './app.ts';
import { launch } from './chromium.ts';
import { documents, pairs, questions } from './teach-world.ts';

const url = inject('appUrl');
/** Screenshots are kept where this says, to be looked at. */
const SHOTS = process.env.NEARFIELD_SHOTS;
const PATIENT = { timeout: 200_000 };
let browser: Awaited<ReturnType<typeof launch>>;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  browser = await launch({ viewport: { width: 1400, height: 900 } });
  ({ page, complaints } = await watchedApp(browser.context, url));
  await addFiles(page, documents);
  await page.reload();
  await page.locator('.folder').first().waitFor(PATIENT);
});
afterAll(() => browser.dispose());

/** The place of each held-out question's document. */
const places = () =>
  Promise.all(questions.map(async ({ text, document }) => (await ranking(page, text, 'full')).indexOf(document) + 1));
const button = (name: string | RegExp) => page.getByRole('button', { name });

async function choosePairs(text: string, name = 'pairs.jsonl'): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button('Choose pairs…').click();
  await (await chooser).setFiles({ name, mimeType: 'application/jsonl', buffer: Buffer.from(text) });
}

test('pairs are learned from with curves to watch; applied, a question never taught is answered better; removed, as before', async () => {
  const before = await places();
  expect(Math.max(...before)).toBeGreaterThan(1);

  await button('Teach').click();
  await page.getByRole('heading', { name: 'Teach it your subject' }).waitFor(PATIENT);
  expect(page.url()).toMatch(/#teach$/);
  const choosing = page.waitForEvent('filechooser');
  await button('Leave pairs out by a list…').click();
  await (await choosing).setFiles({ name: 'block.txt', mimeType: 'text/plain', buffer: Buffer.from('zebra') });
  await button('Leave out block.txt').waitFor(PATIENT);
  await choosePairs(
    `${pairs}\n{"query": "who fed the zebra?", "pos": ["figs-harbour.md"]}\n{"query": "who stole the tarts?", "pos": ["nowhere.md"]}\nnot a pair`,
  );
  await button('Train').click();
  // Searching goes on meanwhile.
  const [found] = await ranking(page, questions[0]!.text, 'full');
  expect(found).toBeDefined();

  await page.getByRole('heading', { name: /^It learned: \+/ }).waitFor(PATIENT);
  await page.getByText('80 of 83 pairs kept').click();
  await page.getByRole('cell', { name: 'its passage is not in the library' }).waitFor(PATIENT);
  await page.getByRole('cell', { name: 'is on the block list: zebra' }).waitFor(PATIENT);
  const chart = page.locator('nf-line-chart').first();
  expect(await chart.locator('path.line').count()).toBe(3);
  expect(await chart.locator('path.line.strong').getAttribute('d')).toMatch(/^M[\d. ]+(L[\d. ]+){3,}$/);
  await chart.getByText('As a table').click();
  expect(await chart.locator('tbody tr').count()).toBeGreaterThan(4);
  expect(await page.locator('.changes li').count()).toBeGreaterThan(4);
  expect(await places()).toEqual(before);

  await button('Use it').first().click();
  await page.locator('.in-use').waitFor(PATIENT);
  expect(await places()).toEqual(questions.map(() => 1));
  // It is there after a reload, and the results show it.
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const asked = questions[before.findIndex((place) => place > 1)]!;
  await page.locator('#nf-question').fill(asked.text);
  await page.locator('#nf-question').press('Enter');
  await page.locator('.ask-box:not([data-searching])').waitFor(PATIENT);
  await page.waitForURL(/q=when/);
  await page.reload();
  const [fruit, place] = asked.document.replace('.md', '').split('-') as [string, string];
  await page.locator('.passage').first().waitFor(PATIENT);
  // Keywords answer first; meaning, and with it what was learned, when the model is there.
  await expect.poll(() => page.locator('.passage').first().innerText(), PATIENT).toContain(`In the ${place}, ${fruit}`);
  expect(await places()).toEqual(questions.map(() => 1));

  await page.goto(`${url}#teach`);
  await page.locator('.in-use').waitFor(PATIENT);
  const saving = page.waitForEvent('download');
  await button('Save as file').click();
  const file = await (await saving).path();
  await button('Remove').last().click();
  await page.locator('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Nothing yet.').waitFor(PATIENT);
  expect(await places()).toEqual(before);

  const opening = page.waitForEvent('filechooser');
  await button('Open a file…').click();
  await (await opening).setFiles(file);
  await button('Use it').click();
  await page.locator('.in-use').waitFor(PATIENT);
  expect(await places()).toEqual(questions.map(() => 1));
});

test('two runs are laid over one another, and their curves saved for TensorBoard', async () => {
  await page.goto(`${url}#teach`);
  await page.reload();
  await choosePairs(pairs);
  const learned = page.getByRole('heading', { name: /^It learned: \+/ });
  await button('Train').click();
  await learned.waitFor(PATIENT);
  await button('Train again').click();
  await page.getByLabel('Compare with').waitFor(PATIENT);
  const lines = () => page.locator('nf-line-chart').first().locator('path.line').count();
  await expect.poll(lines, PATIENT).toBe(3);
  await page.getByLabel('Compare with').selectOption({ label: 'Run 1' });
  await expect.poll(lines).toBeGreaterThan(3);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/teach-compared.png`, fullPage: true });
  const saving = page.waitForEvent('download');
  await button('Save for TensorBoard').click();
  expect((await saving).suggestedFilename()).toContain('tfevents');
});

test('what cannot be learned from is refused with a word, and nothing is kept or broken', async () => {
  await page.goto(`${url}#teach`);
  await page.reload();
  await choosePairs('{"query": "who stole the tarts?", "pos": ["nowhere.md"]}');
  await button('Train').click();
  await page.locator('.failure', { hasText: 'none that are fit' }).waitFor(PATIENT);
  await page.getByText('0 of 1 pairs kept').waitFor(PATIENT);
  expect(await page.locator('.adapters li').count()).toBeGreaterThan(0);
});

test('the view breaks no rule of accessibility, in either language', async () => {
  await page.goto(`${url}#teach`);
  const check = async () => {
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
    });
  };
  await button('Train').waitFor(PATIENT);
  expect(await check()).toEqual([]);
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('heading', { name: '教它懂你的领域' }).waitFor(PATIENT);
  expect(await check()).toEqual([]);
  expect(complaints).toEqual([]);
});

test('with an empty library there is nothing to teach: the page welcomes', async () => {
  await page.evaluate(() => globalThis.nearfield.clear());
  await page.goto(`${url}#teach`);
  await page.reload();
  await page.locator('nf-welcome h1').waitFor(PATIENT);
  expect(await page.locator('nf-teach').count()).toBe(0);
});
