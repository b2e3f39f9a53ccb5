/** The explorer as a person uses it: one library, indexed once by dropping a folder's files, and many ways to it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { launch } from './chromium.ts';

const url = inject('appUrl');
const PATIENT = { timeout: 150_000 };
const FILES: Readonly<Record<string, string | Buffer>> = {
  'sea/tides.md':
    '# Tides\n\nA coast is never still.\n\n## Why\n\nThe moon pulls the oceans. So the sea level at a coast rises and falls twice a day.\n\n| phase | range |\n| --- | --- |\n| new moon | large |\n| half moon | small |\n',
  'bread.md': '# Bread\n\nA sourdough starter is fed with flour and water until wild yeast makes it bubble.\n',
  'law/劳动法.md': '# 劳动合同\n\n用人单位单方面解除劳动合同，应当提前三十日书面通知劳动者本人。\n',
  'photo.png': Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000100', 'hex'),
  '.hidden/secret.md': '# Secret\n\nNobody asked for this to be read.\n',
};

let browser: Awaited<ReturnType<typeof launch>>;
let folder: string;
let page: Page;
/** Paths of all requests, from the first visit on. */
const asked: string[] = [];
/** Whatever the page's console complains of: a violated policy, a thrown error. */
let complaints: string[] = [];

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'nearfield-folder-')), 'shelf');
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  browser = await launch({ viewport: { width: 1400, height: 900 } });
  browser.context.on('request', (request) => void asked.push(new URL(request.url()).pathname));
});
afterAll(async () => {
  await browser.dispose();
  await rm(dirname(folder), { recursive: true, force: true });
});

beforeEach(async () => {
  complaints = [];
  page = await newPage();
});
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

async function newPage(): Promise<Page> {
  const opened = await browser.context.newPage();
  opened.on('pageerror', (error) => complaints.push(error.message));
  opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  // A colour on its way to another has a contrast of its own.
  await opened.emulateMedia({ reducedMotion: 'reduce' });
  // The picker of folders is the system's own window, which no test can reach; without it the page asks another way.
  await opened.addInitScript('delete globalThis.showDirectoryPicker');
  return opened;
}
const question = () => page.locator('#nf-question');
const passages = () => page.locator('.passage');
const reader = () => page.locator('nf-reader article');

async function ask(text: string): Promise<void> {
  await question().fill(text);
  await question().press('Enter');
  await page.locator('.ask-box:not([data-searching])').waitFor(PATIENT);
}
async function openAt(search = ''): Promise<void> {
  await page.goto(url + search);
  await page.locator('.document, .folder').first().waitFor(PATIENT);
}

/** Every rule axe knows of WCAG 2.2 A and AA and of good practice. */
async function expectAccessible(): Promise<void> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  });
  expect(found).toEqual([]);
}
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

test('a first visit says what this is; a folder is added, and what was skipped is named with its reason', async () => {
  await page.goto(url);
  await page.getByRole('heading', { name: 'Ask your own documents.' }).waitFor(PATIENT);
  await expectAccessible();

  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add a folder' }).click();
  const progress = page.getByRole('progressbar').waitFor(PATIENT);
  await (await chooser).setFiles(folder);
  await progress;
  await page.getByText('Indexed 3 documents.').waitFor(PATIENT);
  await page.getByText('1 skipped – see why').click();
  expect(await page.locator('.skipped li').allInnerTexts()).toEqual([expect.stringContaining('shelf/photo.png')]);
  await expect.poll(() => page.locator('.folder .name').first().innerText()).toBe('shelf');
  await expect.poll(() => page.locator('.document .name').allInnerTexts()).toEqual(['劳动合同', 'Tides', 'Bread']);
  await expectAccessible();
});

test('a question in other words finds the passage, marks the sentence that answers and opens the document there', async () => {
  await openAt();
  await ask('why does the sea rise and fall at a coast?');
  expect(await passages().first().locator('mark').innerText()).toMatch(/sea level|moon/);
  expect(await passages().first().locator('.place').innerText()).toMatch(/Tides/);
  expect(await passages().first().locator('summary').innerText()).toMatch(/meaning/);
  await reader().locator('.marked mark').first().waitFor(PATIENT);
  expect(await reader().locator('.marked mark').first().innerText()).toMatch(/sea level|moon/);
  expect(await reader().locator('th').allInnerTexts()).toEqual(['phase', 'range']);
  await expectAccessible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible();
});

test('a Chinese question is answered from the Chinese document', async () => {
  await openAt();
  await ask('解除劳动合同要提前多久通知劳动者？');
  expect(await passages().first().locator('a').innerText()).toContain('三十日');
});

test('results come as a person types, and the keyboard alone leads to the passage and back', async () => {
  await openAt();
  await page.keyboard.press('/');
  await page.keyboard.type('sourdough starter', { delay: 20 });
  await page.locator('.passage mark', { hasText: 'sourdough' }).waitFor(PATIENT);
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement?.closest('.passage') !== null)).toBe(true);
  await page.keyboard.press('Enter');
  await reader().locator('mark').first().waitFor(PATIENT);
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('nf-reader') !== null)).toBe(true);
  expect(page.url()).toContain('doc=shelf%2Fbread.md');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('.passage') !== null)).toBe(true);
  await expect.poll(() => page.url()).not.toContain('doc=');
  await page.keyboard.press('Control+k');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('nf-question');
});

test('an input method is left alone while it composes', async () => {
  await openAt();
  await question().focus();
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'lao dong', selectionStart: 8, selectionEnd: 8 });
  await page.waitForTimeout(400);
  expect(await passages().count()).toBe(0);
  await session.send('Input.insertText', { text: '劳动' });
  await page.locator('.passage', { hasText: '劳动合同' }).first().waitFor(PATIENT);
});

test('a result that is drawn anew keeps the focus', async () => {
  await openAt();
  await ask('sourdough');
  await question().press('ArrowDown');
  const drawnAnew = await page.evaluateHandle(() => document.activeElement!);
  const judge = () => page.evaluate(() => document.querySelector<HTMLElement>('.passage .judge button')!.click());
  await judge();
  await expect.poll(() => drawnAnew.evaluate((link) => link.isConnected)).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.matches('.passage > a'))).toBe(true);
  await judge();
  await expect.poll(async () => (await page.evaluate(() => globalThis.nearfield.accepted())).length).toBe(0);
});

test('in Safari the Enter that ends a composition comes after it, and asks nothing', async () => {
  await openAt();
  await question().fill('sourdough');
  await passages().first().waitFor(PATIENT);
  const isHandled = (keyCode: number) =>
    question().evaluate((input, keyCode) => {
      const key = new KeyboardEvent('keydown', { key: 'Enter', keyCode, bubbles: true, cancelable: true });
      return !input.dispatchEvent(key);
    }, keyCode);
  expect(await isHandled(229)).toBe(false);
  expect(await isHandled(13)).toBe(true);
});

test('where the browser has no idle callbacks, as Safari, one document after another opens, and all of each is filled', async () => {
  await page.addInitScript('delete globalThis.requestIdleCallback; delete globalThis.cancelIdleCallback');
  const rest = Array.from({ length: 30 }, (_, i) => `## Part ${i}\n\n${'The sea is wide and old. '.repeat(20)}\n\n`);
  await openAt();
  expect(await page.evaluate(() => 'cancelIdleCallback' in globalThis)).toBe(false);
  await page.evaluate(
    (text) => globalThis.nearfield.add([{ path: 'sea/long.md', data: new File([text], 'long.md') }], { tokens: false }),
    `# Long\n\nThe kelp forest shelters otters.\n\n${rest.join('')}The last line of all.\n`,
  );
  await ask('sourdough starter');
  await reader().getByText('wild yeast').first().waitFor(PATIENT);
  await ask('kelp forest otters');
  await expect.poll(() => reader().textContent()).toContain('The last line of all.');
  expect(await reader().textContent()).not.toContain('wild yeast');
  await page.evaluate(async () => {
    const { nearfield } = globalThis;
    await nearfield.remove((await nearfield.documents()).filter(({ title }) => title === 'Long').map(({ id }) => id));
  });
});

test('where nothing answers, the page says so and folds the closest passages away', async () => {
  await openAt();
  await ask('why does the sea level rise twice a day?');
  const reader = page.locator('nf-reader').getByRole('heading', { name: 'Tides' });
  await reader.first().waitFor(PATIENT);
  await ask('zxqv wkjh prlt');
  await page.getByRole('heading', { name: 'Nothing here answers this.' }).waitFor(PATIENT);
  expect(await passages().filter({ visible: true }).count()).toBe(0);
  await expect.poll(() => reader.count()).toBe(0);
  await expectAccessible();
});

test('an address with a question and a passage opens both', async () => {
  await openAt();
  await ask('sourdough');
  const href = await passages().first().locator('a').getAttribute('href');
  await page.close();
  page = await newPage();
  await openAt(href!);
  await reader().locator('.marked').first().waitFor(PATIENT);
  expect(await question().inputValue()).toBe('sourdough');
  expect(await reader().locator('.marked').first().innerText()).toContain('wild yeast');
});

test('on a phone the document slides over the results, and Back goes back', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(url);
  await question().waitFor(PATIENT);
  await ask('sourdough');
  await passages().first().locator('a').click();
  await reader().locator('.marked').first().waitFor(PATIENT);
  await page.locator('nf-reader .back').waitFor(PATIENT);
  await expectAccessible();
  await page.goBack();
  await expect.poll(() => reader().isVisible()).toBe(false);
  expect(await question().inputValue()).toBe('sourdough');

  await page.getByRole('button', { name: 'Library' }).click();
  await page.locator('.folder').first().waitFor(PATIENT);
  await expectAccessible();
  await page.goBack();
  await expect.poll(() => page.locator('.folder').first().isVisible()).toBe(false);
});

test('after the first visit the page needs no network: reload, search, open', async () => {
  await openAt();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await ask('sourdough'); // The models are here, too.
  // Some 14 MB that own kernels save; the service worker's requests are among these.
  expect(asked.filter((path) => /\/ort[.-]/.test(path))).toEqual([]);
  expect(asked.join()).toMatch(/embed\.worker/);
  await browser.context.setOffline(true);
  try {
    await page.reload();
    await page.locator('.facts', { hasText: 'offline' }).waitFor(PATIENT);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await ask('why does the sea rise and fall at a coast?');
    expect(await passages().first().innerText()).toMatch(/sea level/);
    expect(await passages().first().locator('summary').innerText()).toMatch(/meaning/);
    await passages().first().locator('a').click();
    await reader().locator('.marked').first().waitFor(PATIENT);
  } finally {
    await browser.context.setOffline(false);
  }
  // The list of sample files is asked for on every visit; offline the console notes that it was not there.
  complaints = complaints.filter((complaint) => !complaint.includes('ERR_INTERNET_DISCONNECTED'));
});

test('a folder or a document alone is asked, by its button, by the address and by Back; refused there, the whole library is one press away', async () => {
  await openAt();
  await page.evaluate(() =>
    globalThis.nearfield.add([
      { path: 'lease/rent.md', data: new File(['# Rent\n\nThe tenant pays the rent monthly.'], 'rent.md') },
    ]),
  );
  await page.reload();
  const within = page.getByRole('button', { name: /^Asking only/ });
  await page.locator('.folder', { hasText: 'lease' }).hover();
  await page.getByRole('button', { name: 'Ask only lease' }).click();
  await within.waitFor(PATIENT);
  await ask('why does the sea level rise twice a day?');
  await page.getByRole('heading', { name: 'Nothing here answers this.' }).waitFor(PATIENT);
  expect(await page.locator('nf-results').innerText()).not.toContain('moon');
  await expectAccessible();
  await page.getByRole('button', { name: 'Ask the whole library', exact: true }).click();
  await page.locator('.passage', { hasText: 'The moon pulls' }).first().waitFor(PATIENT);
  expect(await within.count()).toBe(0);

  await page.goBack();
  await within.waitFor(PATIENT);
  await page.reload();
  await page.getByRole('heading', { name: 'Nothing here answers this.' }).waitFor(PATIENT);
  await question().fill('');
  await question().press('Backspace');
  await expect.poll(() => within.filter({ visible: true }).count()).toBe(0);

  await ask('why does the sea level rise twice a day?');
  await page.locator('.passage a').first().click();
  await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy the passage with its source' }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/^“.*The moon pulls the oceans.*”\n— Tides, shelf\/sea\/tides\.md$/s);
  await page.getByRole('button', { name: 'Ask this document only' }).click();
  await ask('what is sourdough fed with?');
  await page.getByRole('heading', { name: 'Nothing here answers this.' }).waitFor(PATIENT);
  expect(decodeURIComponent(page.url())).toContain('in=shelf/sea/tides.md');
  await page.evaluate(async () => {
    const { nearfield } = globalThis;
    await nearfield.remove((await nearfield.documents()).filter(({ title }) => title === 'Rent').map(({ id }) => id));
  });
});

test('the view “Engine” says what runs and what is kept, and copies it without a word of the documents', async () => {
  await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${url}?q=tide`);
  await page.locator('nf-results li').first().waitFor(PATIENT);
  await page.getByRole('button', { name: 'Engine' }).click();
  await page.getByRole('heading', { name: 'About this engine' }).waitFor(PATIENT);
  expect(page.url()).toMatch(/#about$/);
  const view = page.locator('nf-about');
  for (const said of [
    /WebAssembly, relaxed SIMD/,
    /this browser’s database/,
    /3 documents, \d+ passages/,
    /^\d+ [KM]B of the/m,
  ]) {
    await expect.poll(() => view.innerText()).toMatch(said);
  }
  await page.getByRole('button', { name: 'Copy as text' }).click();
  await page.getByRole('status').getByText('Copied').waitFor(PATIENT);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('WebAssembly, relaxed SIMD');
  expect(copied).not.toMatch(/tide|bread|劳动/i);
  await page.goBack();
  await expect.poll(() => view.count()).toBe(0);
});

test('the language is switched and remembered', async () => {
  await openAt();
  await page.getByRole('button', { name: '中文' }).click();
  await page.reload();
  await page.getByPlaceholder('想问什么？').waitFor(PATIENT);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  await page.getByRole('button', { name: 'English' }).click();
});

test('a document is removed, and the library is cleared only after a yes', async () => {
  await openAt();
  await page.locator('.document', { hasText: 'Bread' }).hover();
  await page.getByRole('button', { name: 'Remove Bread' }).click();
  await expect.poll(() => page.locator('.document .name').allInnerTexts(), PATIENT).toEqual(['劳动合同', 'Tides']);
  await page.getByRole('button', { name: 'Clear the library' }).click();
  await expectAccessible();
  await page.getByRole('button', { name: 'Keep it' }).click();
  expect(await page.locator('.document').count()).toBe(2);
  await page.getByRole('button', { name: 'Clear the library' }).click();
  await page.getByRole('button', { name: 'Clear it' }).click();
  await page.getByRole('heading', { name: 'Ask your own documents.' }).waitFor(PATIENT);
});
