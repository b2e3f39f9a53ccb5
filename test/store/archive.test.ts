import { describe, expect, test } from 'vitest';
import type { PairId } from '../../src/core/accepted.ts';
import type { EngineError } from '../../src/core/errors.ts';
import { exportCollection, importCollection } from '../../src/store/archive.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import {
  content,
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

const bytesOf = async (store: ReturnType<typeof createMemoryStore>) =>
  new Uint8Array(await new Response(exportCollection(store)).arrayBuffer());

const bytes = (text: string) => new TextEncoder().encode(text);
const ADAPTER = { name: 'adapter/7', body: bytes('an adapter') };
const APPLIED = { name: `applied/${MODEL}`, body: bytes('7') };
const QUESTIONS = { name: 'questions/b.md', body: bytes('of b') };
const SAID = {
  id: '1' as PairId,
  question: 'whose?',
  language: 'en' as const,
  document: docId('b.md'),
  passage: 'a passage',
  rejectedAt: 7,
};

/** Documents over several segments, some rows dead, one document without passages. */
async function sample() {
  const store = createMemoryStore();
  await store.commit(documentChange(store, 'a.md', 3));
  await store.commit(documentChange(store, 'gone.md', 2));
  await store.commit({
    documents: [summary('b.md', 4, 2), summary('empty.md', 0)],
    contents: [content('b.md'), content('empty.md')],
    segments: [segment(store.nextSegment(), { 'b.md': 2 })],
  });
  await store.commit({ documents: [summary('b.md', 4)], segments: [segment(store.nextSegment(), { 'b.md': 2 }, 2)] });
  await store.commit({ removed: [docId('gone.md')] });
  await store.commit({ attachments: [ADAPTER, APPLIED, QUESTIONS], pairs: [SAID] });
  return store;
}

test('an exported collection, imported elsewhere, is the same collection', async () => {
  const store = await sample();
  const other = createMemoryStore();
  const report = await importCollection(other, new Blob([await bytesOf(store)]));
  expect(report).toEqual({ imported: 3, unchanged: 0, beside: 3 });
  expect(await visible(other)).toEqual(await visible(store));
  expect(await other.documents()).toEqual(await store.documents());
  for (const name of ['a.md', 'b.md', 'empty.md']) expect(await other.content(docId(name))).toEqual(content(name));
  expect((await loadAll(other)).flatMap(({ dead }) => [...dead])).toEqual([]);
  expect(await other.attachments('')).toEqual([ADAPTER, APPLIED, QUESTIONS]);
  expect(await other.pairs()).toEqual([SAID]);
});

test('what is kept beside documents here is not replaced; what belongs to a replaced document is', async () => {
  const other = createMemoryStore();
  await other.commit({ ...documentChange(other, 'b.md', 1), documents: [{ ...summary('b.md', 1), hash: 'older' }] });
  const mine = { ...APPLIED, body: bytes('mine') };
  const old = [
    { name: 'questions/b.md', body: bytes('old') },
    { name: 'glossary/b.md', body: bytes('old') },
  ];
  const { rejectedAt: _, ...pair } = SAID;
  await other.commit({ attachments: [mine, ...old], pairs: [{ ...pair, acceptedAt: 9 }] });
  const file = new Blob([await bytesOf(await sample())]);
  expect(await importCollection(other, file)).toEqual({ imported: 3, unchanged: 0, beside: 1 });
  expect(await other.attachments('')).toEqual([ADAPTER, mine, QUESTIONS]);
  expect(await other.pairs()).toEqual([{ ...pair, acceptedAt: 9 }]);
});

test('an empty collection can be exported and imported', async () => {
  const other = createMemoryStore();
  expect(await importCollection(other, new Blob([await bytesOf(createMemoryStore())]))).toEqual({
    imported: 0,
    unchanged: 0,
    beside: 0,
  });
  expect(await other.documents()).toEqual([]);
});

test('importing leaves what is the same, replaces what is other, and keeps the rest', async () => {
  const file = new Blob([await bytesOf(await sample())]);
  const other = createMemoryStore();
  await other.commit(documentChange(other, 'mine.md', 1));
  await other.commit(documentChange(other, 'a.md', 3));
  await other.commit({ ...documentChange(other, 'b.md', 1), documents: [{ ...summary('b.md', 1), hash: 'older' }] });
  expect(await importCollection(other, file)).toEqual({ imported: 2, unchanged: 1, beside: 3 });
  expect((await visibleIds(other)).sort()).toEqual([
    'a.md#0',
    'a.md#1',
    'a.md#2',
    'b.md#0',
    'b.md#1',
    'b.md#2',
    'b.md#3',
    'mine.md#0',
  ]);
  expect(await importCollection(other, file)).toEqual({ imported: 0, unchanged: 3, beside: 0 });
});

describe('a damaged export is refused before anything is changed:', () => {
  const refusal = async (bytes: Uint8Array<ArrayBuffer>) => {
    const store = createMemoryStore();
    const code = await importCollection(store, new Blob([bytes])).then(
      () => 'accepted',
      (error: EngineError) => error.code,
    );
    expect(await documentNames(store)).toEqual([]);
    return code;
  };

  test('cut at any byte', async () => {
    const bytes = await bytesOf(await sample());
    for (let end = 0; end < bytes.length; end += end < 200 || end > bytes.length - 200 ? 1 : 13) {
      expect(await refusal(bytes.slice(0, end)), `cut at ${end}`).toBe(
        end < 4 ? 'format-unsupported' : 'block-corrupt',
      );
    }
  });

  test('with any byte flipped', async () => {
    const bytes = await bytesOf(await sample());
    for (let at = 0; at < bytes.length; at += 11) {
      const flipped = bytes.slice();
      flipped[at]! ^= 4;
      expect(await refusal(flipped), `flipped at ${at}`).toBe(at < 4 ? 'format-unsupported' : 'block-corrupt');
    }
  });

  test('with something behind its end, or of another kind altogether', async () => {
    expect(await refusal(Uint8Array.of(...(await bytesOf(await sample())), 0))).toBe('block-corrupt');
    expect(await refusal(new TextEncoder().encode('%PDF-1.7'))).toBe('format-unsupported');
  });
});

test('the reader decides the pace of an export, and can stop it', async () => {
  const store = await sample();
  const reader = exportCollection(store).getReader();
  await reader.read();
  await reader.cancel();
  expect(await store.compact()).toBe(true);
});
