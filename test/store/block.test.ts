import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { type Block, decodeBlock, encodeBlock, HEADER_BYTES } from '../../src/store/block.ts';
import { checksum } from '../../src/store/checksum.ts';

const KEY = 'segment/7/vectors';
const shape = { kind: 'vectors', model: 'bge@1', dim: 3, rows: 4 } as const;
const good = () => encodeBlock(KEY, { ...shape, body: new Uint8Array(48).map((_, i) => i * 5) });

const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'accepted';
  } catch (error) {
    return (error as EngineError).code;
  }
};

test('a block gives back its body, whatever it is', () => {
  const kinds = fc.constantFrom<Block['kind'][]>('manifest', 'document', 'content', 'chunks', 'derived');
  fc.assert(
    fc.property(fc.string(), kinds, fc.uint8Array({ maxLength: 200 }), fc.string(), (key, kind, body, model) => {
      const block = encodeBlock(key, { kind, model, dim: 2, rows: 9, body });
      expect(decodeBlock(key, block, { kind, model, dim: 2, rows: 9 })).toEqual(body);
    }),
  );
});

test('the body is a view that float arrays can be laid over', () => {
  const body = decodeBlock(KEY, good(), shape);
  expect(new Float32Array(body.buffer, body.byteOffset, 12)).toHaveLength(12);
});

test('every truncation is refused', () => {
  const block = good();
  for (let bytes = 0; bytes < block.byteLength; bytes++) {
    expect(codeOf(() => decodeBlock(KEY, block.slice(0, bytes), shape))).toBe('block-corrupt');
  }
});

test('every byte too many is refused', () => {
  const longer = new Uint8Array(good().byteLength + 1);
  longer.set(new Uint8Array(good()));
  expect(codeOf(() => decodeBlock(KEY, longer.buffer, shape))).toBe('block-corrupt');
});

test('every flipped bit is refused', () => {
  for (let at = 0; at < good().byteLength; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const block = good();
      new Uint8Array(block)[at]! ^= 1 << bit;
      expect(codeOf(() => decodeBlock(KEY, block, shape))).toBe('block-corrupt');
    }
  }
});

test('a whole block of another place, kind, model or shape is refused', () => {
  const refused = [
    () => decodeBlock('segment/8/vectors', good(), shape),
    () => decodeBlock(KEY, good(), { ...shape, kind: 'derived' }),
    () => decodeBlock(KEY, good(), { ...shape, model: 'bge@2' }),
    () => decodeBlock(KEY, good(), { ...shape, dim: 4 }),
    () => decodeBlock(KEY, good(), { ...shape, rows: 3 }),
  ];
  expect(refused.map(codeOf)).toEqual(refused.map(() => 'block-corrupt'));
});

test('the message names the block, what was expected and what came', () => {
  expect(() => decodeBlock(KEY, good(), { ...shape, rows: 3 })).toThrow(
    new EngineError('block-corrupt', 'Stored block “segment/7/vectors” is damaged: expected rows 3, got 4.'),
  );
});

test('vectors must fill rows × dim exactly', () => {
  const short = encodeBlock(KEY, { ...shape, body: new Uint8Array(44) });
  expect(codeOf(() => decodeBlock(KEY, short, shape))).toBe('block-corrupt');
});

test('the header is 32 bytes, so bodies stay aligned', () => {
  expect(encodeBlock(KEY, { kind: 'chunks', body: new Uint8Array(0) }).byteLength).toBe(HEADER_BYTES);
  expect(HEADER_BYTES % 16).toBe(0);
});

test('a whole block of a newer format is not called damaged', () => {
  const block = good();
  new DataView(block).setUint16(4, 2, true);
  const seed = checksum(new Uint8Array(block, 0, 28));
  new DataView(block).setUint32(28, checksum(new Uint8Array(block, HEADER_BYTES), seed), true);
  expect(codeOf(() => decodeBlock(KEY, block, shape))).toBe('store-version');
});
