import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../src/core/types.ts';
import { exportCollection, importCollection } from '../../src/store/archive.ts';
import { withBlockFiles } from '../../src/store/block-files.ts';
import { createStore } from '../../src/store/collection.ts';
import type { Home } from '../../src/store/home.ts';
import { openLogHome } from '../../src/store/log.ts';
import { memoryHome } from '../../src/store/memory.ts';
import { alone } from '../../src/store/peers.ts';
import type { Store } from '../../src/store/store.ts';
import { TOKEN_ROWS } from '../../src/store/tokens.ts';
import { memoryBlockFiles } from './memory-block-files.ts';
import { memoryFolder } from './memory-folder.ts';
import {
  chunk,
  content,
  docId,
  documentChange,
  MODEL,
  segment,
  summary,
  tokensOf,
  visibleIds,
  withTokens,
} from './samples.ts';

const homes: Record<string, () => Promise<Home>> = {
  memory: async () => memoryHome(),
  'a log': async () => openLogHome(memoryFolder(new Map()), 1000),
  'block files': async () => withBlockFiles(memoryHome(), memoryBlockFiles(), alone()),
};

const add = (store: Store, name: string, rows: number, from = 0) =>
  store.commit({
    documents: [summary(name, from + rows)],
    contents: [content(name)],
    segments: [withTokens(segment(store.nextSegment(), { [name]: rows }, from))],
  });
const chunksOf = (name: string, rows: number) => Array.from({ length: rows }, (_, i) => chunk(name, i));
const stored = (one: Chunk) => (tokensOf(one).length > 0 ? tokensOf(one) : undefined);
const expectAll = async (store: Store, chunks: readonly Chunk[]) =>
  expect(await store.tokens(chunks, MODEL)).toEqual(chunks.map(stored));

/** What is read of a home, by key. */
function watched(home: Home) {
  const bytes = new Map<string, number>();
  const count = (key: string, read: number) => bytes.set(key, (bytes.get(key) ?? 0) + read);
  const watching: Home = {
    ...home,
    async read(keys) {
      const blocks = await home.read(keys);
      for (const [i, block] of blocks.entries()) count(keys[i]!, block?.byteLength ?? 0);
      return blocks;
    },
    async readParts(parts) {
      const read = await home.readParts(parts);
      for (const [i, part] of read.entries()) count(parts[i]!.key, part?.byteLength ?? 0);
      return read;
    },
  };
  return { bytes, home: watching };
}

describe.each(Object.entries(homes))('token vectors in %s', (_name, open) => {
  test('come back for the passages that are asked for, through merges, removals and a change of text', async () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 90 }) }) },
        { weight: 1, arbitrary: fc.record({ drop: fc.nat() }) },
      ),
      { minLength: 5, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const store = createStore(await open());
        const there = new Map<string, number>();
        const gone: Chunk[] = [];
        for (const [i, step] of list.entries()) {
          const name = `${i}.md`;
          if ('add' in step) {
            await add(store, name, step.add);
            there.set(name, step.add);
          } else {
            const dropped = [...there.keys()][step.drop % Math.max(1, there.size)];
            if (dropped === undefined) continue;
            await store.commit({ removed: [docId(dropped)] });
            gone.push(...chunksOf(dropped, there.get(dropped)!));
            there.delete(dropped);
          }
        }
        const all = [...there].flatMap(([name, rows]) => chunksOf(name, rows));
        await expectAll(store, all);
        expect(await store.tokens(gone, MODEL)).toEqual(gone.map(() => undefined));
        expect(await store.compact()).toBe(true);
        await expectAll(store, all.toReversed());
        const rewritten = all.map((one) => ({ ...one, text: `${one.text}!` }));
        expect(await store.tokens(rewritten, MODEL)).toEqual(all.map(() => undefined));
        expect(store.damage()).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  test('of many passages are in several blocks, of which no more is read than a search needs', async () => {
    const { home, bytes } = watched(await open());
    const store = createStore(home);
    const rows = 3 * TOKEN_ROWS - 5;
    await add(store, 'a.md', rows);
    bytes.clear();
    const few = [chunk('a.md', 4), chunk('a.md', rows - 2)];
    await expectAll(store, few);
    const read = [...bytes].filter(([key]) => key.startsWith('tokens/'));
    expect(read).toHaveLength(3);
    // Tables: places, passages and sums. The rest is the two passages; nothing else is read.
    for (const [, count] of read) expect(count).toBeLessThan(3 * 4 * (TOKEN_ROWS + 1) + 2 * 64 + 1);
    bytes.clear();
    await expectAll(store, few);
    expect([...bytes].map(([, count]) => count)).toEqual(few.map((one) => tokensOf(one).length));
  });
});

test('passages that came without, and those of another model, have none', async () => {
  const store = createStore(memoryHome());
  await store.commit(documentChange(store, 'old.md', 3));
  await add(store, 'new.md', 3);
  const both = [chunk('old.md', 1), chunk('new.md', 1)];
  expect(await store.tokens(both, MODEL)).toEqual([undefined, tokensOf(both[1]!)]);
  expect(await store.tokens(both, 'other@1' as typeof MODEL)).toEqual([undefined, undefined]);
});

test('what another tab committed or merged since is read too', async () => {
  const blocks = new Map<string, ArrayBuffer>();
  const [one, other] = [createStore(memoryHome(blocks)), createStore(memoryHome(blocks))];
  await add(one, '0.md', 2);
  await expectAll(other, chunksOf('0.md', 2));
  // Merged away under the other's feet: its blocks are not where it has seen them.
  for (let i = 1; i < 9; i++) await add(one, `${i}.md`, 2);
  await one.compact();
  expect([...blocks.keys()].filter((key) => key.startsWith('tokens/'))).toHaveLength(1);
  await expectAll(other, chunksOf('0.md', 2));
});

test('a flipped bit anywhere in a block is never returned, costs no passage, and is named and gone with the next commits', async () => {
  const blocks = new Map<string, ArrayBuffer>();
  await add(createStore(memoryHome(blocks)), 'a.md', 4);
  const [key] = [...blocks.keys()].filter((one) => one.startsWith('tokens/'));
  const whole = blocks.get(key!)!;
  for (let at = 0; at < whole.byteLength; at += 3) {
    const copies = new Map(blocks);
    const flipped = new Uint8Array(whole.slice(0));
    flipped[at]! ^= 0x10;
    copies.set(key!, flipped.buffer);
    const store = createStore(memoryHome(copies));
    const got = await store.tokens(chunksOf('a.md', 4), MODEL);
    for (const [i, one] of got.entries()) if (one) expect(one, `byte ${at}`).toEqual(stored(chunk('a.md', i)));
    // The header is for those who read all of it.
    if (at >= 32) {
      expect(store.damage().join(), `byte ${at}`).toMatch(/tokens\/1” is damaged/);
      await add(store, 'b.md', 1);
      expect([...copies.keys()]).not.toContain(key);
    }
    await store.compact();
    await add(store, 'c.md', 2);
    await expectAll(store, chunksOf('c.md', 2));
    expect(await visibleIds(store)).toEqual(expect.arrayContaining(['a.md#0', 'a.md#3']));
  }
});

test('a block that is gone, or is cut off, costs its vectors alone', async () => {
  for (const spoil of [
    () => undefined,
    (block: ArrayBuffer) => block.slice(0, 50),
    (block: ArrayBuffer) => block.slice(0, -1),
  ]) {
    const blocks = new Map<string, ArrayBuffer>();
    await add(createStore(memoryHome(blocks)), 'a.md', 2);
    const key = [...blocks.keys()].find((one) => one.startsWith('tokens/'))!;
    const spoiled = spoil(blocks.get(key)!);
    if (spoiled) blocks.set(key, spoiled);
    else blocks.delete(key);
    const store = createStore(memoryHome(blocks));
    expect(await store.tokens(chunksOf('a.md', 2), MODEL)).toEqual([undefined, undefined]);
    expect(await visibleIds(store)).toEqual(['a.md#0', 'a.md#1']);
  }
});

test('an exported collection has them, for as many of its passages as it has', async () => {
  const store = createStore(memoryHome());
  await add(store, 'a.md', 5);
  await add(store, 'gone.md', 5);
  await store.commit(documentChange(store, 'old.md', 3));
  await store.commit({ removed: [docId('gone.md')] });
  const archive = await new Response(exportCollection(store)).blob();
  const other = createStore(memoryHome());
  await importCollection(other, archive);
  const all = [...chunksOf('a.md', 5), ...chunksOf('old.md', 3)];
  expect(await other.tokens(all, MODEL)).toEqual(await store.tokens(all, MODEL));
});

test('clearing takes them along, and a small one more each time does not make many blocks', async () => {
  const blocks = new Map<string, ArrayBuffer>();
  const store = createStore(memoryHome(blocks));
  for (let i = 0; i < 100; i++) await add(store, `${i}.md`, 2);
  const kept = () => [...blocks.keys()].filter((key) => key.startsWith('tokens/')).length;
  expect(kept()).toBeLessThan(24);
  await expectAll(store, chunksOf('77.md', 2));
  await store.clear();
  expect(kept()).toBe(0);
  expect(await store.tokens(chunksOf('77.md', 2), MODEL)).toEqual([undefined, undefined]);
});

test('as many token vectors as chunks are asked for', async () => {
  const store = createStore(memoryHome());
  const { tokens, ...one } = withTokens(segment(0, { 'a.md': 2 }));
  const more = withTokens(segment(0, { 'a.md': 3 })).tokens!;
  await expect(store.commit({ segments: [{ ...one, tokens: more }] })).rejects.toMatchObject({ code: 'bad-input' });
  expect(tokens).toBeDefined();
});
