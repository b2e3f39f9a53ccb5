/** The library as one file: saved in one browser, opened in another that has seen nothing of it. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { addFiles, watchedApp } from './app.ts';
import { launch } from './chromium.ts';

const url = inject('appUrl');
const PATIENT = { timeout: 150_000 };
const SHOTS = process.env.NEARFIELD_SHOTS;
const FILES = [
  { path: 'tides.md', text: '# Tides\n\nThe moon pulls the oceans, so the sea rises twice a day.\n' },
  { path: '退款.md', text: '# 退款\n\n在订单页面点击红色按钮，三天内到账。\n' },
];

/** A browser of its own with the explorer open, and what its console complains of. */
async function withExplorer<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const { context, dispose } = await launch({ viewport: { width: 1280, height: 800 } });
  try {
    const { page, complaints } = await watchedApp(context, url);
    const result = await use(page);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await dispose();
  }
}

test('a library that was saved as a file answers in another browser', async () => {
  const saved = await withExplorer(async (page) => {
    await addFiles(page, FILES);
    await page.reload();
    const button = page.locator('[data-key="save-library"]');
    await button.waitFor(PATIENT);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/saved-library.png` });
    const [download] = await Promise.all([page.waitForEvent('download', PATIENT), button.press('Enter')]);
    expect(download.suggestedFilename()).toMatch(/\d{4}-\d\d-\d\d\.nearfield$/);
    return readFileSync(await download.path());
  });

  await withExplorer(async (page) => {
    const open = async (name: string, buffer: Buffer) => {
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser', PATIENT),
        page.locator('[data-key="open-saved"]:visible').click(PATIENT),
      ]);
      await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer });
    };
    await open('cut.nearfield', saved.subarray(0, saved.length - 7));
    await page
      .locator('nf-outcome')
      .getByText(/nothing was changed/)
      .waitFor(PATIENT);
    await open('whole.nearfield', saved);
    await page.locator('.document').first().waitFor(PATIENT);
    expect(await page.locator('.document').count()).toBe(FILES.length);
    await page.locator('#nf-question').fill('why does the sea rise?');
    await page.locator('#nf-question').press('Enter');
    const first = page.locator('.passage').first();
    await expect.poll(() => first.innerText(), PATIENT).toContain('moon pulls');
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/saved-opened.png` });
  });
});
