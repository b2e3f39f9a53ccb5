import { expect, test } from 'vitest';
import type { ModelKey } from '../../src/core/types.ts';
import {
  fuse,
  fuseRanks,
  type RowRange,
  roomForWords,
  standardise as standardiseInto,
  standardiseLanes,
  weightOfWords,
} from '../../src/search/fuse.ts';

const none = (n: number) => new Uint8Array(n);
function standardise(scores: Float32Array, ranges: readonly RowRange[], skip: Uint8Array): Float32Array {
  const standard = new Float32Array(scores.length);
  standardiseInto(scores, ranges, skip, standard);
  return standard;
}

test('standard scores have mean 0 and deviation 1, and keep the distance of an outlier', () => {
  const standard = standardise(Float32Array.of(1, 1, 1, 5), [[0, 4]], none(4));
  expect([...standard].map((value) => Number(value.toFixed(4)))).toEqual([-0.5774, -0.5774, -0.5774, 1.7321]);
});

test('rows that do not count have no part in the mean', () => {
  const standard = standardise(Float32Array.of(1, 3, 1000), [[0, 3]], Uint8Array.of(0, 0, 1));
  expect([...standard.subarray(0, 2)]).toEqual([-1, 1]);
});

test('equal scores, no rows and a lane without vectors say nothing', () => {
  expect([...standardise(Float32Array.of(2, 2), [[0, 2]], none(2))]).toEqual([0, 0]);
  expect([...standardise(Float32Array.of(Number.NaN, Number.NaN), [[0, 2]], none(2))]).toEqual([0, 0]);
  expect([...standardise(new Float32Array(0), [[0, 0]], none(0))]).toEqual([]);
});

test('each lane is standardised by itself, so that a model with higher cosines does not win by them', () => {
  const lanes = new Map<ModelKey, [number, number][]>([
    [
      'low' as ModelKey,
      [
        [0, 2],
        [4, 5],
      ],
    ],
    ['high' as ModelKey, [[2, 4]]],
  ]);
  const standard = standardiseLanes(Float32Array.of(0.1, 0.2, 0.8, 0.9, 0.3), lanes, none(5));
  expect(standard[0]).toBeCloseTo(-1.2247, 3);
  expect(standard[4]).toBeCloseTo(1.2247, 3);
  expect(standard[3]).toBeCloseTo(1, 3);
});

test('where there is no meaning to go by, words decide', () => {
  const fused = fuse(Float32Array.of(0, 2, 1), new Float32Array(3), none(3));
  expect([...fused.keys()].sort((a, b) => fused[b]! - fused[a]!)).toEqual([1, 2, 0]);
});

test('among passages no longer than the question words weigh a third as much, and all they can from twice as long on', () => {
  expect([5, 10, 15, 20, 200].map((length) => weightOfWords(roomForWords(length, 10)).toFixed(2))).toEqual([
    '0.10',
    '0.10',
    '0.20',
    '0.30',
    '0.30',
  ]);
  // Two keywords among titles are short beside them.
  expect(weightOfWords(roomForWords(8, 2))).toBeCloseTo(0.3);
  expect(
    [weightOfWords(roomForWords(0, 0)), weightOfWords(roomForWords(0, 5)), weightOfWords(roomForWords(5, 0))].map((x) =>
      x.toFixed(2),
    ),
  ).toEqual(['0.10', '0.10', '0.30']);
});

test('words weigh three tenths; of those the learned-sparse score three tenths, where there is one', () => {
  const [words, meaning] = [Float32Array.of(4, 0, 0), Float32Array.of(0, 1, 0)];
  const learned = Float32Array.of(0, 0, 2);
  expect(fuse(words, meaning, none(3))[0]!).toBeCloseTo(0.3 * Math.SQRT2, 5);
  expect(fuse(words, meaning, none(3))[1]!).toBeCloseTo(0.7 - 0.3 * Math.SQRT1_2, 5);
  const both = fuse(words, meaning, none(3), learned);
  expect(both[0]!).toBeCloseTo(0.3 * 0.7 * Math.SQRT2, 5);
  expect(both[2]!).toBeCloseTo(0.3 * (0.3 * 2 - 0.7 * Math.SQRT1_2), 5);
});

test('ranks fused: the sum of 1 / (60 + place), whatever the scores are; what has no score has no place', () => {
  const fused = fuseRanks(
    [Float32Array.of(9, 1, 0, 8), Float32Array.of(0.2, 0.3, Number.NaN, 0.1)],
    Uint8Array.of(0, 0, 0, 1),
  );
  expect(fused[0]).toBeCloseTo(1 / 61 + 1 / 62, 6);
  expect(fused[1]).toBeCloseTo(1 / 62 + 1 / 61, 6);
  expect([fused[2], fused[3]]).toEqual([0, 0]);
});
