/** What the explorer says before files are added that there is no room for. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { drop, watchedApp } from './app.ts';
import { launch } from './chromium.ts';

const url = inject('appUrl');
const PATIENT = { timeout: 150_000 };
/** Screenshots are kept where this says, to be looked at. */
const SHOTS = process.env.NEARFIELD_SHOTS;
let browser: Awaited<ReturnType<typeof launch>>;

// Else it says that ten gigabytes are free, whatever is: so that no page can tell one disk from another.
beforeAll(async () => {
  browser = await launch({ args: ['--disable-features=StaticStorageQuota'] });
});
afterAll(() => browser.dispose());

test('files that will not fit are told before anything is done, and what is given up for them is the person’s choice', async () => {
  const { page, complaints } = await watchedApp(browser.context, url);
  // What works offline is stored, too, and takes room while it comes.
  await page.getByText('ready for offline').waitFor(PATIENT);
  const session = await browser.context.newCDPSession(page);
  const { usage } = await page.evaluate(async () => ({ usage: (await navigator.storage.estimate()).usage ?? 0 }));
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, quotaSize: usage + 700_000 });
  const text = 'A sourdough starter is fed with flour and water. '.repeat(900);
  const dialog = page.getByRole('dialog');

  await drop(page, { 'book.txt': text.repeat(20) });
  await dialog.getByText('There may not be room for these files').waitFor(PATIENT);
  expect(await dialog.innerText()).toMatch(/They need about .+ MB; the browser grants \d+ KB more\./);
  expect(await dialog.getByRole('button').allInnerTexts()).toEqual(['Cancel', 'Add what fits']);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.evaluate(async () => (await globalThis.nearfield.documents()).length)).toBe(0);

  await drop(page, { 'bread.txt': text });
  await dialog.getByText('Without the vectors that compare passages word by word').waitFor(PATIENT);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/room.png` });
  await dialog.getByRole('button', { name: 'Add without them' }).click();
  await page.getByText('Indexed 1 document.').waitFor(PATIENT);
  await page.locator('#nf-question').fill('sourdough');
  await page.locator('.passage b', { hasText: 'sourdough' }).first().waitFor(PATIENT);
  expect(complaints).toEqual([]);
});
