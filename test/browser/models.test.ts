import type { Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveEncoderPage } from '../bench/encoder-page.ts';
import type { EncoderLab } from '../bench/pages/encoder.ts';
import { launch } from './chromium.ts';

declare const lab: EncoderLab;

let server: Awaited<ReturnType<typeof serveEncoderPage>>;
let browser: Awaited<ReturnType<typeof launch>>;
beforeAll(async () => {
  server = await serveEncoderPage();
  browser = await launch();
});
afterAll(async () => {
  await browser?.dispose();
  await server?.close();
});

/** Encodes the texts with both models, in one worker; the cosine of each text, and what the worker says of itself. */
async function compare(a: string, b: string, texts: readonly string[]) {
  const page = await server.open(browser.context);
  const result = await page.evaluate(
    async ([a, b, texts]) => {
      const encoder = lab.encoder({ backend: 'wasm' });
      const [x, y] = [await encoder.embed(a, 'query', texts), await encoder.embed(b, 'query', texts)];
      const keys = [(await encoder.load(a)).key, (await encoder.load(b)).key] as string[];
      const info = await encoder.info();
      await encoder.close();
      const dot = (row: number) => {
        let sum = 0;
        for (let i = row * x.dim; i < (row + 1) * x.dim; i++) sum += x.dense[i]! * y.dense[i]!;
        return sum;
      };
      return { cosines: texts.map((_, row) => dot(row)), keys, info };
    },
    [a, b, texts] as const,
  );
  await page.close();
  return result;
}

const TEXTS = {
  'bge-small-en-v1.5': ['how do I reset my password?', 'The lighthouse keeper wrote down the wind.'],
  'bge-small-zh-v1.5': ['怎样重置密码？', '灯塔看守人记下了风向。'],
};

test.each(Object.entries(TEXTS))(
  'the small form of %s gives nearly the same vectors, under a key of its own',
  async (id, texts) => {
    const { cosines, keys, info } = await compare(id, `${id}-small`, texts);
    for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.985);
    expect(keys[0]).not.toBe(keys[1]);
    expect(info.loaded).toEqual([id, `${id}-small`]);
  },
);

test('a model in the transformers.js layout is opened by its address, and gives nearly the same vectors by ONNX Runtime', async () => {
  const { cosines, keys } = await compare(
    'bge-small-zh-v1.5',
    new URL('./hub/bge-small-zh-v1.5', server.url).href,
    TEXTS['bge-small-zh-v1.5'],
  );
  for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.99);
  expect(keys[0]).not.toBe(keys[1]);
});

/** What a page asks the server for while it encodes, and what the encoder says of itself. */
async function watch(model: string, tamper = false) {
  const page = await server.open(browser.context);
  const asked: string[] = [];
  const note = (request: Request) => void asked.push(new URL(request.url()).pathname);
  browser.context.on('request', note);
  if (tamper) {
    await page.route('**/model.json', async (route) => {
      const card = (await (await route.fetch()).json()) as { webgpu: { probes: { vector: string }[] } };
      const [a, b] = card.webgpu.probes;
      [a!.vector, b!.vector] = [b!.vector, a!.vector];
      await route.fulfill({ json: card });
    });
  }
  const info = await page.evaluate(async (model) => {
    const encoder = lab.encoder({ backend: 'wasm' });
    await encoder.embed(model, 'query', ['灯塔']);
    const info = await encoder.info();
    await encoder.close();
    return info;
  }, model);
  browser.context.off('request', note);
  await page.close();
  return { info, runtime: asked.filter((path) => /\/ort[.-]/.test(path)) };
}

test('our models run by our own kernels, and nothing of ONNX Runtime is fetched', async () => {
  const { info, runtime } = await watch('bge-small-zh-v1.5');
  expect(info.backend).toMatch(/^wasm: own kernels with relaxed SIMD/);
  expect(info.notes).toEqual([]);
  expect(runtime).toEqual([]);
});

test('where our kernels compute something else, ONNX Runtime is fetched and takes over, and the person is told', async () => {
  const { info, runtime } = await watch('bge-small-zh-v1.5', true);
  expect(info.backend).toMatch(/^wasm: SIMD.*own kernels did not agree/);
  expect(info.notes.join()).toMatch(/expected own kernels.*to agree with the CPU’s ONNX Runtime.*computes instead/);
  expect(runtime.join()).toMatch(/ort-wasm-simd-threaded-[^/]+\.wasm/);
});

test('two threads over one copy of the weights give the vectors that one gives, bit for bit', async () => {
  const page = await server.open(browser.context);
  const { same, threads, notes } = await page.evaluate(async (model) => {
    const texts = Array.from({ length: 12 }, (_, i) => '灯塔看守人记下了风向。'.repeat(1 + (i % 5)));
    const [one, two] = [1, 2].map((threads) => lab.encoder({ backend: 'wasm', threads }));
    const wanted = { pooled: true, sparse: true, tokens: true };
    const [a, b] = await Promise.all([one!, two!].map((encoder) => encoder.embed(model, 'passage', texts, wanted)));
    const { threads, notes } = await two!.info();
    await Promise.all([one!.close(), two!.close()]);
    return { same: JSON.stringify(a) === JSON.stringify(b), threads, notes };
  }, 'bge-small-zh-v1.5');
  expect(same).toBe(true);
  expect(threads).toBe(2);
  expect(notes).toEqual([]);
  await page.close();
});
