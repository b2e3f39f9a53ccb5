/** The map as a person goes about it: by mouse, by keys, asking, on a phone; with WebGL and without. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { addFiles, drop, watchedApp } from './app.ts';
import { launch } from './chromium.ts';
import { documents } from './teach-world.ts';

const url = inject('appUrl');
/** Screenshots are kept where this says, to be looked at. */
const SHOTS = process.env.NEARFIELD_SHOTS;
const PATIENT = { timeout: 120_000 };
const FILES = [
  ...documents.map(({ path, text }) => ({ path: `${/-(\w+)\.md$/.exec(path)![1]}/${path}`, text })),
  { path: 'law/劳动法.md', text: '# 劳动合同\n\n用人单位单方面解除劳动合同，应当提前三十日书面通知劳动者本人。\n' },
];

let browser: Awaited<ReturnType<typeof launch>>;
let page: Page;
let complaints: string[] = [];
/** What the page itself has asked for. */
const requests: string[] = [];

beforeAll(async () => {
  browser = await launch({ viewport: { width: 1400, height: 900 } });
  ({ page, complaints } = await watchedApp(browser.context, url));
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  await addFiles(page, FILES);
});
afterAll(() => browser.dispose());
beforeEach(async () => {
  await page.setViewportSize({ width: 1400, height: 900 });
});

const stage = (on = page) => on.locator('.map-stage');
const card = (on = page) => on.locator('.map-card');
const hits = () => page.locator('.map-hit');
const reader = (on = page) => on.locator('nf-reader article .marked');
const isDrawn = (on = page) => on.locator('.map-note:not(:empty)').waitFor(PATIENT);

async function openMap(): Promise<void> {
  await page.goto(url);
  await page.reload();
  await page.locator('.folder').first().waitFor(PATIENT);
  requests.length = 0;
  await page.getByRole('button', { name: 'Map' }).click();
  await isDrawn();
}
async function ask(text: string): Promise<void> {
  await page.locator('#nf-question').fill(text);
  await page.locator('#nf-question').press('Enter');
  await page.locator('.ask-box:not([data-searching])').waitFor(PATIENT);
}
/** What has changed by now is drawn with the next frame. */
const nextFrame = () =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
/** Where the pointed-at point stands, in pixels of the page, once that has been drawn. */
async function ringAt(): Promise<{ x: number; y: number }> {
  await nextFrame();
  const { x, y, width, height } = (await page.locator('.map-ring').boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}
/** How many pixels of the picture are coloured. */
async function colouredPixels(on: Page): Promise<number> {
  const image = (await stage(on).locator('canvas').screenshot()).toString('base64');
  return on.evaluate(async (image) => {
    const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!) > 60)
        coloured++;
    }
    return coloured;
  }, image);
}
async function expectAccessible(): Promise<void> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const found = await page.evaluate(async () => {
    type Violation = { id: string; nodes: { html: string }[] };
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  });
  expect(found).toEqual([]);
}

test('nothing of the map is fetched before it is opened; then every passage is a point, and it says what it cannot say', async () => {
  await page.goto(url);
  await page.locator('.folder').first().waitFor(PATIENT);
  expect(requests.filter((path) => /\/map[-.]/.test(path))).toEqual([]);
  await openMap();
  expect(requests.filter((path) => /\/map-[\w-]+\.js$/.test(path))).toHaveLength(1);
  expect(page.url()).toMatch(/#map$/);
  expect(await stage().getAttribute('aria-label')).toBe('Map of 49 passages');
  expect(await page.locator('.map-note').innerText()).toMatch(/Directions mean nothing.*two areas/s);
  expect(await colouredPixels(page)).toBeGreaterThan(49 * 20);
  expect(await page.locator('.map-name.area').allInnerTexts()).toEqual(['English', 'Chinese']);
  expect(await page.locator('.map-name').allInnerTexts()).toEqual(expect.arrayContaining(['harbour', 'mountains']));
  await expectAccessible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/map.png` });
  await page.emulateMedia({ colorScheme: 'light' });
});

test('arrow keys go from passage to passage, Enter reads one, Back comes back; the mouse finds the same passage there', async () => {
  await openMap();
  await stage().focus();
  await page.keyboard.press('ArrowRight');
  await card().waitFor(PATIENT);
  const first = await card().locator('.text').innerText();
  await expect.poll(() => page.locator('.map-lines line').count(), PATIENT).toBe(5);
  expect(await card().innerText()).toMatch(/Lines lead to the 5 passages most like it/);
  const places = new Set([first]);
  for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowRight']) {
    const [before, from] = [await card().locator('.text').innerText(), await ringAt()];
    await page.keyboard.press(key);
    // There may be no passage that way.
    const to = await ringAt();
    if (to.x === from.x && to.y === from.y) continue;
    await expect.poll(() => card().locator('.text').innerText()).not.toBe(before);
    places.add(await card().locator('.text').innerText());
  }
  expect(places.size).toBeGreaterThan(2);
  const text = await card().locator('.text').innerText();
  await expect.poll(() => page.locator('nf-map > [role=status]').innerText()).toContain(text.slice(0, 60));

  const at = await ringAt();
  await page.keyboard.press('Escape');
  await card().waitFor({ state: 'hidden' });
  await page.mouse.move(at.x, at.y);
  await expect.poll(() => card().locator('.text').innerText()).toBe(text);
  await page.mouse.move(at.x, at.y - 400);
  await card().waitFor({ state: 'hidden' });

  await page.mouse.click(at.x, at.y);
  await reader().waitFor(PATIENT);
  expect((await reader().innerText()).replace(/\s+/g, ' ')).toContain(text.slice(0, 80));
  expect(page.url()).toMatch(/doc=.*#map$/);
  await page.keyboard.press('Escape');
  await reader().waitFor({ state: 'hidden' });
  await stage().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await reader().waitFor(PATIENT);
  await page.goBack();
  await reader().waitFor({ state: 'hidden' });
  expect(await page.locator('nf-map').isVisible()).toBe(true);
});

test('what answers is lit with its rank and opens; what nothing answers lights nothing; the layout stays as it was', async () => {
  await openMap();
  await ask('when are figs weighed and sold in the harbour?');
  await expect.poll(() => hits().count(), PATIENT).toBe(10);
  await page.locator('.map-question:visible').waitFor();
  const label = (await hits().first().getAttribute('aria-label'))!;
  expect(label).toMatch(/^Result 1: Figs/);
  expect(await page.locator('.map-note').innerText()).toMatch(/^The 10 results are lit/);
  await expect
    .poll(() => page.locator('nf-map > [role=status]').innerText(), PATIENT)
    .toMatch(/^The 10 results are lit/);
  const where = async () => (await hits().first().boundingBox())!;
  const before = await where();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/map-asked.png` });

  const frame = (await stage().boundingBox())!;
  await page.mouse.move(frame.x + 5, frame.y + 5);
  await page.mouse.wheel(0, -600);
  await expect.poll(async () => Math.abs((await where()).x - before.x)).toBeGreaterThan(20);
  await page.mouse.down();
  await page.mouse.move(frame.x + 65, frame.y + 5, { steps: 4 });
  await page.mouse.up();
  await stage().focus();
  await page.keyboard.press('0');
  await expect.poll(where).toEqual(before);

  await page.locator('body').press('Escape');
  await hits().nth(1).hover();
  await card().waitFor(PATIENT);
  expect((await hits().nth(1).getAttribute('aria-label'))!).toContain(await card().locator('.place').innerText());
  await stage().focus();
  await page.keyboard.press('Tab');
  await expect.poll(() => card().locator('.text').innerText()).toMatch(/figs are weighed/);

  await hits().first().click();
  await reader().waitFor(PATIENT);
  expect(await reader().innerText()).toMatch(/figs are weighed/);
  await page.goBack();
  await page.reload();
  await expect.poll(() => hits().count(), PATIENT).toBe(10);
  await expect.poll(where).toEqual(before);

  await ask('who won the football match last night on television?');
  await expect.poll(() => page.locator('.map-note').innerText(), PATIENT).toMatch(/^Nothing here answers/);
  expect(await hits().count()).toBe(0);
  await ask('');
});

test('a folder alone is asked on the map too: the others are faint and cannot be pointed at', async () => {
  await page.goto(`${url}?in=law%2F#map`);
  await page.reload();
  await isDrawn();
  await stage().focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => card().innerText(), PATIENT).toMatch(/劳动合同/);
  for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowDown']) await page.keyboard.press(key);
  expect(await card().innerText()).toMatch(/劳动合同/);
  await page.getByRole('button', { name: /ask the whole library/ }).click();
  expect(await page.locator('nf-map').isVisible()).toBe(true);
});

test('the table says what the picture says, and leads to a passage of each group', async () => {
  await openMap();
  await page.getByText('As a table').click();
  const rows = page.locator('.map-table tbody tr');
  expect(await rows.locator('th').allInnerTexts()).toEqual(['harbour', 'mountains', '劳动合同']);
  expect(await rows.first().locator('td').allInnerTexts()).toEqual([
    '24',
    '24',
    'mountains',
    expect.stringMatching(/In the harbour/),
  ]);
  expect(await rows.last().locator('td').nth(2).innerText()).toBe('–');
  await expectAccessible();
  await rows.first().getByRole('button').click();
  await reader().waitFor(PATIENT);
  expect(await reader().innerText()).toMatch(/In the harbour/);
});

test('on a phone the passage lies along the foot with its button, and the reader over the map', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${url}#map`);
  await page.reload();
  await isDrawn();
  await stage().focus();
  await page.keyboard.press('ArrowDown');
  await page.locator('.map-card[data-docked]').waitFor(PATIENT);
  const box = (await card().boundingBox())!;
  const ring = await ringAt();
  expect(ring.y).toBeLessThan(box.y);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/map-phone.png` });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await card().getByRole('button', { name: 'Read' }).click();
  await reader().waitFor(PATIENT);
  await page.goBack();
  await reader().waitFor({ state: 'hidden' });
  expect(await stage().isVisible()).toBe(true);
  await page.getByRole('button', { name: '中文' }).click();
  await expect.poll(() => page.locator('.map-note').innerText()).toMatch(/方向没有含义/);
  await page.getByRole('button', { name: 'English' }).click();
});

test('two fingers zoom, one moves the map, a tap shows the passage and does not open it', async () => {
  await openMap();
  await ask('when are figs weighed and sold in the harbour?');
  await expect.poll(() => hits().count(), PATIENT).toBe(10);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  const touch = (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    ...touchPoints: { x: number; y: number; id?: number }[]
  ) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
  /** Where the first and the last result stand, once both are drawn: results come twice, by words and then by meaning. */
  const places = async () => {
    let found: Awaited<ReturnType<ReturnType<typeof hits>['boundingBox']>>[] = [];
    const areDrawn = async () => {
      found = await Promise.all([0, 9].map((i) => hits().nth(i).boundingBox()));
      return found.every((box) => box !== null);
    };
    await expect.poll(areDrawn, PATIENT).toBe(true);
    return found;
  };
  const spread = async () => {
    const [a, b] = await places();
    return Math.hypot(a!.x - b!.x, a!.y - b!.y);
  };
  const frame = (await stage().boundingBox())!;
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];

  // Results stand in one corner until the frame that puts them in their places.
  await expect.poll(spread).toBeGreaterThan(0);
  await nextFrame();
  const before = await spread();
  await touch('touchStart', { x: x - 60, y, id: 0 }, { x: x + 60, y, id: 1 });
  for (const by of [70, 75, 80]) await touch('touchMove', { x: x - by, y, id: 0 }, { x: x + by, y, id: 1 });
  await touch('touchEnd');
  await expect.poll(async () => (await spread()) / before).toBeCloseTo(80 / 60, 1);

  const left = (await places())[0]!.x;
  await touch('touchStart', { x, y });
  for (const by of [10, 25, 40]) await touch('touchMove', { x: x + by, y });
  await touch('touchEnd');
  await expect.poll(async () => (await places())[0]!.x - left).toBeCloseTo(40, -1);

  await ask('');
  await expect.poll(() => hits().count(), PATIENT).toBe(0);
  await stage().focus();
  await page.keyboard.press('ArrowRight');
  await card().waitFor(PATIENT);
  const at = await ringAt();
  await page.keyboard.press('Escape');
  await touch('touchStart', at);
  await touch('touchEnd');
  await page.locator('.map-card[data-docked]').waitFor(PATIENT);
  expect(await reader().count()).toBe(0);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: false });
});

test('without WebGL the same points are drawn', async () => {
  const { page: other, complaints: said } = await watchedApp(browser.context, url);
  await other.addInitScript(() => {
    const own = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind === 'webgl2' ? null : (own as (...args: unknown[]) => unknown).call(this, kind, ...rest);
    } as typeof own;
  });
  await other.goto(`${url}#map`);
  await other.reload();
  await isDrawn(other);
  expect(await colouredPixels(other)).toBeGreaterThan(49 * 20);
  expect(said).toEqual([]);
  await other.close();
});

test('a long document alone is coloured and named by its parts; and the map needs no network', async () => {
  const fresh = await launch({ viewport: { width: 1200, height: 800 } });
  const { page: other, complaints: said } = await watchedApp(fresh.context, url);
  // Long enough that every fruit is a passage of its own.
  const told = (text: string) =>
    text.replace(/^# (.+)\n\n(.+)$/m, (_, fruit, line) => `### ${fruit}\n\n${`${line} `.repeat(10)}`);
  const part = (place: string) =>
    `## ${place}\n\n${documents
      .filter(({ path }) => path.includes(place.toLowerCase()))
      .map(({ text }) => told(text))
      .join('\n')}`;
  await addFiles(other, [{ path: 'fruit.md', text: `# Fruit\n\n${part('Harbour')}\n${part('Mountains')}` }]);
  await other.locator('.facts', { hasText: 'ready for offline' }).waitFor(PATIENT);
  await fresh.context.setOffline(true);
  await other.goto(`${url}#map`);
  await other.reload();
  await isDrawn(other);
  expect((await other.locator('.map-name.group').allInnerTexts()).sort()).toEqual(['Harbour', 'Mountains']);
  expect(said.filter((line) => !line.includes('net::ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  await fresh.dispose();
});

test('a library of few passages is told so kindly, an empty one has no map; nothing was complained of', async () => {
  const fresh = await launch({ viewport: { width: 1200, height: 800 } });
  const { page: other, complaints: said } = await watchedApp(fresh.context, `${url}#map`);
  await other.getByRole('heading', { name: 'Ask your own documents.' }).waitFor(PATIENT);
  expect(await other.locator('nf-map').count()).toBe(0);
  await addFiles(other, FILES.slice(0, 3));
  await other.reload();
  await isDrawn(other);
  expect(await other.locator('.map-note').innerText()).toMatch(/^Only 3 passages so far/);
  // The old map stands until there is the new one's, though none of its documents is left.
  await other.evaluate(() => globalThis.nearfield.clear());
  await drop(other, { 'figs.md': '# Figs\n\nFigs are weighed.', 'dates.md': '# Dates\n\nDates are sold.' });
  await expect.poll(() => stage(other).getAttribute('aria-label')).toBe('Map of 2 passages');
  expect(said).toEqual([]);
  await fresh.dispose();
  expect(complaints).toEqual([]);
});
