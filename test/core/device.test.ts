import { afterEach, expect, test, vi } from 'vitest';
import { fitTo, isOutOfMemory, mayNestWorkers, sharesMemory } from '../../src/core/device.ts';

test.each([
  ['a page with threads', { hardwareConcurrency: 2, sharesMemory: true }, 'full', 1, 2],
  ['many cores', { hardwareConcurrency: 16, sharesMemory: true, deviceMemory: 8 }, 'full', 1, 8],
  ['a page without threads', { hardwareConcurrency: 4, sharesMemory: false }, 'full', 2, 2],
  ['one core', { hardwareConcurrency: 1, sharesMemory: false }, 'full', 1, 1],
  ['little memory', { hardwareConcurrency: 8, sharesMemory: true, deviceMemory: 2 }, 'small', 1, 4],
] as const)('%s', (_, device, form, workers, threads) => {
  expect(fitTo(device)).toMatchObject({ form, workers, threads });
  expect(fitTo(device).note === undefined).toBe(form === 'full');
});

afterEach(() => vi.unstubAllGlobals());

test('an isolated page has threads only where the browser shares memory', () => {
  expect(sharesMemory()).toBe(false);
  vi.stubGlobal('crossOriginIsolated', true);
  expect(sharesMemory()).toBe(true);
  vi.stubGlobal('SharedArrayBuffer', undefined);
  expect(sharesMemory()).toBe(false);
});

test('in Firefox alone a worker may start no workers', () => {
  const agent = (userAgent: string) => vi.stubGlobal('navigator', { userAgent });
  agent('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0');
  expect(mayNestWorkers()).toBe(false);
  agent('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36');
  expect(mayNestWorkers()).toBe(true);
  vi.stubGlobal('navigator', undefined);
  expect(mayNestWorkers()).toBe(true);
});

test('a person’s word goes before what the browser tells', () => {
  const small = { hardwareConcurrency: 4, sharesMemory: false, deviceMemory: 1 };
  expect(fitTo(small)).toMatchObject({ memory: 'short', idleMs: 60_000, note: expect.stringContaining('1 GB') });
  expect(fitTo(small, 'ample')).toMatchObject({ memory: 'ample', workers: 2, form: 'full' });
  expect(fitTo({ ...small, deviceMemory: 8 }, 'short')).toMatchObject({
    memory: 'short',
    workers: 1,
    note: expect.stringContaining('as asked for'),
  });
});

test.each([
  ['RangeError: WebAssembly.Memory(): could not allocate memory', true],
  ['model.onnx could not be opened by ONNX Runtime: std::bad_alloc', true],
  ['Aborted(OOM)', true],
  ['Array buffer allocation failed', true],
  ['failed to allocate a buffer of size 37748736', true],
  ['model.onnx could not be fetched', false],
  ['the room is dark', false],
])('“%s” is out of memory: %s', (message, expected) => {
  expect(isOutOfMemory(new Error(message))).toBe(expected);
});
