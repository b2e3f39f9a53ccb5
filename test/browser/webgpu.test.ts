import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { serveEncoderPage } from '../bench/encoder-page.ts';
import type { EncoderLab } from '../bench/pages/encoder.ts';
import { launch } from './chromium.ts';

declare const lab: EncoderLab;

/** Chromium gives headless pages an adapter, emulated by the processor, with this flag alone. */
const WITH_ADAPTER = ['--enable-unsafe-webgpu'];
const MODEL = 'bge-small-zh-v1.5';

let server: Awaited<ReturnType<typeof serveEncoderPage>>;
let browser: Awaited<ReturnType<typeof launch>>;
beforeAll(async () => {
  server = await serveEncoderPage();
  browser = await launch({ args: WITH_ADAPTER });
});
afterAll(async () => {
  await browser?.dispose();
  await server?.close();
});

/** The page, or a test that is reported as skipped where there is no adapter. */
async function openPage({ skip }: TestContext) {
  const page = await server.open(browser.context);
  const hasAdapter = await page.evaluate(async () => {
    const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
    return ((await gpu?.requestAdapter()) ?? null) !== null;
  });
  if (!hasAdapter) skip('this Chromium has no WebGPU adapter');
  return page;
}

test('on WebGPU the vectors are those of WebAssembly', async (context) => {
  const page = await openPage(context);
  const { cosines, info } = await page.evaluate(async (model) => {
    const texts = ['灯塔', '怎样重置密码？', '第三条 承租人应当妥善保管租赁物，并按照约定支付租金。'];
    const [gpu, cpu] = [lab.encoder({ backend: 'webgpu' }), lab.encoder({ backend: 'wasm' })];
    const [a, b] = [await gpu.embed(model, 'passage', texts), await cpu.embed(model, 'passage', texts)];
    const dot = (row: number) => {
      let sum = 0;
      for (let i = row * a.dim; i < (row + 1) * a.dim; i++) sum += a.dense[i]! * b.dense[i]!;
      return sum;
    };
    const info = await gpu.info();
    await Promise.all([gpu.close(), cpu.close()]);
    return { cosines: texts.map((_, row) => dot(row)), info };
  }, MODEL);
  expect(info.backend).toMatch(/^webgpu/);
  expect(info.notes).toEqual([]);
  for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.995);
  await page.close();
});

test('an emulated adapter is passed over unless it is asked for, and the reason is said', async (context) => {
  const page = await openPage(context);
  const info = await page.evaluate(async (model) => {
    const encoder = lab.encoder();
    await encoder.load(model);
    const info = await encoder.info();
    await encoder.close();
    return info;
  }, MODEL);
  expect(info.backend).toMatch(/^wasm.*emulated by the processor/);
  await page.close();
});

test('a GPU that computes something else is dropped, and the person is told', async (context) => {
  const page = await openPage(context);
  await page.route('**/model.json', async (route) => {
    const card = (await (await route.fetch()).json()) as { webgpu: { probes: { vector: string }[] } };
    const [a, b] = card.webgpu.probes;
    // Each text is expected to become the other's vector.
    [a!.vector, b!.vector] = [b!.vector, a!.vector];
    await route.fulfill({ json: card });
  });
  const { info, dim } = await page.evaluate(async (model) => {
    const encoder = lab.encoder({ backend: 'webgpu' });
    const { dim } = await encoder.embed(model, 'query', ['灯塔']);
    const info = await encoder.info();
    await encoder.close();
    return { info, dim };
  }, MODEL);
  expect(dim).toBe(512);
  expect(info.backend).toMatch(/^wasm/);
  expect(info.notes.join()).toMatch(
    /expected the GPU to agree with the CPU’s ONNX Runtime.*processor computes instead/,
  );
  await page.close();
});
