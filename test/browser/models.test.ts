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

test('a model in the transformers.js layout is opened by its address, and gives the same vectors', async () => {
  const { cosines, keys } = await compare(
    'bge-small-zh-v1.5',
    new URL('./hub/bge-small-zh-v1.5', server.url).href,
    TEXTS['bge-small-zh-v1.5'],
  );
  for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.999);
  expect(keys[0]).not.toBe(keys[1]);
});
