/** The explorer on a plain file server, which sends no headers of its own. */
import { createReadStream } from 'node:fs';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './chromium.ts';

const PATIENT = { timeout: 120_000 };
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

let site: string;
let server: Server;
let url: string;
let browser: Awaited<ReturnType<typeof launch>>;

beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'nearfield-site-'));
  await cp('dist/web', site, { recursive: true, filter: (path) => !path.includes('/models/') });
  server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname).replace(/\/$/, '/index.html');
    const file = join(site, path);
    const isFile = await stat(file)
      .then((found) => found.isFile())
      .catch(() => false);
    response.writeHead(isFile ? 200 : 404, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    if (isFile) createReadStream(file).pipe(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await launch();
});
afterAll(async () => {
  await browser.dispose();
  server.close();
  await rm(site, { recursive: true, force: true });
});

/** The versions of the page that are kept; the models have a cache of their own. */
const shells = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('nearfield-shell-')));

test('the service worker isolates the page, so that it may use threads', async () => {
  const page = await browser.context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.crossOriginIsolated, undefined, PATIENT);
  await page.getByRole('heading', { name: 'Ask your own documents.' }).waitFor(PATIENT);
  await page.close();
});

test('a new version waits until the person reloads, and then replaces the old one wholly', async () => {
  const page = await browser.context.newPage();
  await page.goto(url);
  await page.locator('.facts', { hasText: 'ready for offline' }).waitFor(PATIENT);
  const before = await shells(page);

  const worker = join(site, 'service-worker.js');
  await writeFile(worker, (await readFile(worker, 'utf8')).replace(/"version":"\w+"/, '"version":"next"'));
  const index = join(site, 'index.html');
  await writeFile(index, (await readFile(index, 'utf8')).replace('<body>', '<body data-version="next">'));
  await page.reload();
  expect(await page.locator('body').getAttribute('data-version')).toBeNull();
  await page.getByText('A new version is ready.').waitFor(PATIENT);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.locator('body[data-version="next"]').waitFor(PATIENT);
  await expect.poll(() => shells(page), PATIENT).toEqual(['nearfield-shell-next']);
  expect(before).not.toContain('nearfield-shell-next');
  await page.close();
});
