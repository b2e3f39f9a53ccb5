import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SiteServer } from '../site/serve.ts';
import { serveWidget } from '../site/widget.ts';
import { launch } from './chromium.ts';

const MODEL = 'bge-small-en-v1.5';
const REREAD = 'Found by words and the full model, and read word by word';

let site: SiteServer;
let close: () => Promise<void>;
let context: BrowserContext;
let dispose: () => Promise<void>;
let page: Page;

beforeAll(async () => {
  ({ site, close } = await serveWidget([MODEL]));
  ({ context, dispose } = await launch());
});
afterAll(async () => {
  await dispose?.();
  await close?.();
});
beforeEach(async () => {
  page = await context.newPage();
  await page.addInitScript(() => {
    const tiers: string[] = [];
    document.addEventListener('nearfield:results', (event) => {
      const { query, tier, reread, passages } = (
        event as CustomEvent<{ query: string; tier: string; reread: boolean; passages: number }>
      ).detail;
      tiers.push(`${query}: ${reread ? 'reread' : tier} ${passages}`);
    });
    Object.assign(window, { tiers });
  });
  await page.goto(`${site.url}full.html`);
});
afterEach(async () => {
  site.fault = undefined;
  await page.close();
});

const box = () => page.locator('nearfield-search input');
const tier = (text: string) => page.locator('nearfield-search .tier', { hasText: new RegExp(`^${text}$`) });
const answers = () => page.evaluate(() => (window as unknown as { tiers: string[] }).tiers);

test('the full tier answers after the instant one, reads the best passages word by word, and says so, under the policy', async () => {
  await box().fill('what happens if I bring a book back too late');
  await tier(REREAD).waitFor();
  const first = page.locator('nearfield-search a[role=option]').first();
  expect(await first.getAttribute('href')).toContain('/guide/lending.html');
  const said = await answers();
  expect(said.map((one) => one.split(': ')[1]!.split(' ')[0])).toEqual(['instant', 'instant', 'full', 'reread']);
  // One list throughout: as many results after as before.
  expect(new Set(said.map((one) => one.split(' ').at(-1))).size).toBe(1);
  // Own kernels do it: no byte of ONNX Runtime, 14 MB, is fetched.
  expect(site.asked).toContain(`/nearfield/models/${MODEL}/model.onnx`);
  expect(site.asked.filter((path) => /\/ort[.-]/.test(path))).toEqual([]);
});

test('results that a person is choosing from stay as they are', async () => {
  // In the same breath in which the first answer is shown: who is slow to choose is shown a better one.
  await page.evaluate(() => {
    const input = document.querySelector('nearfield-search')!.shadowRoot!.querySelector('input')!;
    const choose = () => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    document.addEventListener('nearfield:results', () => setTimeout(choose), { once: true });
  });
  await box().fill('how long may I keep a book');
  await page.locator('nearfield-search [aria-selected=true]').waitFor();
  await page.waitForTimeout(1500);
  expect((await answers()).some((one) => /full|reread/.test(one))).toBe(false);
  expect(await page.locator('nearfield-search [aria-selected=true]').count()).toBe(1);
});

test('the next question ends the reading of the one before', async () => {
  await box().fill('who may become a member');
  await page.locator('nearfield-search .tier', { hasText: /reading the best|full model/ }).waitFor();
  await box().fill('replace the battery');
  await tier(REREAD).waitFor();
  const said = await answers();
  const from = said.findIndex((one) => one.startsWith('replace'));
  expect(said.slice(from).every((one) => one.startsWith('replace'))).toBe(true);
});

test('without its model the instant answer stands, and says which tier it is', async () => {
  // What the tests before have put into the browser's store must not serve here.
  const { context: fresh, dispose: end } = await launch();
  site.fault = (path, bytes) => (path.includes('/models/') ? undefined : bytes);
  const other = await fresh.newPage();
  await other.goto(`${site.url}full.html`);
  await other.locator('nearfield-search input').fill('replace the battery');
  const label = other.locator('nearfield-search .tier', { hasText: /^Found by words and meaning$/ });
  await label.waitFor();
  expect(await other.locator('nearfield-search a[role=option]').first().getAttribute('href')).toContain('repair.html');
  await end();
});
