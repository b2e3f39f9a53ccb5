import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { addFiles, openApp, ranking } from './app.ts';
import { launch } from './chromium.ts';

const url = inject('appUrl');
let browser: Awaited<ReturnType<typeof launch>>;
let page: Page;

beforeEach(async () => {
  browser = await launch();
  page = await browser.context.newPage();
  await openApp(page, url);
});
afterEach(() => browser.dispose());

/** Machines that run tests are slow and shared; nothing here is about time. */
const PATIENT = { timeout: 150_000 };

const ENGLISH = [
  {
    path: 'tides.md',
    text: '# Tides\n\nThe moon pulls the oceans, so the sea level at a coast rises and falls twice a day.',
  },
  {
    path: 'bread.md',
    text: '# Bread\n\nA sourdough starter is fed with flour and water until wild yeast makes it bubble.',
  },
  {
    path: 'tax.md',
    text: '# Tax\n\nSelf-employed people pay income tax in advance, four times a year, from an estimate.',
  },
];
const CHINESE = [
  { path: '潮汐.md', text: '# 潮汐\n\n月球的引力牵动海水，因此海岸的水位每天涨落两次。' },
  { path: '面包.md', text: '# 面包\n\n天然酵种用面粉和水喂养，直到野生酵母让它冒泡。' },
  { path: '劳动法.md', text: '# 劳动合同\n\n用人单位单方面解除劳动合同，应当提前三十日书面通知劳动者本人。' },
];
/** A document of many passages, each with words of its own. */
const long = (name: string, sections: number) => ({
  path: `${name}.md`,
  text: Array.from(
    { length: sections },
    (_, i) => `## ${name} ${i}\n\n${Array.from({ length: 12 }, (_, w) => `${name}${i}x${w}`).join(' and then ')}.`,
  ).join('\n\n'),
});

test('a question without a word in common finds the passage that answers, in English and in Chinese', async () => {
  await addFiles(page, [...ENGLISH, ...CHINESE]);
  expect((await ranking(page, 'why does the beach get flooded regularly?', 'full'))[0]).toBe('tides.md');
  expect((await ranking(page, 'how do freelancers settle what they owe the state?', 'full'))[0]).toBe('tax.md');
  expect((await ranking(page, '公司要辞退我，要多久之前告诉我？', 'full'))[0]).toBe('劳动法.md');
  expect((await ranking(page, '为什么沙滩会定期被淹没', 'full'))[0]).toBe('潮汐.md');
});

test('a collection outlives a reload of the page', async () => {
  await addFiles(page, ENGLISH);
  await page.reload();
  expect((await ranking(page, 'sourdough', 'keywords'))[0]).toBe('bread.md');
  const status = await page.evaluate(() => globalThis.nearfield.status());
  expect(status).toMatchObject({ documents: 3, passages: 3, notes: [] });
});

test('the first answer is compared word by word, by token vectors that outlive the tab that indexed them', async () => {
  await addFiles(page, [...ENGLISH, ...CHINESE, long('alpha', 40)]);
  // Unless told to, a search encodes no passage: what is compared was stored.
  const ask = (question: string) =>
    page.evaluate(async (question) => {
      const { reranked, passages } = await globalThis.nearfield.search(question, { tier: 'full' });
      return { reranked, kinds: passages[0]!.reasons.map(({ kind }) => kind), first: passages[0]!.chunk.document };
    }, question);
  const before = await ask('why does the beach get flooded regularly?');
  expect(before).toMatchObject({ reranked: true, first: 'tides.md' });
  expect(before.kinds).toContain('reread');

  await page.close({ runBeforeUnload: false });
  page = await browser.context.newPage();
  await openApp(page, url);
  expect(await ask('why does the beach get flooded regularly?')).toEqual(before);
  expect(await ask('公司要辞退我，要多久之前告诉我？')).toMatchObject({ reranked: true, first: '劳动法.md' });
});

test('indexing is cancelled and gone on with: nothing lost, nothing done twice', async () => {
  const files = [long('alpha', 30), long('beta', 30)];
  expect(await addFiles(page, files, 8).catch((error: Error) => error.message)).toMatch(/abort/i);
  const before = (await page.evaluate(() => globalThis.nearfield.status())).passages;
  expect(before).toBeGreaterThanOrEqual(8);

  await page.reload();
  const report = await addFiles(page, files);
  const after = (await page.evaluate(() => globalThis.nearfield.status())).passages;
  expect(before + report.passages).toBe(after);
  expect(await addFiles(page, files)).toMatchObject({ added: 0, unchanged: 2, passages: 0 });
  for (const word of ['alpha0x3', 'alpha29x3', 'beta0x3', 'beta29x3']) {
    expect((await ranking(page, word, 'keywords'))[0]).toBe(`${word.slice(0, word.search(/\d/))}.md`);
  }
});

test('a tab killed while indexing opens with what it had committed', async () => {
  const files = [long('alpha', 60)];
  addFiles(page, files).catch(() => {});
  await page.waitForFunction(() => (globalThis.progress?.at(-1)?.passages ?? 0) >= 40, undefined, PATIENT);
  await page.close({ runBeforeUnload: false });

  page = await browser.context.newPage();
  await openApp(page, url);
  const kept = (await page.evaluate(() => globalThis.nearfield.status())).passages;
  // At most five seconds of work are lost; how much that is depends on the machine.
  expect(kept).toBeGreaterThanOrEqual(8);
  const report = await addFiles(page, files);
  const { passages } = await page.evaluate(() => globalThis.nearfield.status());
  expect(kept + report.passages).toBe(passages);
});

test('what one tab adds another finds without a reload, and two tabs never write at once', async () => {
  const other = await browser.context.newPage();
  await openApp(other, url);
  // Long enough that the other tab comes in the middle of it, however late it is.
  const adding = addFiles(page, [...ENGLISH, long('alpha', 200)]);
  await page.waitForFunction(() => (globalThis.progress?.at(-1)?.passages ?? 0) >= 8, undefined, PATIENT);
  const refused = await addFiles(other, CHINESE).catch((error: Error) => error.message);
  expect(refused).toMatch(/tab/i);
  await adding;
  await expect.poll(() => ranking(other, 'sourdough', 'keywords'), PATIENT).toEqual(['bread.md']);
  expect(await addFiles(other, CHINESE)).toMatchObject({ added: 3 });
});

test('a model file whose bytes are not those of its hash is refused by name, and leaves the collection usable', async () => {
  await page.route('**/models/bge-small-en-v1.5/*.onnx', async (route) => {
    const response = await route.fetch();
    const bytes = await response.body();
    bytes[1000]! ^= 1;
    await route.fulfill({ response, body: bytes });
  });
  const error = await addFiles(page, ENGLISH).catch((error: Error) => error.message);
  expect(error).toMatch(/sha-?256|hash/i);
  await page.unrouteAll();
  expect(await addFiles(page, ENGLISH)).toMatchObject({ added: 3 });
});
