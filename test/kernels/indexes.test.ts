import { describe, expect, test } from 'vitest';
import { Bitmap } from '../../src/kernels/bitmap.ts';
import { LinearMemory } from '../../src/kernels/memory.ts';
import { VectorIndex } from '../../src/kernels/vector-index.ts';
import { promises } from './indexes.ts';

describe.each(['simd', 'typed-arrays'] as const)('%s', (form) => {
  test.each(Object.entries(promises))('%s', (_, check) => check(form));
});

const bad = (message: RegExp) =>
  expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) });

test('bad shapes are refused with what was expected and what came', () => {
  const index = new VectorIndex({ dim: 4 });
  expect(() => index.add(new Float32Array(6))).toThrow(bad(/whole rows of 4 values, got 6/));
  expect(() => index.search(new Float32Array(5), 1)).toThrow(bad(/whole rows of 4 values, got 5/));
  expect(() => index.search(new Float32Array(4), -1)).toThrow(bad(/hits from 0, got -1/));
  expect(() => index.vector(0)).toThrow(bad(/row below 0, got 0/));
  expect(() => new VectorIndex({ dim: 0 })).toThrow(bad(/dimension from 1, got 0/));
  expect(() => new VectorIndex({ dim: 2, scan: 'float32', exact: 'int8' })).toThrow(bad(/int4 or int8/));
});

test('a bitmap knows its rows, its size and how many it has', () => {
  const bitmap = Bitmap.of(70, [0, 31, 32, 69, 70, -1]).delete(31).delete(99);
  expect([...Array(72).keys()].filter((row) => bitmap.has(row))).toEqual([0, 32, 69]);
  expect(bitmap.count).toBe(3);
});

test.each(['wasm', 'array-buffer'] as const)('%s memory keeps what was written when it grows', (kind) => {
  const memory = new LinearMemory(kind);
  const first = memory.allocate(100);
  memory.views.u8.fill(7, first, first + 100);
  const second = memory.allocate(1_000_000);
  expect(memory.views.u8.slice(first, first + 100).every((byte) => byte === 7)).toBe(true);
  expect(memory.views.u8.slice(second, second + 1_000_000).every((byte) => byte === 0)).toBe(true);
  expect([first % 64, second % 64]).toEqual([0, 0]);
});

test('memory that the browser does not give is an error with advice, and what was there stays usable', () => {
  const memory = new LinearMemory('wasm');
  const at = memory.allocate(10);
  expect(() => memory.allocate(2 ** 33)).toThrow(
    expect.objectContaining({ code: 'quota-exceeded', message: expect.stringMatching(/8193 MB/) }),
  );
  memory.views.u8[at] = 1;
  expect(memory.allocate(10)).toBe(at + 64);
});
