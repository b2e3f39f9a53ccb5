import 'fake-indexeddb/auto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PairId } from '../../src/core/accepted.ts';
import { withBlockFiles } from '../../src/store/block-files.ts';
import { openBrowserStore } from '../../src/store/browser.ts';
import { createStore } from '../../src/store/collection.ts';
import { openFileStore } from '../../src/store/files.node.ts';
import { createMemoryStore, memoryHome } from '../../src/store/memory.ts';
import { alone } from '../../src/store/peers.ts';
import type { Store } from '../../src/store/store.ts';
import { memoryBlockFiles } from './memory-block-files.ts';
import {
  content,
  DIM,
  docId,
  documentChange,
  documentNames,
  loadAll,
  MODEL,
  segment,
  summary,
  visible,
  visibleIds,
} from './samples.ts';

let names = 0;
const filesHome = () => withBlockFiles(memoryHome(), memoryBlockFiles(), alone());
const folder = mkdtempSync(join(tmpdir(), 'nearfield-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What every store promises, whatever it is made of. */
describe.each<[string, () => Promise<Store>, (() => Promise<Store>) | undefined]>([
  ['memory', async () => createMemoryStore(), undefined],
  ['IndexedDB', () => openBrowserStore(`contract-${++names}`), () => openBrowserStore(`contract-${names}`)],
  ['memory, with large blocks in files', async () => createStore(filesHome()), undefined],
  ['files', () => openFileStore(join(folder, `${++names}`)), () => openFileStore(join(folder, `${names}`))],
])('a store in %s', (_kind, openNew, openAgain) => {
  let store: Store;
  beforeEach(async () => {
    store = await openNew();
  });
  afterEach(() => store.close());

  test('is empty at first', async () => {
    expect(await store.documents()).toEqual([]);
    expect(await loadAll(store)).toEqual([]);
    expect(await store.content(docId('a.md'))).toBeUndefined();
  });

  test('keeps attachments by name, replaces and removes them', async () => {
    const bytes = (...values: number[]) => Uint8Array.from(values);
    await store.commit({
      attachments: [
        { name: 'adapter/b', body: bytes(1, 2) },
        { name: 'adapter/a', body: bytes() },
      ],
    });
    await store.commit({
      attachments: [
        { name: 'other', body: bytes(9) },
        { name: 'adapter/b', body: bytes(3) },
      ],
    });
    expect(await store.attachments('adapter/')).toEqual([
      { name: 'adapter/a', body: bytes() },
      { name: 'adapter/b', body: bytes(3) },
    ]);
    await store.commit({ attachments: [{ name: 'adapter/a' }, { name: 'adapter/none' }] });
    expect((await store.attachments('')).map(({ name }) => name)).toEqual(['adapter/b', 'other']);
    await store.clear();
    expect(await store.attachments('')).toEqual([]);
  });

  test('gives back what was committed: summary, content, chunks and vectors', async () => {
    const change = documentChange(store, 'notes/ä b.md', 3);
    await store.commit(change);
    expect(await store.documents()).toEqual(change.documents);
    expect(await store.content(docId('notes/ä b.md'))).toEqual(change.contents[0]);
    const [loaded] = await loadAll(store);
    expect(loaded?.segment).toEqual(change.segments[0]);
    expect(loaded?.dead.size).toBe(0);
  });

  test('keeps judged pairs beside their document, and when it is gone, until they are forgotten', async () => {
    const pair = (id: string) => ({
      id: id as PairId,
      question: '问 whose?',
      language: 'zh' as const,
      document: docId('a.md'),
      passage: 'a passage',
      acceptedAt: 7,
    });
    const encoded = { ...pair('2'), model: MODEL, vector: [0.5, -0.5] };
    const { acceptedAt: _, ...said } = pair('3');
    const rejected = { ...said, rejectedAt: 8 };
    await store.commit({ ...documentChange(store, 'a.md', 1), pairs: [pair('1'), encoded, rejected] });
    await store.commit({ removed: [docId('a.md')] });
    expect(await store.pairs()).toEqual([pair('1'), encoded, rejected]);
    await store.commit({ forgotten: [pair('1').id, 'never' as PairId] });
    expect(await store.pairs()).toEqual([encoded, rejected]);
    await store.clear();
    expect(await store.pairs()).toEqual([]);
  });

  test('keeps segments in the order they were committed in', async () => {
    for (const name of ['c.md', 'a.md', 'b.md']) await store.commit(documentChange(store, name, 2));
    expect(await visibleIds(store)).toEqual(['c.md#0', 'c.md#1', 'a.md#0', 'a.md#1', 'b.md#0', 'b.md#1']);
  });

  test('does not change when the caller changes his arrays afterwards', async () => {
    const change = documentChange(store, 'a.md', 2);
    await store.commit(change);
    const before = await visible(store);
    change.segments[0]!.vectors.fill(7);
    expect(await visible(store)).toEqual(before);
  });

  test('removing a document hides its rows, its summary and its content, and nobody else’s', async () => {
    await store.commit({
      documents: [summary('a.md', 2), summary('b.md', 3)],
      contents: [content('a.md'), content('b.md')],
      segments: [segment(store.nextSegment(), { 'a.md': 2, 'b.md': 3 })],
    });
    await store.commit({ removed: [docId('a.md')] });
    expect(await documentNames(store)).toEqual(['b.md']);
    expect(await store.content(docId('a.md'))).toBeUndefined();
    expect(await store.content(docId('b.md'))).toEqual(content('b.md'));
    expect(await visibleIds(store)).toEqual(['b.md#0', 'b.md#1', 'b.md#2']);
  });

  test('replacing a document in one change leaves only the new rows', async () => {
    await store.commit(documentChange(store, 'a.md', 3));
    await store.commit({ ...documentChange(store, 'a.md', 1), removed: [docId('a.md')] });
    expect((await store.documents()).map(({ chunks }) => chunks)).toEqual([1]);
    expect(await visibleIds(store)).toEqual(['a.md#0']);
    expect(await store.content(docId('a.md'))).toEqual(content('a.md'));
  });

  test('a document may arrive over several commits', async () => {
    await store.commit({
      documents: [summary('a.md', 4, 2)],
      contents: [content('a.md')],
      segments: [segment(store.nextSegment(), { 'a.md': 2 })],
    });
    await store.commit({ documents: [summary('a.md', 4)], segments: [segment(store.nextSegment(), { 'a.md': 2 }, 2)] });
    expect(await visibleIds(store)).toEqual(['a.md#0', 'a.md#1', 'a.md#2', 'a.md#3']);
    expect((await store.documents())[0]?.stored).toBe(4);
  });

  test('a segment that does not have one vector for each chunk is refused, and nothing of its change is kept', async () => {
    const good = segment(0, { 'a.md': 2 });
    const bad = { ...good, vectors: good.vectors.slice(DIM) };
    await expect(store.commit({ documents: [summary('a.md', 2)], segments: [bad] })).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect(await store.documents()).toEqual([]);
  });

  test('a segment of more than 4,096 rows is stored as several, in order', async () => {
    await store.commit(documentChange(store, 'long.md', 5000));
    expect((await loadAll(store)).map(({ segment }) => segment.chunks.length)).toEqual([4096, 904]);
    const ids = await visibleIds(store);
    expect([ids.length, ids[0], ids[4999]]).toEqual([5000, 'long.md#0', 'long.md#4999']);
  });

  test('changes asked for at the same time all happen', async () => {
    const names = ['a.md', 'b.md', 'c.md', 'd.md'];
    await Promise.all(names.map((name) => store.commit(documentChange(store, name, 2))));
    expect(await documentNames(store)).toEqual(names);
    expect(await visibleIds(store)).toHaveLength(8);
  });

  test('clear leaves nothing, and the store goes on', async () => {
    await store.commit(documentChange(store, 'a.md', 2));
    await store.clear();
    expect(await store.documents()).toEqual([]);
    expect(await loadAll(store)).toEqual([]);
    await store.commit(documentChange(store, 'b.md', 1));
    expect(await visibleIds(store)).toEqual(['b.md#0']);
  });

  test.runIf(openAgain)('another opening of the same collection sees all that was committed', async () => {
    await store.commit(documentChange(store, 'a.md', 2));
    const before = await visible(store);
    await store.close();
    store = await openAgain!();
    expect(await visible(store)).toEqual(before);
    await store.commit(documentChange(store, 'b.md', 1));
    expect(await visibleIds(store)).toEqual(['a.md#0', 'a.md#1', 'b.md#0']);
  });
});
