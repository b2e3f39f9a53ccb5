import { expect, test } from 'vitest';
import type { Answer } from '../../src/core/answer.ts';
import type { PassageMap } from '../../src/core/map.ts';
import type { DocumentId, ModelKey } from '../../src/core/types.ts';
import { atlasOf, sceneOf } from '../../src/ui/explorer/map-scene.ts';
import { nearestGroup } from '../../src/ui/explorer/map-table.ts';
import { wordsOf } from '../../src/ui/words/words.ts';
import { chunkOf } from '../chunk-of.ts';
import { documentOf } from '../document-of.ts';

const words = wordsOf('en');
const document = (id: string, stored: number) => documentOf(id, stored, { title: id.toUpperCase(), kind: 'text' });
/** `a` at the left, `b` beside it, `c` far off; the passages of `b` are the second and the fourth. */
const documents = [document('a', 3), document('b', 2), document('c', 1)];
const map: PassageMap = {
  points: Float32Array.of(0, 0, 0.1, 0, 2, 0, 3, 0, 3.1, 0.1, 9, 9),
  ordinals: Uint32Array.of(0, 1, 2, 1, 3, 0),
  documents: [
    { id: 'a' as DocumentId, first: 0, passages: 3 },
    { id: 'b' as DocumentId, first: 3, passages: 2 },
    { id: 'c' as DocumentId, first: 5, passages: 1 },
  ],
  areas: [{ model: 'm' as ModelKey, languages: ['en'], passages: 6, x: 4, y: 4, radius: 8 }],
  fitted: 6,
};
const atlas = atlasOf(map, documents, words, false);
const answer = (refused: boolean, ...found: (readonly [string, number])[]): Answer =>
  ({
    query: 'q',
    refused,
    passages: found.map(([name, ordinal]) => ({ chunk: chunkOf(name, '', { ordinal }) })),
  }) as never;

test('a point leads to its passage and a passage to its point', () => {
  const ids = Array.from({ length: 6 }, (_, point) => atlas.idOf(point));
  expect(ids).toEqual(['a#0', 'a#1', 'a#2', 'b#1', 'b#3', 'c#0']);
  for (const [point, id] of ids.entries()) {
    const [name, ordinal] = id.split('#');
    expect(atlas.pointOf(chunkOf(name!, '', { ordinal: Number(ordinal) }))).toBe(point);
  }
  expect(atlas.pointOf(chunkOf('b', '', { ordinal: 0 }))).toBeUndefined();
  expect(atlas.pointOf(chunkOf('z', ''))).toBeUndefined();
});

test('a name stands where its points are many, and the nearest group is told', () => {
  expect(atlas.names.map(({ text, x }) => [text, x])).toEqual([
    ['A', 0],
    ['B', 3],
    ['C', 9],
  ]);
  expect([0, 1, 2].map((g) => nearestGroup(atlas, g))).toEqual([1, 0, 1]);
});

test('upright, x and y change places and nothing else does', () => {
  const upright = atlasOf(map, documents, words, true);
  expect([...upright.map.points.subarray(8, 10)].map((value) => Number(value.toFixed(1)))).toEqual([0.1, 3.1]);
  expect(upright.idOf(4)).toBe('b#3');
  expect(map.points[8]).toBeCloseTo(3.1, 5);
});

test('what was found is lit with its rank, and the question stands nearest to the first', () => {
  const scene = sceneOf(atlas, documents, undefined, answer(false, ['b', 3], ['a', 0], ['gone', 0]));
  expect(scene.hits).toEqual([
    { index: 0, point: 4 },
    { index: 1, point: 0 },
  ]);
  expect(scene.question?.text).toBe('q');
  expect(scene.question!.x).toBeGreaterThan(1.6);
  expect(sceneOf(atlas, documents, undefined, answer(true, ['b', 3]))).toMatchObject({ hits: [] });
  expect(sceneOf(atlas, documents, undefined, answer(true, ['b', 3])).question).toBeUndefined();
});

test('what is not asked is faint and cannot be pointed at', () => {
  const scene = sceneOf(atlas, documents, 'b', undefined);
  expect([...scene.tones]).toEqual([17, 17, 17, 2, 2, 19]);
  expect(Array.from({ length: 6 }, (_, point) => scene.takes(point))).toEqual([false, false, false, true, true, false]);
  expect(scene.meant).toBe(2);
});

test('a map outlives documents that it shows: their points and names have no colour, those that are left keep theirs', () => {
  const left = atlasOf(map, documents.slice(1), words, false);
  expect([...sceneOf(left, documents.slice(1), undefined, undefined).tones]).toEqual([0, 0, 0, 1, 1, 2]);
  expect(left.names.find(({ text }) => text === 'a')).toMatchObject({ kind: 'document', tone: 0 });
  const none = atlasOf(map, [], words, false);
  expect([...sceneOf(none, [], undefined, undefined).tones]).toEqual([0, 0, 0, 0, 0, 0]);
  expect(none.names.map(({ tone }) => tone)).toEqual([0, 0]);
});
