import { describe, expect, test } from 'vitest';
import { createStore } from '../../src/store/collection.ts';
import { memoryHome } from '../../src/store/memory.ts';
import type { Derivation, Store } from '../../src/store/store.ts';
import {
  content,
  docId,
  documentChange,
  documentNames,
  loadAll,
  segment,
  summary,
  visible,
  visibleIds,
} from './samples.ts';

const NAMES = ['a.md', 'b.md', 'c.md'];
const derivation: Derivation = { names: ['half'], derive: ({ vectors }) => [Uint8Array.from(vectors, (x) => x * 100)] };

/** Three documents in three segments, and the blocks they are stored in. */
async function stored(): Promise<Map<string, ArrayBuffer>> {
  const blocks = new Map<string, ArrayBuffer>();
  const store = createStore(memoryHome(blocks), { derivation });
  for (const name of NAMES) await store.commit(documentChange(store, name, 2));
  return blocks;
}

const open = (blocks: Map<string, ArrayBuffer>) => createStore(memoryHome(blocks), { derivation });

const flipped = (block: ArrayBuffer, at: number) => {
  const copy = new Uint8Array(block.slice(0));
  copy[at]! ^= 0x10;
  return copy.buffer;
};

/** Reads all there is, as an engine does when it opens a collection and a person every document. */
async function readAll(store: Store) {
  const seen = await visible(store);
  const snapshot = await store.snapshot();
  const derived = await Promise.all(snapshot.segments.map((one) => one.derived('half').catch(() => undefined)));
  snapshot.close();
  const documents = await store.documents();
  const contents = await Promise.all(documents.map(({ id }) => store.content(id).catch(() => undefined)));
  return { seen, derived, documents, contents };
}

/** Adds what is not fully stored, as the engine does: by the ordinals that are missing. */
async function addAgain(store: Store) {
  const ids = new Set(await visibleIds(store));
  const documents = new Map((await store.documents()).map((one) => [one.id as string, one]));
  let embedded = 0;
  for (const name of NAMES) {
    const known = documents.get(name);
    if (known?.stored === known?.chunks && known) continue;
    const missing = [0, 1].filter((ordinal) => !ids.has(`${name}#${ordinal}`));
    embedded += missing.length;
    const segments = missing.length > 0 ? [segment(store.nextSegment(), { [name]: missing.length }, missing[0])] : [];
    await store.commit({ documents: [summary(name, 2)], contents: [content(name)], segments });
  }
  return embedded;
}

describe('a flipped byte', () => {
  test('in any block is named, changes no answer, and costs at most what it hit', async () => {
    const blocks = await stored();
    const good = await readAll(open(blocks));
    const whole = new Map(good.seen.map(([id, vector]) => [id, vector]));

    for (const [key, block] of blocks) {
      for (let at = 0; at < block.byteLength; at += 13) {
        const store = open(new Map(blocks).set(key, flipped(block, at)));
        const { seen, derived } = await readAll(store);
        expect(store.damage(), `${key} ${at}`).toHaveLength(1);
        expect(store.damage()[0]).toContain(key);
        for (const [id, vector] of seen) expect(vector).toEqual(whole.get(id));
        expect(seen.length).toBeGreaterThanOrEqual(4);
        for (const [i, one] of derived.entries()) if (one) expect(good.derived).toContainEqual(derived[i]);
      }
    }
  });

  test('in any block is mended by adding the same files again, and only what is lost is embedded', async () => {
    const blocks = await stored();
    for (const [key, block] of blocks) {
      const damagedBlocks = new Map(blocks).set(key, flipped(block, 40));
      const store = open(damagedBlocks);
      await readAll(store);
      const embedded = await addAgain(store);
      expect(embedded, key).toBe(
        key.startsWith('segment/') && !key.includes('derived') ? 2 : key.startsWith('document/') ? 2 : 0,
      );

      const again = open(damagedBlocks);
      const { seen, documents, contents } = await readAll(again);
      expect(seen.map(([id]) => id).sort()).toEqual(NAMES.flatMap((name) => [`${name}#0`, `${name}#1`]));
      expect(documents.map(({ stored }) => stored)).toEqual([2, 2, 2]);
      expect(contents).toEqual(NAMES.map(content));
      // What could be told from elsewhere has taken nothing away, and is written anew when its turn comes.
      if (!key.includes('derived') && !key.startsWith('manifest')) expect(again.damage(), key).toEqual([]);
    }
  });
});

test('a missing block is named like a damaged one', async () => {
  const blocks = await stored();
  blocks.delete('segment/1/vectors');
  const store = open(blocks);
  const named: [number, string][] = [];
  await loadAll(store, (id, message) => named.push([id, message]));
  expect(named).toEqual([[1, 'Stored block “segment/1/vectors” is missing.']]);
  expect((await store.documents()).map(({ stored }) => stored)).toEqual([2, 0, 2]);
});

test('only the part of a document that is lost is taken off what is stored', async () => {
  const blocks = new Map<string, ArrayBuffer>();
  const first = open(blocks);
  await first.commit({
    documents: [summary('a.md', 5, 2)],
    contents: [content('a.md')],
    segments: [segment(0, { 'a.md': 2 })],
  });
  await first.commit({ documents: [summary('a.md', 5)], segments: [segment(1, { 'a.md': 3 }, 2)] });
  blocks.delete('segment/1/chunks');
  const store = open(blocks);
  expect(await visibleIds(store)).toEqual(['a.md#0', 'a.md#1']);
  expect((await store.documents())[0]).toMatchObject({ chunks: 5, stored: 2 });
});

test('with both manifests damaged the collection says so, can be cleared and used again', async () => {
  const blocks = await stored();
  for (const key of ['manifest/a', 'manifest/b']) blocks.set(key, flipped(blocks.get(key)!, 33));
  const store = open(blocks);
  await expect(loadAll(store)).rejects.toMatchObject({ code: 'block-corrupt' });
  await expect(store.commit({ removed: [docId('a.md')] })).rejects.toMatchObject({ code: 'block-corrupt' });
  await store.clear();
  await store.commit(documentChange(store, 'd.md', 1));
  expect(await documentNames(store)).toEqual(['d.md']);
});

test('what two tabs found damaged and one has mended, the other leaves alone', async () => {
  for (const key of ['document/b.md', 'content/b.md', 'segment/1/chunks', 'segment/1/vectors']) {
    const blocks = await stored();
    blocks.set(key, flipped(blocks.get(key)!, 40));
    const [one, other] = [open(blocks), open(blocks)];
    for (const tab of [one, other]) await readAll(tab);
    await addAgain(one);
    await other.commit(documentChange(other, 'd.md', 1));

    const { seen, documents, contents } = await readAll(open(blocks));
    expect(seen.map(([id]) => id).sort(), key).toEqual([...NAMES.flatMap((n) => [`${n}#0`, `${n}#1`]), 'd.md#0']);
    expect(documents.map(({ stored }) => stored)).toEqual([2, 2, 2, 1]);
    expect(contents).toEqual([...NAMES, 'd.md'].map(content));
  }
});
