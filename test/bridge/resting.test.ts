import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { restingEncoder } from '../../src/bridge/resting.ts';
import type { Encoder } from '../../src/core/encoder.ts';
import type { ModelCard } from '../../src/core/types.ts';

let seen: string[];
let finish: () => void;
/** Writes down what it is asked; `embed` takes until `finish` is called. */
const encoder = {
  load: async () => {
    seen.push('load');
    return {} as ModelCard;
  },
  embed: () =>
    new Promise((resolve) => {
      seen.push('embed');
      finish = () => resolve({});
    }),
  info: async () => ({ backend: 'wasm', threads: 1, loaded: ['m'], notes: [] }),
  close: async () => void seen.push('close'),
} as unknown as Encoder;

beforeEach(() => {
  seen = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

test('an encoder is closed once nobody has used it for that long, and says then that nothing is loaded', async () => {
  const resting = restingEncoder(encoder, 1000);
  await resting.load('m');
  await vi.advanceTimersByTimeAsync(999);
  expect(seen).toEqual(['load']);
  expect((await resting.info()).loaded).toEqual(['m']);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen).toEqual(['load', 'close']);
  expect(await resting.info()).toMatchObject({ backend: 'wasm', loaded: [] });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen).toEqual(['load', 'close']);
});

test('the next call starts it anew, and it rests again', async () => {
  const resting = restingEncoder(encoder, 1000);
  await resting.load('m');
  await vi.advanceTimersByTimeAsync(1000);
  await resting.load('m');
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual(['load', 'close', 'load', 'close']);
});

test('work that takes longer is not interrupted', async () => {
  const resting = restingEncoder(encoder, 1000);
  const embedding = resting.embed('m', 'query', ['text']);
  await vi.advanceTimersByTimeAsync(5000);
  await resting.load('m');
  await vi.advanceTimersByTimeAsync(5000);
  expect(seen).toEqual(['embed', 'load']);
  finish();
  await embedding;
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual(['embed', 'load', 'close']);
});

test('with 0 it never rests', async () => {
  const resting = restingEncoder(encoder, 0);
  await resting.load('m');
  await vi.advanceTimersByTimeAsync(1e9);
  expect(seen).toEqual(['load']);
});
