import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bertEncoder, placeBert } from '../../../src/embed/bert/bert.ts';
import { bertRuntime } from '../../../src/embed/bert/runtime.ts';
import { type BertWeights, readBert } from '../../../src/embed/bert/weights.ts';
import { createNodeEncoder, packagedModels } from '../../../src/embed/encoder.node.ts';
import { nativeRuntime } from '../../../src/embed/runtime.node.ts';
import { bertKernels, bertModule } from '../../../src/kernels/bert/kernels.ts';
import { kernelInfo } from '../../../src/kernels/kernels.ts';
import { agreement, references } from '../reference.ts';

const ZH = 'bge-small-zh-v1.5';
const never = () => Promise.reject(new Error('another runtime was asked for'));
const own = createNodeEncoder(packagedModels(), bertRuntime({ otherwise: never }));
const native = createNodeEncoder(packagedModels(), nativeRuntime(1));
afterAll(() => Promise.all([own.close(), native.close()]));

const weightsOf = async (model: string) => new Uint8Array(await readFile(join(packagedModels(), model, 'model.onnx')));

describe.each([...references()])('%s', (id, rows) => {
  test('sentence vectors are those of ONNX Runtime, in the full form', async () => {
    const cosines = await agreement(own, id, rows);
    for (const [i, cosine] of cosines.entries()) expect(cosine, rows[i]!.text.slice(0, 60)).toBeGreaterThan(0.99);
    expect(mean(cosines)).toBeGreaterThan(0.9975);
  });

  test.each([id, `${id}-small`])('token vectors are those of ONNX Runtime: %s', async (model) => {
    const texts = rows.map(({ text }) => text).filter(({ length }) => length < 600);
    const [ours, theirs] = await Promise.all(
      [own, native].map((encoder) => encoder.embed(model, 'passage', texts, { tokens: true, pooled: true })),
    );
    expect(ours!.tokens!.offsets).toEqual(theirs!.tokens!.offsets);
    const dim = ours!.dim;
    const cosines = Array.from(ours!.tokens!.ids, (_, token) =>
      cosine(
        ...([ours, theirs].map((all) => all!.tokens!.values.subarray(token * dim, (token + 1) * dim)) as [
          Float32Array,
          Float32Array,
        ]),
      ),
    );
    expect(mean(cosines)).toBeGreaterThan(0.997);
    expect(Math.min(...cosines)).toBeGreaterThan(0.9);
  });
});

test('the first row alone is the first row of all, and a text’s vector does not depend on the text before it', async () => {
  const weights = readBert(await weightsOf(ZH), ZH) as BertWeights;
  const compiled = bertModule(kernelInfo().form);
  const { memory, plan } = placeBert(weights, kernelInfo().form, compiled, 2);
  const [one, two] = [0, 1].map((thread) => bertEncoder(memory, bertKernels(memory, compiled), plan, thread));
  const [long, short] = [Array.from({ length: 301 }, (_, i) => 101 + i * 3), [101, 4128, 1849, 102]];
  const all = one!.encode(long, 'all');
  expect(all).toHaveLength(301 * 512);
  expect(one!.encode(short, 'first')).toEqual(two!.encode(short, 'first'));
  expect(two!.encode(short, 'all').subarray(0, 512)).toEqual(one!.encode(short, 'first'));
  expect(cosine(two!.encode(long, 'first'), all.subarray(0, 512))).toBeGreaterThan(0.99999);
  expect(() => one!.encode([], 'all')).toThrow('Expected 1 to 512 token ids, got 0');
  expect(() => one!.encode(new Array(513).fill(101), 'all')).toThrow('got 513');
  for (const id of [-1, 21_128, 1.5, Number.NaN])
    expect(() => one!.encode([id], 'all'), `${id}`).toThrow('token ids below');
});

test('plain loops give the vectors that WebAssembly gives', async () => {
  const weights = readBert(await weightsOf(ZH), ZH) as BertWeights;
  const [plain, fast] = (['typed-arrays', kernelInfo().form] as const).map((form) => {
    const compiled = bertModule(form);
    const { memory, plan } = placeBert(weights, form, compiled, 1);
    return bertEncoder(memory, bertKernels(memory, compiled), plan);
  });
  const ids = [101, 2582, 3416, 7028, 5390, 2166, 102];
  expect(plain!.encode(ids, 'all')).toEqual(fast!.encode(ids, 'all'));
});

test('a model that is not ours goes to the other runtime, and why is said', async () => {
  const runtime = bertRuntime({ otherwise: async () => nativeRuntime(1) });
  const folder = join(import.meta.dirname, '../../fixtures/embed');
  const encoder = createNodeEncoder(folder, runtime);
  await encoder.embed('tiny-m3', 'passage', ['lighthouse']);
  expect(runtime.backend).toMatch(/^native.*not by own kernels: .*operator \d+ is/);
  await encoder.close();
});

test('what does not agree with the vectors kept with the model is not used, and the notes say so', async () => {
  const runtime = bertRuntime({ otherwise: async () => nativeRuntime(1) });
  expect(runtime.backend).toMatch(/^wasm: own kernels/);
  const ids = [101, 4128, 1849, 102];
  const vector = Int8Array.from({ length: 512 }, (_, i) => (i % 7) - 3);
  const session = await runtime.open({ weights: await weightsOf(ZH), probes: [{ ids, vector }] }, ZH);
  expect(await session.run(ids, 'first')).toHaveLength(512);
  expect(runtime.notes).toEqual([expect.stringMatching(/agree with the CPU.*got -?0\.\d+\. ONNX Runtime computes/)]);
  expect(runtime.backend).toMatch(/^native.*did not agree/);
  await session.close();
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
