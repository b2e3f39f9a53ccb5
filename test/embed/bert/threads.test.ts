import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bertEncoder, placeBert } from '../../../src/embed/bert/bert.ts';
import { bertRuntime } from '../../../src/embed/bert/runtime.ts';
import { serveThread } from '../../../src/embed/bert/thread.ts';
import { startThreads, type Thread } from '../../../src/embed/bert/threads.ts';
import { type BertWeights, readBert } from '../../../src/embed/bert/weights.ts';
import { packagedModels } from '../../../src/embed/encoder.node.ts';
import { bertKernels, bertModule } from '../../../src/kernels/bert/kernels.ts';
import { kernelInfo } from '../../../src/kernels/kernels.ts';

const ZH = 'bge-small-zh-v1.5';
const TEXTS = Array.from({ length: 9 }, (_, i) => [101, ...Array.from({ length: i * 5 }, (_, j) => 700 + i * j), 102]);
const never = () => Promise.reject(new Error('another runtime was asked for'));
const weights = async () => new Uint8Array(await readFile(join(packagedModels(), ZH, 'model.onnx')));

/** A message channel clones and shares as a worker does; a thread here can be made to die. */
let threads: (Thread & MessagePort & { readonly terminated: boolean })[];
beforeEach(() => {
  threads = [];
});
afterEach(() => {
  for (const thread of threads) thread.terminate();
});

function start(): Thread {
  const { port1, port2 } = new MessageChannel();
  serveThread(port2);
  const thread = Object.assign(port1, {
    terminated: false,
    terminate() {
      port1.close();
      thread.terminated = true;
    },
  });
  threads.push(thread);
  return thread;
}

async function placed(places: number) {
  const compiled = bertModule(kernelInfo().form);
  const model = readBert(await weights(), ZH) as BertWeights;
  return { compiled, ...placeBert(model, kernelInfo().form, compiled, places) };
}

test('threads over one memory give each text the vectors that one gives it, whatever the order', async () => {
  const { memory, plan, compiled } = await placed(4);
  const alone = bertEncoder(memory, bertKernels(memory, compiled), plan);
  const session = startThreads(start, 3).open(memory, compiled, plan, 1);
  expect(session.parallel).toBe(3);
  const all = await Promise.all(TEXTS.map((ids, i) => session.run(ids, i % 2 ? 'all' : 'first')));
  for (const [i, ids] of TEXTS.entries()) expect(all[i]).toEqual(alone.encode(ids, i % 2 ? 'all' : 'first'));
});

test('what a thread cannot encode is an error of that text alone', async () => {
  const { memory, plan, compiled } = await placed(3);
  const session = startThreads(start, 2).open(memory, compiled, plan, 1);
  const results = await Promise.allSettled([[101, 102], [-1], [101]].map((ids) => session.run(ids, 'first')));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { message: expect.stringMatching(/token ids below 21128, got -1/) } });
});

test('when a thread dies nothing is lost: one goes on, what was in work too, and the notes say so', async () => {
  const runtime = bertRuntime({ otherwise: never, threads: { start, count: 2 } });
  await runtime.warm?.();
  expect([runtime.threads, threads.length]).toEqual([2, 2]);
  const session = await runtime.open({ weights: await weights(), probes: [] }, ZH);
  const sound = await session.run(TEXTS[3]!, 'first');
  const running = [session.run(TEXTS[3]!, 'first'), session.run(TEXTS[3]!, 'first'), session.run(TEXTS[3]!, 'first')];
  threads[1]!.dispatchEvent(Object.assign(new Event('error'), { message: 'gone' }));
  for (const hidden of await Promise.all(running)) expect(hidden).toEqual(sound);
  expect(await session.run(TEXTS[3]!, 'first')).toEqual(sound);
  expect(threads.map(({ terminated }) => terminated)).toEqual([true, true]);
  expect(runtime.notes).toEqual(['A thread of the encoder ended (gone). One thread encodes.']);
  expect(runtime.threads).toBe(1);
});

test('where a browser refuses threads, one encodes, and the notes say so', async () => {
  const refuse = () => {
    throw new Error('Refused to create a worker.');
  };
  const runtime = bertRuntime({ otherwise: never, threads: { start: refuse, count: 2 } });
  await runtime.warm?.();
  const session = await runtime.open({ weights: await weights(), probes: [] }, ZH);
  expect(await session.run(TEXTS[3]!, 'first')).toHaveLength(512);
  expect(runtime.notes).toEqual(['Refused to create a worker. One thread encodes.']);
  expect(runtime.threads).toBe(1);
});
