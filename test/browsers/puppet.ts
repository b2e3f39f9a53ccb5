/** Chromium and Firefox, driven by Puppeteer: over the DevTools protocol the one, over WebDriver BiDi the other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type KeyInput, type Page } from 'puppeteer-core';
import type { Browser, InPage, Tab } from './tab.ts';
import { waitForMiddle } from './tab.ts';

const SCRIPT_MS = 90_000;
const CHROMIUM = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'];

export async function launchPuppet(name: 'Chromium' | 'Firefox', executablePath: string): Promise<Browser> {
  const userDataDir = await mkdtemp(join(tmpdir(), `nearfield-${name.toLowerCase()}-`));
  const browser = await puppeteer.launch({
    browser: name === 'Chromium' ? 'chrome' : 'firefox',
    executablePath,
    userDataDir,
    headless: true,
    protocolTimeout: 0,
    defaultViewport: { width: 1280, height: 800 },
    args: name === 'Chromium' ? CHROMIUM : [],
  });
  return {
    name,
    version: (await browser.version()).replace(/^.*\//, ''),
    open: async () => puppetTab(await browser.newPage()),
    async close() {
      await browser.close();
      await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function puppetTab(page: Page): Tab {
  let complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String((error as Error).message ?? error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));

  const run = async <A extends unknown[], R>(script: InPage<A, R>, ...args: A): Promise<R> => {
    // As text both ways: the two protocols disagree about undefined, and the bundler's helpers stay here.
    const source = `(async () => JSON.stringify(await (${script})(...${JSON.stringify(args)})))()`;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No answer within ${SCRIPT_MS / 1000} s to ${script}`)), SCRIPT_MS);
    });
    const said = (await Promise.race([page.evaluate(source), late])) as string | undefined;
    clearTimeout(timer);
    return said === undefined ? (undefined as R) : (JSON.parse(said) as R);
  };
  return {
    async goto(url) {
      complaints = [];
      await page.goto(url, { timeout: 60_000 });
    },
    async reload() {
      complaints = [];
      await page.reload({ timeout: 60_000 });
    },
    url: async () => page.url(),
    run,
    async click(selector) {
      const { x, y } = await waitForMiddle({ run }, selector);
      await page.mouse.click(x, y);
    },
    async type(text) {
      await page.keyboard.type(text);
    },
    async press(keys) {
      const parts = keys.split('+') as KeyInput[];
      for (const key of parts.slice(0, -1)) await page.keyboard.down(key);
      await page.keyboard.press(parts.at(-1)!);
      for (const key of parts.slice(0, -1).reverse()) await page.keyboard.up(key);
    },
    resize: (width, height) => page.setViewport({ width, height }),
    async screenshot(path) {
      await page.screenshot({ path: path as `${string}.png` });
    },
    complaints: async () => complaints,
    close: () => page.close(),
  };
}
