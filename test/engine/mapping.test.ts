import { beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../src/core/engine.ts';
import type { MapProgress, PassageMap } from '../../src/core/map.ts';
import type { ChunkId, DocumentId, ModelKey } from '../../src/core/types.ts';
import { decodeLayout, encodeLayout } from '../../src/engine/map-file.ts';
import { createEngine } from '../../src/engine.ts';
import { createProjector } from '../../src/map/projector.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { countingEncoder, file, markdown } from './parts.ts';

const models = { en: 'model-en', zh: 'model-zh' };
let store: Store;
let engine: Engine;
/** How many rows were fitted and placed, in order. */
let work: string[];

beforeEach(() => {
  store = createMemoryStore();
  work = [];
  engine = opened();
});
function opened(): Engine {
  const projector = createProjector();
  return createEngine({
    store: async () => store,
    encoder: countingEncoder(),
    models,
    projector: {
      ...projector,
      fit(vectors, dim, options) {
        work.push(`fit ${vectors.length / dim}`);
        return projector.fit(vectors, dim, options);
      },
      place(vectors, options) {
        work.push(`place ${vectors.length / 16}`);
        return projector.place(vectors, options);
      },
    },
  });
}
/** Each passage with its place. */
function placesOf({ documents, ordinals, points }: PassageMap): Map<string, readonly [number, number]> {
  return new Map(
    documents.flatMap(({ id, first, passages }) =>
      Array.from({ length: passages }, (_, i) => [
        `${id}#${ordinals[first + i]}`,
        [points[2 * (first + i)]!, points[2 * (first + i) + 1]!] as const,
      ]),
    ),
  );
}

test('every passage has a place, and the layout is kept: the next map is the same and computes nothing', async () => {
  await engine.add([file('b.md', markdown('beta', 4)), file('a.md', markdown('alpha', 5))]);
  const seen: MapProgress[] = [];
  const map = await engine.map({ onProgress: (progress) => seen.push(progress) });
  expect(map.documents.map(({ id }) => id)).toEqual(['a.md', 'b.md']);
  const passages = (await engine.status()).passages;
  expect(map.points).toHaveLength(passages * 2);
  expect(map.fitted).toBe(passages);
  expect(map.areas).toMatchObject([{ languages: ['en'], passages, x: 0, y: 0 }]);
  const { radius } = map.areas[0]!;
  for (const [, [x, y]] of placesOf(map)) expect(Math.hypot(x, y)).toBeLessThan(radius * 1.0001);
  expect(work).toEqual([`fit ${passages}`]);

  expect(await engine.map()).toEqual(map);
  await engine.close();
  engine = opened();
  expect(await engine.map()).toEqual(map);
  expect(work).toHaveLength(1);
});

test('a passage’s place can be traced to the passage, and to those most like it', async () => {
  await engine.add([file('a.md', markdown('alpha', 5)), file('b.md', markdown('beta', 2))]);
  const ids = [...placesOf(await engine.map()).keys()] as ChunkId[];
  const chunks = await engine.passages([...ids, 'nowhere.md#0' as ChunkId]);
  expect(chunks.map((chunk) => chunk?.id)).toEqual([...ids, undefined]);
  const near = await engine.similar(ids[0]!, 3);
  expect(near).toHaveLength(3);
  expect(near.map(({ chunk }) => chunk.id)).not.toContain(ids[0]);
  expect(near[0]!.cosine).toBeGreaterThanOrEqual(near[2]!.cosine);
  await expect(engine.similar('nowhere.md#0' as ChunkId)).rejects.toMatchObject({ code: 'bad-input' });
});

test('new passages are placed among those that are there, which do not move; after many it is laid out anew', async () => {
  await engine.add([file('a.md', markdown('alpha', 12)), file('b.md', markdown('beta', 12))]);
  const before = await engine.map();
  work.length = 0;
  await engine.add([file('c.md', markdown('gamma', 2))]);
  const after = await engine.map();
  expect(work).toEqual([expect.stringMatching(/^place/)]);
  expect(after.fitted).toBe(before.fitted);
  // Same shape: the disc grew with what it holds.
  const scale = after.areas[0]!.radius / before.areas[0]!.radius;
  const was = placesOf(before);
  for (const [id, [x, y]] of placesOf(after)) {
    const old = was.get(id);
    if (!old) expect(id).toMatch(/^c\.md/);
    else
      for (const [now, then] of [[x, old[0]] as const, [y, old[1]] as const]) expect(now).toBeCloseTo(then * scale, 2);
  }

  work.length = 0;
  await engine.add([file('d.md', markdown('delta', 40))]);
  await engine.map();
  expect(work).toEqual([expect.stringMatching(/^fit/)]);
  work.length = 0;
  await engine.map({ anew: true });
  expect(work).toEqual([expect.stringMatching(/^fit/)]);
});

test('what was removed is gone, and a document with another content is placed anew', async () => {
  await engine.add([file('a.md', markdown('alpha', 12)), file('b.md', markdown('beta', 4))]);
  await engine.map();
  await engine.remove(['b.md' as DocumentId]);
  work.length = 0;
  expect((await engine.map()).documents.map(({ id }) => id)).toEqual(['a.md']);
  await engine.add([file('b.md', markdown('omega', 4))]);
  await engine.map();
  expect(work).toEqual([expect.stringMatching(/^place/)]);
});

test('an empty library has an empty map; passages of two models have an area each, apart from one another', async () => {
  expect(await engine.map()).toMatchObject({ documents: [], areas: [], fitted: 0 });
  await engine.add([
    file('a.md', markdown('alpha', 4)),
    file('法.md', '# 劳动合同\n\n用人单位单方面解除劳动合同，应当提前三十日书面通知劳动者本人。\n'),
  ]);
  const { areas } = await engine.map();
  expect(areas.map(({ languages }) => languages)).toEqual([['en'], ['zh']]);
  expect(areas[1]!.x - areas[0]!.x).toBeGreaterThan(areas[0]!.radius + areas[1]!.radius);
});

test('a cancelled map rejects with the reason, and the next is computed', async () => {
  await engine.add([file('a.md', markdown('alpha', 12))]);
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  await expect(engine.map({ signal: stop.signal })).rejects.toThrow('enough');
  expect((await engine.map()).documents).toHaveLength(1);
});

test('a layout reads back as it was written, and no cut or foreign one is taken', () => {
  const documents = new Map([
    ['a.md', { hash: 'aa', ordinals: Uint32Array.of(0, 1, 3), points: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['文.md', { hash: 'bb', ordinals: Uint32Array.of(0), points: Float32Array.of(-1, 0.5) }],
  ]) as never;
  const attachment = encodeLayout('m@1' as ModelKey, { fitted: 4, documents });
  expect(decodeLayout(attachment)).toEqual({ model: 'm@1', layout: { fitted: 4, documents } });
  const { name, body } = attachment;
  for (let length = 0; length < body.length; length++) {
    expect(decodeLayout({ name, body: body.slice(0, length) })).toBeUndefined();
  }
  const wrong = body.slice();
  new Float32Array(wrong.buffer, wrong.length - 8)[0] = Number.NaN;
  expect(decodeLayout({ name, body: wrong })).toBeUndefined();
});

test('of a long document it is told which parts it has', async () => {
  await engine.add([file('a.md', markdown('alpha', 3)), file('long.md', markdown('beta', 40))]);
  const { documents } = await engine.map();
  const [short, long] = documents;
  expect(short!.sections).toBeUndefined();
  expect(long!.sections!.reduce((sum, { passages }) => sum + passages, 0)).toBe(long!.passages);
  expect(long!.sections!.map(({ name }) => name)).toEqual(Array.from({ length: 40 }, (_, i) => `beta part ${i}`));
});

test('a collection that is exported takes its layout with it', async () => {
  await engine.add([file('a.md', markdown('alpha', 12))]);
  const map = await engine.map();
  // It is kept behind one's back: a change after it comes after it.
  await engine.remove([]);
  const exported = await engine.exportCollection();
  store = createMemoryStore();
  engine = opened();
  await engine.importCollection(exported);
  work.length = 0;
  expect(await engine.map()).toEqual(map);
  expect(work).toEqual([]);
});

test('the layout of a model that made nothing of what is here any more is not kept', async () => {
  await engine.add([
    file('a.md', markdown('alpha', 4)),
    file('文.md', '# 劳动合同\n\n应当提前三十日书面通知劳动者本人。\n'),
  ]);
  await engine.map();
  await engine.remove(['文.md' as DocumentId]);
  const names = async () => (await store.attachments('map/')).map(({ name }) => name);
  expect(await names()).toHaveLength(2);
  await engine.add([file('b.md', markdown('beta', 2))]);
  await engine.map();
  await engine.remove([]);
  expect(await names()).toEqual([expect.stringMatching(/^map\/model-en/)]);
});
