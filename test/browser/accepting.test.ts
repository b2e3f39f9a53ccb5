/** What a person does with an answer: says that it answers, sees the list, erases; and says how readily to refuse. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addFiles, watchedApp } from './app.ts';
import { launch } from './chromium.ts';

const url = inject('appUrl');
const PATIENT = { timeout: 150_000 };
/** Screenshots are kept where this says, to be looked at. */
const SHOTS = process.env.NEARFIELD_SHOTS;
const FILES = [
  {
    path: 'help.md',
    text: '# Help\n\n## How do I cancel an order?\n\nOpen the list and press the red button beside it.\n\n## Where is my parcel?\n\nThe courier shows every parcel on a map.\n\n## Opening hours\n\nThe shop is open from nine to five on weekdays.\n',
  },
  { path: 'glossary.csv', text: 'term,means\nPDQ,opening hours\n' },
  { path: '帮助.md', text: '# 帮助\n\n## 怎样退款？\n\n在订单页面点击红色按钮，三天内到账。\n' },
];

let browser: Awaited<ReturnType<typeof launch>>;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  browser = await launch({ viewport: { width: 1400, height: 900 } });
  ({ page, complaints } = await watchedApp(browser.context, url));
  await addFiles(page, FILES);
  await page.reload();
  await page.locator('.document, .folder').first().waitFor(PATIENT);
});
afterAll(async () => {
  await browser.dispose();
  expect(complaints).toEqual([]);
});

const passages = () => page.locator('.passage');
async function ask(text: string): Promise<void> {
  await page.locator('#nf-question').fill(text);
  await page.locator('#nf-question').press('Enter');
  await page.locator('.ask-box:not([data-searching])').waitFor(PATIENT);
}
async function shot(name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

test('an FAQ is found by a question in other words, and says by which question', async () => {
  await ask('how can I cancel my order?');
  await expect.poll(() => passages().first().innerText()).toContain('red button');
  expect(await passages().first().locator('summary').innerText()).toContain('How do I cancel an order?');
  await ask('退款怎么办');
  await expect.poll(() => passages().first().innerText()).toContain('三天内到账');
});

test('a glossary that lies in the library translates', async () => {
  await ask('PDQ');
  await expect.poll(() => passages().allInnerTexts()).toContainEqual(expect.stringContaining('nine to five'));
  const hours = passages().filter({ hasText: 'nine to five' });
  expect(await hours.locator('summary').innerText()).toMatch(/opening/);
});

test('an answer that is accepted is remembered across a reload, leads on, and can be erased', async () => {
  await ask('parcel on a map');
  const question = 'lost goods';
  await ask(question);
  await page.locator('.passage, .refusal').first().waitFor(PATIENT);
  await page
    .locator('.closest > summary')
    .click({ timeout: 2_000 })
    .catch(() => {});
  const courier = passages().filter({ hasText: 'courier' }).first();
  await courier.hover();
  await courier.getByRole('button', { name: 'This answers it' }).click();
  await courier.getByRole('button', { name: 'Remembered' }).waitFor(PATIENT);
  await shot('accepted-light');

  await page.reload();
  await page.locator('.document, .folder').first().waitFor(PATIENT);
  await ask('Lost goods?');
  await expect.poll(() => passages().first().innerText()).toContain('courier');
  expect(await passages().first().locator('summary').innerText()).toContain('lost goods');
  await passages().first().getByRole('button', { name: 'Remembered' }).waitFor(PATIENT);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot('accepted-dark');

  await page.getByRole('button', { name: '1 remembered answer' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.locator('li').innerText()).toMatch(/lost goods[\s\S]*courier[\s\S]*help\.md/);
  await shot('remembered-dark');
  await dialog.getByRole('button', { name: 'Erase: lost goods' }).click();
  await dialog.getByText('Nothing is remembered.').waitFor(PATIENT);
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect(await page.getByRole('button', { name: /remembered answer/ }).count()).toBe(0);
  await page.emulateMedia({ colorScheme: 'light' });
});

test('a passage that does not answer is said so by keyboard, changes no order, is listed apart and can be taken back', async () => {
  await ask('how can I cancel my order?');
  const order = () => page.locator('.passage .place').allInnerTexts();
  await expect.poll(order).not.toHaveLength(0);
  const before = await order();
  const second = passages().nth(1);
  await passages().first().locator('a').focus();
  await page.keyboard.press('ArrowDown');
  for (const _ of ['why', 'answers', 'does not']) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await second.getByRole('button', { name: 'Noted: does not answer', pressed: true }).waitFor(PATIENT);
  await shot('rejected-light');
  await ask('how can I cancel my order');
  await second.getByRole('button', { name: 'Noted: does not answer' }).waitFor(PATIENT);
  expect(await order()).toEqual(before);

  await page.getByRole('button', { name: '1 remembered answer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('li .wrong', { hasText: 'does not answer it' }).waitFor(PATIENT);
  await shot('rejected-list');
  await dialog.getByRole('button', { name: 'Close' }).click();
  // Said to answer after all: the one takes the other's place.
  await second.getByRole('button', { name: 'This answers it' }).click();
  await second.getByRole('button', { name: 'Remembered', pressed: true }).waitFor(PATIENT);
  await second.getByRole('button', { name: 'This does not', pressed: false }).waitFor(PATIENT);
  await second.getByRole('button', { name: 'Remembered' }).click();
  await second.getByRole('button', { name: 'This answers it', pressed: false }).waitFor(PATIENT);
  expect(await page.getByRole('button', { name: /remembered answer/ }).count()).toBe(0);
});

test('how readily nothing is said to answer is a setting, kept for the next visit', async () => {
  await ask('zebra violin sonata');
  await page.getByRole('heading', { name: 'Nothing here answers this.' }).waitFor(PATIENT);
  await shot('refused-light');
  await page.getByLabel('Say “nothing relevant”').selectOption('never');
  await passages().first().waitFor(PATIENT);
  expect(await page.locator('.refusal').count()).toBe(0);
  await page.reload();
  await page.locator('.document, .folder').first().waitFor(PATIENT);
  expect(await page.getByLabel('Say “nothing relevant”').inputValue()).toBe('off');
  await page.getByLabel('Say “nothing relevant”').selectOption('when in doubt');
});

test('in Chinese and on a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: '中文' }).click();
  await ask('怎样退款');
  await passages().first().getByRole('button', { name: '就是它' }).click();
  await passages().first().getByRole('button', { name: '已记住' }).waitFor(PATIENT);
  await shot('accepted-phone-zh');
  await ask('退款 红色');
  await passages().first().getByRole('button', { name: '答非所问' }).click();
  await passages().first().getByRole('button', { name: '已记下：答非所问' }).waitFor(PATIENT);
  await shot('rejected-phone-zh');
  await page.getByRole('button', { name: '资料库' }).click();
  await page.getByRole('button', { name: '记住的答案（2）' }).click();
  await page.getByRole('dialog').waitFor(PATIENT);
  await shot('remembered-phone-zh');
  await page.getByRole('button', { name: '全部删除' }).click();
  await page.getByText('还没有记住任何答案。').waitFor(PATIENT);
});
