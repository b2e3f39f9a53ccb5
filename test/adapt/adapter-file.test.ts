import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptQueries, adaptQuery } from '../../src/adapt/adapter.ts';
import { decodeAdapter, encodeAdapter, rounded } from '../../src/adapt/adapter-file.ts';
import type { AdapterCard, QueryAdapter } from '../../src/core/adapt.ts';
import { EngineError } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/random.ts';
import type { ModelKey, UnitVector } from '../../src/core/types.ts';

const model = 'bge/abc' as ModelKey;
const card = {
  name: 'law',
  model,
  dataHash: 'feed',
  synthetic: 0,
  log: { verdict: '法律 – kept' },
} as unknown as AdapterCard;

function some(dim: number, bias: boolean, seed: number): QueryAdapter {
  const random = createRandom(seed);
  const values = (length: number) => Float32Array.from({ length }, () => random.normal() * 0.1);
  return { model, dim, matrix: values(dim * dim), bias: values(bias ? dim : 0) };
}
const adapters = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.integer())
  .map(([dim, bias, seed]) => some(dim, bias, seed));

test('what was written is read back: the card as it was, the matrix to a 127th of a row’s largest value', () => {
  fc.assert(
    fc.property(adapters, (adapter) => {
      const { adapter: found, card: foundCard } = decodeAdapter(encodeAdapter(adapter, card));
      expect(foundCard).toEqual(card);
      expect(found.bias).toEqual(adapter.bias);
      for (let row = 0; row < adapter.dim; row++) {
        const own = adapter.matrix.subarray(row * adapter.dim, (row + 1) * adapter.dim);
        const largest = Math.max(...own.map(Math.abs));
        for (const [i, value] of own.entries()) {
          const error = Math.abs(found.matrix[row * adapter.dim + i]! - value);
          expect(error).toBeLessThanOrEqual((largest / 127) * 0.5001);
        }
      }
    }),
  );
});

test('a rounded adapter comes back from its file bit for bit', () => {
  fc.assert(
    fc.property(adapters, (adapter) => {
      const judged = rounded(adapter);
      expect(decodeAdapter(encodeAdapter(judged, card)).adapter).toEqual(judged);
    }),
  );
});

test('every truncation, every extension and every flipped bit of a file is refused', () => {
  const bytes = encodeAdapter(some(3, true, 1), card);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeAdapter(bytes.subarray(0, length))).toThrow(EngineError);
  }
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  expect(() => decodeAdapter(longer)).toThrow(EngineError);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => decodeAdapter(flipped), `bit ${bit}`).toThrow(EngineError);
  }
});

test('a file may lie anywhere in a larger buffer', () => {
  const bytes = encodeAdapter(some(4, false, 2), card);
  const within = new Uint8Array(bytes.length + 7);
  within.set(bytes, 5);
  expect(decodeAdapter(within.subarray(5, 5 + bytes.length))).toEqual(decodeAdapter(bytes));
});

test('a file of another kind, of a newer version, or with a card that says too little is refused by name', () => {
  expect(() => decodeAdapter(new TextEncoder().encode('{"query": "a JSON file, not an adapter"}'))).toThrow(
    expect.objectContaining({ code: 'format-unsupported' }),
  );
  const newer = encodeAdapter(some(2, false, 1), card);
  new DataView(newer.buffer).setUint32(4, 2, true);
  expect(() => decodeAdapter(newer)).toThrow(/version 1, got 2; update/);
  const nameless = encodeAdapter(some(2, false, 1), { ...card, model: undefined } as unknown as AdapterCard);
  expect(() => decodeAdapter(nameless)).toThrow(/card with “model”/);
});

test('an adapter of zeros leaves queries as they are; adapted queries have length 1', () => {
  const zeros = { model, dim: 3, matrix: new Float32Array(9), bias: new Float32Array(0) };
  const query = Float32Array.from([0.6, 0, 0.8]);
  expect([...adaptQueries(zeros, model, query)]).toEqual([...query]);
  for (const bias of [false, true]) {
    const adapted = adaptQuery(some(3, bias, 4), model, query as UnitVector);
    expect(Math.hypot(...adapted)).toBeCloseTo(1, 6);
    expect(query).toEqual(Float32Array.from([0.6, 0, 0.8]));
  }
});

test('queries of another model are refused', () => {
  const adapt = () => adaptQueries(some(3, false, 1), 'other/model' as ModelKey, new Float32Array(3));
  expect(adapt).toThrow(expect.objectContaining({ code: 'model-mismatch' }));
});

test('a Buffer of Node, which lies somewhere in a larger one, is read as any bytes', () => {
  const file = encodeAdapter(some(5, true, 4), card);
  const pooled = Buffer.concat([Buffer.alloc(7), file]).subarray(7);
  expect(decodeAdapter(pooled)).toEqual(decodeAdapter(file));
});
