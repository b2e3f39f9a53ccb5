import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SparseVector, sparseRows } from '../../src/core/sparse.ts';
import { encodePart, readSegment } from '../../src/store/segments.ts';
import { decodeSparse, encodeSparse } from '../../src/store/sparse-block.ts';
import { segment } from './samples.ts';

const vector = (most: number) =>
  fc.uniqueArray(fc.nat(most), { maxLength: 9 }).map((ids): SparseVector => {
    const indices = Uint32Array.from(ids).sort();
    return { indices, values: Uint8Array.from(indices, (id) => 1 + (id % 255)) };
  });

test('sparse rows come back as they were, of a small vocabulary and of a large one', () => {
  const lists = fc.oneof(fc.array(vector(30_000)), fc.array(vector(250_000)));
  fc.assert(
    fc.property(lists, (vectors) => {
      const rows = sparseRows(vectors);
      expect(decodeSparse('k', Uint8Array.from(encodeSparse(rows)), vectors.length)).toEqual(rows);
    }),
  );
});

test('bytes that are not as long as they say are refused', () => {
  const body = encodeSparse(sparseRows([{ indices: Uint32Array.of(1, 2), values: Uint8Array.of(3, 4) }]));
  for (const wrong of [body.slice(0, -1), Uint8Array.from([...body, 0]), body.slice(0, 3), new Uint8Array(0)]) {
    expect(() => decodeSparse('k', wrong, 1)).toThrow(expect.objectContaining({ code: 'block-corrupt' }));
  }
  expect(() => decodeSparse('k', Uint8Array.from(body), 2)).toThrow(/does not hold 2 sparse rows/);
});

test('a passage of a hundred tokens takes three hundred bytes and a few', () => {
  const indices = Uint32Array.from({ length: 100 }, (_, i) => i * 300);
  const rows = sparseRows(Array.from({ length: 50 }, () => ({ indices, values: new Uint8Array(100).fill(9) })));
  expect(encodeSparse(rows).length / 50).toBeLessThan(310);
});

test('a segment from before there were sparse vectors is read without them', async () => {
  const { sparse: _, ...old } = segment(0, { 'a.md': 3 });
  const { entry, puts } = encodePart({ segment: old, derived: [] }, 7);
  const blocks = new Map(puts);
  expect([...blocks.keys()]).toEqual(['segment/7/chunks', 'segment/7/vectors']);
  const read = await readSegment(async (keys) => keys.map((key) => blocks.get(key)), entry);
  expect(read).toEqual({ ...old, id: 7 });
});
