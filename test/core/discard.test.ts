import { expect, test } from 'vitest';
import { discard } from '../../src/core/discard.ts';

test('what is discarded is gone at once, views of it too, and nothing else', () => {
  const [one, other, kept] = [new Uint8Array(1 << 20), new Float32Array(8), new Uint8Array(4)];
  discard(one.buffer, other.buffer);
  discard();
  expect([one.length, other.length, kept.length]).toEqual([0, 0, 4]);
});
