import { describe, expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { createStore } from '../../src/store/collection.ts';
import { openLogHome } from '../../src/store/log.ts';
import type { Store } from '../../src/store/store.ts';
import { memoryFolder } from './memory-folder.ts';
import { content, docId, documentChange, documentNames, segment, summary, visible, visibleIds } from './samples.ts';

const NAMES = ['a.md', 'b.md', 'c.md'];
const openOn = async (files: Map<string, Uint8Array<ArrayBuffer>>, garbageBytes?: number) =>
  createStore(await openLogHome(memoryFolder(files), garbageBytes));

/** Three documents committed one by one, and the length of the log after each. */
async function threeCommits() {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const store = await openOn(files);
  const lengths = [0];
  for (const name of NAMES) {
    await store.commit(documentChange(store, name, 2));
    lengths.push(files.get('1.nearfield')!.length);
  }
  await store.close();
  return { log: files.get('1.nearfield')!, lengths };
}

const fileOf = (log: Uint8Array<ArrayBuffer>) => new Map([['1.nearfield', log.slice()]]);

async function wholeDocuments(store: Store): Promise<string[]> {
  const ids = await visibleIds(store);
  const names = await documentNames(store);
  for (const name of names) {
    expect(ids.filter((id) => id.startsWith(`${name}#`))).toEqual([`${name}#0`, `${name}#1`]);
    expect(await store.content(docId(name))).toEqual(content(name));
  }
  expect(ids).toHaveLength(names.length * 2);
  return names;
}

describe('a log cut off at any byte', () => {
  test('holds exactly the commits before the cut, and goes on from there', async () => {
    const { log, lengths } = await threeCommits();
    const nearEnd = (at: number) => lengths.some((length) => Math.abs(length - at) < 20);
    for (let end = 0; end <= log.length; end += nearEnd(end) ? 1 : 31) {
      const files = fileOf(log.slice(0, end));
      const store = await openOn(files);
      // A batch that lacks only bytes of its trailer is not committed either: its writer was never told so.
      const commits = lengths.findLastIndex((length) => length <= end);
      expect(await wholeDocuments(store), `cut at ${end}`).toEqual(NAMES.slice(0, commits));
      expect(store.damage()).toEqual([]);
      if (end % 5 !== 0) continue;
      await store.commit(documentChange(store, 'z.md', 2));
      expect(await wholeDocuments(await openOn(files))).toEqual([...NAMES.slice(0, commits), 'z.md']);
    }
  });
});

describe('a flipped byte in a log', () => {
  test('never changes an answer; what it costs is named', async () => {
    const { log } = await threeCommits();
    const good = new Map(await visible(await openOn(fileOf(log))));
    for (let at = 0; at < log.length; at += 11) {
      const damaged = log.slice();
      damaged[at]! ^= 0x20;
      const store = await openOn(fileOf(damaged));
      const seen = await visible(store);
      for (const [id, vector] of seen) expect(vector).toEqual(good.get(id));
      const names = await documentNames(store);
      const contents = await Promise.all(NAMES.map((name) => store.content(docId(name)).catch(() => undefined)));
      const complete = seen.length === 6 && names.length === 3 && contents.every((one) => one !== undefined);
      if (!complete) expect(store.damage().length, `flipped at ${at}`).toBeGreaterThan(0);
      for (const [i, one] of contents.entries()) if (one) expect(one).toEqual(content(NAMES[i]!));
    }
  });
});

test('a write that fails leaves everything before it, and the next one works', async () => {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const folder = memoryFolder(files);
  const store = createStore(await openLogHome(folder));
  await store.commit(documentChange(store, 'a.md', 2));
  folder.capacity = files.get('1.nearfield')!.length + 500;
  await expect(store.commit(documentChange(store, 'b.md', 50))).rejects.toEqual(
    new EngineError('quota-exceeded', 'full'),
  );
  expect(await wholeDocuments(store)).toEqual(['a.md']);
  folder.capacity = Number.POSITIVE_INFINITY;
  await store.commit(documentChange(store, 'b.md', 2));
  expect(await wholeDocuments(store)).toEqual(['a.md', 'b.md']);
  expect(await wholeDocuments(await openOn(files))).toEqual(['a.md', 'b.md']);
});

/** So that a few small commits are enough to have a log written anew. */
const GARBAGE_BYTES = 10_000;

describe('when most of a log is garbage', () => {
  const fill = async (store: Store, rounds: number) => {
    for (let i = 0; i < rounds; i++) {
      const documents = [summary('a.md', 10)];
      const segments = [segment(store.nextSegment(), { 'a.md': 10 })];
      await store.commit({ removed: [docId('a.md')], documents, contents: [content('a.md')], segments });
    }
  };

  test('it is written anew, and the old file removed', async () => {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    const store = await openOn(files, GARBAGE_BYTES);
    await fill(store, 8);
    expect([...files.keys()]).toHaveLength(1);
    expect([...files.keys()][0]).not.toBe('1.nearfield');
    expect(files.values().next().value!.length).toBeLessThan(4 * GARBAGE_BYTES);
    const before = await visible(store);
    expect(before).toHaveLength(10);
    await store.close();
    expect(await visible(await openOn(files))).toEqual(before);
  });

  test('a crash at any write or removal of the rewriting leaves one whole log', async () => {
    // The number of operations a run takes is counted first; then every run is stopped one operation later.
    const whole = memoryFolder(new Map());
    await fill(createStore(await openLogHome(whole, GARBAGE_BYTES)), 4);
    expect(whole.files.has('1.nearfield')).toBe(false);
    for (let stop = 1; stop <= whole.operations; stop++) {
      const folder = memoryFolder(new Map());
      folder.dieAfter = stop;
      let committed = 0;
      try {
        const store = createStore(await openLogHome(folder, GARBAGE_BYTES));
        for (; committed < 4; committed++) await fill(store, 1);
      } catch {
        // That is the crash.
      }
      const store = await openOn(folder.files);
      const seen = await visibleIds(store);
      expect(seen, `stopped at operation ${stop}`).toHaveLength(committed === 0 ? seen.length : 10);
      expect([0, 10]).toContain(seen.length);
      expect(store.damage()).toEqual([]);
      expect(folder.files.size).toBe(1);
    }
  });
});
