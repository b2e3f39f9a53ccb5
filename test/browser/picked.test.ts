/** A model from files of the person's own: chosen in the explorer, kept on the device, used without a network. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { packagedModels } from '../../src/embed/encoder.node.ts';
import { transformersFolder } from '../embed/transformers-folder.ts';
import { addFiles, openApp, ranking } from './app.ts';
import { launch } from './chromium.ts';

const url = inject('appUrl');
const PATIENT = { timeout: 150_000 };
const SHOTS = process.env.NEARFIELD_SHOTS;
let browser: Awaited<ReturnType<typeof launch>>;
let page: Page;
let work: string;
const complaints: string[] = [];
const FILES = [
  { path: 'pipe.md', text: '# Pipes\n\nThe plumber mends what leaks under the sink.\n' },
  { path: 'garden.md', text: '# Garden\n\nTomatoes want sun, and water in the evening.\n' },
];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'nearfield-picked-'));
  const hub = await transformersFolder();
  await cp(join(hub.folder, 'bge-small-en-v1.5'), join(work, 'bge-mine-en'), { recursive: true, dereference: true });
  await hub.remove();
  await cp(join(packagedModels(), 'bge-small-en-v1.5'), join(work, 'ours'), { recursive: true });
  await cp(join(packagedModels(), 'bge-small-en-v1.5'), join(work, 'cut'), { recursive: true });
  await rm(join(work, 'cut/model.onnx'));
  await cp(join(packagedModels(), 'bge-small-en-v1.5'), join(work, 'damaged'), { recursive: true });
  await writeFile(join(work, 'damaged/tokenizer.json'), '{}');
  const manifest = await readFile(join(work, 'damaged/model.json'), 'utf8');
  await writeFile(join(work, 'damaged/model.json'), manifest.replace('bge-small-en-v1.5', 'damaged'));
  browser = await launch({ viewport: { width: 1200, height: 800 } });
  page = await browser.context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  await openApp(page, url);
  await addFiles(page, FILES);
});
afterAll(async () => {
  await browser.dispose();
  await rm(work, { recursive: true });
});

const dialog = () => page.getByRole('dialog');
async function choose(folder: string): Promise<void> {
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  const choosing = page.waitForEvent('filechooser');
  await dialog().getByRole('button', { name: 'Choose a model’s folder…' }).click();
  await (await choosing).setFiles(join(work, folder));
}
const loaded = async () => (await page.evaluate(() => globalThis.nearfield.status())).encoder.loaded;

test.each([
  ['bge-mine-en', 'picked/bge-mine-en'],
  ['ours', 'picked/bge-small-en-v1.5'],
])(
  'the folder %s is chosen, indexes and answers, and does so at the next visit without a network',
  async (folder, name) => {
    await choose(folder);
    await page.waitForURL((at) => at.searchParams.get('model') === name, PATIENT);
    await openApp(page, page.url());
    const { skipped } = await addFiles(
      page,
      FILES.map((file) => ({ ...file, text: `${file.text} ${name}` })),
    );
    expect(skipped).toEqual([]);
    expect((await ranking(page, 'water pipe drips', 'full'))[0]).toBe('pipe.md');
    expect(await loaded()).toEqual([name]);
    await page.reload();
    await browser.context.setOffline(true);
    expect((await ranking(page, 'growing vegetables', 'full'))[0]).toBe('garden.md');
    expect(await loaded()).toEqual([name]);
    await browser.context.setOffline(false);
  },
);

test('a folder that is no model says what is missing, and a damaged file which; nothing else is lost', async () => {
  await choose('cut');
  await dialog().getByText('“model.onnx”, which its model.json names').waitFor(PATIENT);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/model-missing.png` });
  await dialog().getByRole('button', { name: 'Close' }).click();
  await choose('damaged');
  await page.waitForURL((at) => at.searchParams.get('model') === 'picked/damaged', PATIENT);
  await openApp(page, page.url());
  await page.evaluate(() => globalThis.nearfield.search('pipes', { tier: 'full' }).catch(() => {}));
  const { notes } = await page.evaluate(() => globalThis.nearfield.status());
  expect(notes.join()).toContain('tokenizer.json: expected');
  expect(await ranking(page, 'sink', 'keywords')).toEqual(['pipe.md']);
});

test('kept models are listed and removed; removing the one in use returns to our own', async () => {
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await dialog().locator('li').nth(4).waitFor(PATIENT);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/model-choice.png` });
  expect(await dialog().locator('li strong').allInnerTexts()).toEqual([
    'As Nearfield chooses',
    'Small',
    'bge-mine-en',
    'bge-small-en-v1.5',
    'damaged',
  ]);
  await dialog().getByRole('button', { name: 'Remove bge-mine-en' }).click();
  await expect.poll(() => dialog().locator('li').count()).toBe(4);
  await dialog().getByRole('button', { name: 'Remove damaged' }).click();
  await page.waitForURL((at) => !at.searchParams.has('model'), PATIENT);
  expect(complaints).toEqual([]);
});

test('where memory is short the small form encodes in one worker, and the page says why', async () => {
  await page.goto(`${url}?memory=short`);
  await openApp(page, page.url());
  await page.evaluate(() => globalThis.nearfield.search('pipes', { tier: 'full' }));
  const { encoder, notes } = await page.evaluate(() => globalThis.nearfield.status());
  expect(encoder.loaded).toEqual(['bge-small-en-v1.5-small']);
  expect(notes.join()).toContain('Memory is saved (as asked for): the small form');
  await page.reload();
  await page.locator('nf-status summary').click(PATIENT);
  await page.getByText('Memory is saved').waitFor(PATIENT);
});

test('a model that is not on this device says so', async () => {
  await page.goto(`${url}?model=picked/nothing-there`);
  await openApp(page, page.url());
  await page.evaluate(() => globalThis.nearfield.search('pipes', { tier: 'full' }).catch(() => {}));
  const { notes } = await page.evaluate(() => globalThis.nearfield.status());
  expect(notes.join()).toContain('choose them again');
});
