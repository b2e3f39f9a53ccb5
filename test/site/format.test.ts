import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { openShard, type ShardKind, sealShard } from '../../src/site/format.ts';

const kinds = fc.constantFrom<ShardKind>('map', 'terms', 'cell', 'text');
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));

const codeOf = async (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof EngineError ? error.code : error),
  );

test('a shard opens as the body that was sealed', async () => {
  await fc.assert(
    fc.asyncProperty(kinds, fc.nat(0xffff), bytes, async (kind, number, body) => {
      expect(await openShard(kind, number, await sealShard(kind, number, body))).toEqual(body);
    }),
    { numRuns: 50 },
  );
});

test('every truncation of a shard is refused', async () => {
  const shard = await sealShard('text', 3, new TextEncoder().encode('what was that about the lantern?'.repeat(3)));
  for (let length = 0; length < shard.length; length++) {
    expect(await codeOf(openShard('text', 3, shard.slice(0, length)))).toBe('block-corrupt');
  }
});

test('a shard with any one bit flipped is refused', async () => {
  const shard = await sealShard('terms', 1, new TextEncoder().encode('lantern kiosk renewal'));
  for (let at = 0; at < shard.length * 8; at++) {
    const flipped = shard.slice();
    flipped[at >> 3]! ^= 1 << (at & 7);
    expect(await codeOf(openShard('terms', 1, flipped)), `bit ${at}`).toBe('block-corrupt');
  }
});

test('a whole shard in the place of another is refused', async () => {
  const shard = await sealShard('cell', 2, Uint8Array.of(1, 2, 3));
  expect(await codeOf(openShard('cell', 1, shard))).toBe('block-corrupt');
  expect(await codeOf(openShard('text', 2, shard))).toBe('block-corrupt');
});

test('the same body gives the same bytes', async () => {
  const body = new TextEncoder().encode('a kiosk that lends books');
  expect(await sealShard('map', 0, body)).toEqual(await sealShard('map', 0, body));
});
