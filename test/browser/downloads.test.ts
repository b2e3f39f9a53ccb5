import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { serveEncoderPage } from '../bench/encoder-page.ts';
import type { EncoderLab } from '../bench/pages/encoder.ts';
import { launch } from './chromium.ts';

declare const lab: EncoderLab;
declare global {
  var encoder: ReturnType<EncoderLab['encoder']>;
}

const MODEL = 'bge-small-zh-v1.5-small';
const WEIGHTS = `/models/${MODEL}/model.deflate`;
/** What the download keeps at a time (`src/embed/download.ts`). */
const PART = 1 << 21;

/** Sends the weights from byte `from` on, rightly or not. */
type Answer = (weights: Buffer, from: number, response: ServerResponse) => void;
const sound: Answer = (weights, from, response) => {
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': weights.length - from });
  response.end(weights.subarray(from));
};
/** Breaks the connection when the file has come to byte `until`. */
const brokenAt =
  (until: number): Answer =>
  (weights, from, response) => {
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': weights.length - from });
    response.write(weights.subarray(from, Math.max(from, until)), () => setTimeout(() => response.destroy(), 50));
  };

let pages: Awaited<ReturnType<typeof serveEncoderPage>>;
let weights: Buffer;
let answer: Answer;
let asked: number[];
/** The page's host, but for the weights, which come as the test at hand says. */
let host: Server;
beforeAll(async () => {
  pages = await serveEncoderPage();
  weights = Buffer.from(await (await fetch(new URL(`.${WEIGHTS}`, pages.url))).arrayBuffer());
  host = createServer(async ({ url = '', headers }, response) => {
    if (url === WEIGHTS) {
      const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
      asked.push(from);
      answer(weights, from, response);
      return;
    }
    const { status, headers: sent, body } = await fetch(new URL(url, pages.url));
    const kept = [...sent].filter(([name]) => !/^(content-encoding|content-length|transfer-encoding)$/.test(name));
    response.writeHead(status, Object.fromEntries(kept));
    for await (const part of body ?? []) response.write(part);
    response.end();
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  host?.close();
  await pages?.close();
});

let browser: Awaited<ReturnType<typeof launch>>;
let page: Page;
beforeEach(async () => {
  asked = [];
  answer = sound;
  browser = await launch();
  page = await browser.context.newPage();
  await page.addInitScript('globalThis.__name = (f) => f');
  await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/encoder.html`);
  await page.waitForFunction(() => 'lab' in globalThis);
  await page.evaluate(() => {
    globalThis.encoder = lab.encoder({ backend: 'wasm' });
  });
});
afterEach(() => browser.dispose());

/** Loads the model: nothing if that went well, else what a person is told. */
const load = () =>
  page.evaluate(
    (model) =>
      globalThis.encoder.load(model).then(
        () => undefined,
        ({ code, message }: { code?: string; message: string }) => ({ code, message }),
      ),
    MODEL,
  );
const works = async () => {
  expect(await load()).toBeUndefined();
  const { dim } = await page.evaluate((model) => globalThis.encoder.embed(model, 'query', ['灯塔']), MODEL);
  expect(dim).toBe(512);
};

test('a connection that breaks at every tenth of the file says so each time, and the file goes on where it was', async () => {
  for (let tenth = 1; tenth < 10; tenth++) {
    const until = Math.floor((weights.length * tenth) / 10);
    answer = brokenAt(until);
    expect(await load(), `${tenth}0 %`).toMatchObject({
      code: 'model-unavailable',
      message: expect.stringMatching(/broke off after \d+ of \d+ bytes; check the connection/),
    });
  }
  answer = sound;
  await works();
  // Each try began with a part, none before the one before it, and less than two parts were fetched twice at a time.
  for (const [i, from] of asked.entries()) {
    const brokenOff = Math.floor((weights.length * i) / 10);
    expect(from % PART).toBe(0);
    expect(from).toBeLessThanOrEqual(brokenOff);
    expect(from).toBeGreaterThan(brokenOff - 2 * PART);
  }
});

const html: Answer = (_, __, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Log in</p>');
const damaged: Answer = (weights, from, response) => {
  const other = Buffer.from(weights);
  other[weights.length >> 1]! ^= 1;
  sound(other, from, response);
};
test.each<[string, string, RegExp, Answer]>([
  ['a 404', 'model-unavailable', /answered 404/, (_, __, response) => response.writeHead(404).end('no')],
  ['an HTML page with status 200', 'model-unavailable', /is an HTML page/, html],
  ['one damaged byte', 'model-corrupt', /expected SHA-256/, damaged],
  ['a file that is longer', 'model-corrupt', /got more/, (w, f, r) => sound(Buffer.concat([w, Buffer.of(0)]), f, r)],
  ['a file that is shorter', 'model-unavailable', /broke off after/, (w, f, r) => sound(w.subarray(0, -9), f, r)],
])('%s is a clear error, and the next try works', async (_, code, message, fault) => {
  answer = fault;
  expect(await load()).toMatchObject({ code, message: expect.stringMatching(message) });
  answer = sound;
  await works();
});

test('what is on the device needs no network', async () => {
  await works();
  await page.evaluate(() => globalThis.encoder.close());
  answer = (_, __, response) => response.writeHead(500).end();
  await page.reload();
  await page.waitForFunction(() => 'lab' in globalThis);
  await page.evaluate(() => {
    globalThis.encoder = lab.encoder({ backend: 'wasm' });
  });
  await works();
  expect(asked).toEqual([0]);
});
