/** The encoder in every browser: our own model by our kernels, and one that others made by ONNX Runtime. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveEncoderPage } from '../bench/encoder-page.ts';
import type { EncoderLab } from '../bench/pages/encoder.ts';
import { inEachBrowser } from './each.ts';
import { until } from './tab.ts';

declare const lab: EncoderLab;

const MODEL = 'bge-small-zh-v1.5';
const TEXTS = ['怎样重置密码？', '灯塔看守人记下了风向。'];

let server: Awaited<ReturnType<typeof serveEncoderPage>>;
beforeAll(async () => {
  server = await serveEncoderPage();
});
afterAll(() => server?.close());

inEachBrowser((browser, name) => {
  test('a model in the transformers.js layout gives nearly the vectors of ours', async () => {
    const tab = await browser().open();
    await tab.goto(server.url);
    await until(tab, 'the encoder’s page', () => 'lab' in globalThis);
    const { cosines, said, shares } = await tab.run(
      async (ours, others, texts) => {
        const encoder = lab.encoder({ backend: 'wasm' });
        const [x, y] = [await encoder.embed(ours, 'query', texts), await encoder.embed(others, 'query', texts)];
        const said = (await encoder.info()).backend;
        await encoder.close();
        const dot = (row: number) =>
          x.dense
            .subarray(row * x.dim, (row + 1) * x.dim)
            .reduce((sum, v, i) => sum + v * y.dense[row * x.dim + i]!, 0);
        return { cosines: texts.map((_, row) => dot(row)), said, shares: crossOriginIsolated };
      },
      MODEL,
      new URL(`./hub/${MODEL}`, server.url).href,
      TEXTS,
    );
    process.stdout.write(`${name}: ${said}; ${shares ? 'isolated' : 'not isolated'}\n`);
    for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.99);
    expect(await tab.complaints()).toEqual([]);
    await tab.close();
  });
});
