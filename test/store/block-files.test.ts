import { expect, test } from 'vitest';
import { sweep, withBlockFiles } from '../../src/store/block-files.ts';
import { createStore } from '../../src/store/collection.ts';
import { memoryHome } from '../../src/store/memory.ts';
import { alone } from '../../src/store/peers.ts';
import { memoryBlockFiles } from './memory-block-files.ts';
import { docId, documentChange, visible, visibleIds } from './samples.ts';

function parts() {
  const blocks = new Map<string, ArrayBuffer>();
  const stored = new Map<string, ArrayBuffer>();
  const [inner, files, locks] = [memoryHome(blocks), memoryBlockFiles(stored), alone()];
  return { blocks, stored, inner, files, locks, store: createStore(withBlockFiles(inner, files, locks)) };
}

test('large blocks lie in files, small ones in the home', async () => {
  const { store, stored, blocks } = parts();
  await store.commit(documentChange(store, 'small.md', 3));
  expect(stored.size).toBe(0);
  await store.commit(documentChange(store, 'large.md', 2100));
  expect(stored.size).toBe(2);
  for (const block of blocks.values()) expect(block.byteLength).toBeLessThan(64 << 10);
  expect(await visibleIds(store)).toHaveLength(2103);
});

test('files of what was removed, merged or cleared go too', async () => {
  const { store, stored } = parts();
  for (const name of ['a.md', 'b.md', 'c.md']) await store.commit(documentChange(store, name, 1500));
  await store.commit({ removed: [docId('a.md')] });
  await store.compact();
  expect(stored.size).toBe(2);
  await store.clear();
  expect(stored.size).toBe(0);
});

test('a file that cannot be written fails the commit and leaves nothing', async () => {
  const { inner, stored, files, locks } = parts();
  let writes = 0;
  const full = {
    ...files,
    write: async (name: string, block: ArrayBuffer) => {
      if (++writes === 2) throw new Error('full');
      await files.write(name, block);
    },
  };
  const store = createStore(withBlockFiles(inner, full, locks));
  await expect(store.commit(documentChange(store, 'a.md', 2100))).rejects.toThrow('full');
  expect(stored.size).toBe(0);
  expect(await store.documents()).toEqual([]);
});

test('what a crash left behind is swept away, and nothing else', async () => {
  const { store, stored, inner, files, locks } = parts();
  await store.commit(documentChange(store, 'a.md', 2100));
  const before = await visible(store);
  stored.set('orphan', new ArrayBuffer(8));
  const release = await locks.reading();
  await sweep(inner, files, locks);
  expect(stored.size).toBe(3);
  release();
  await sweep(inner, files, locks);
  expect([...stored.keys()]).not.toContain('orphan');
  expect(await visible(store)).toEqual(before);
});

test('a commit of another tab in between is kept, and the change made on top of it', async () => {
  const { inner, stored, files, locks } = parts();
  const other = createStore(withBlockFiles(inner, files, alone()));
  let came = false;
  const store = createStore(
    withBlockFiles(
      {
        ...inner,
        async update(keys, plan) {
          if (!came) {
            came = true;
            await other.commit(documentChange(other, 'theirs.md', 2100));
          }
          return inner.update(keys, plan);
        },
      },
      files,
      locks,
    ),
  );
  await store.commit(documentChange(store, 'ours.md', 2100));
  expect((await store.documents()).map(({ id }) => id)).toEqual(['ours.md', 'theirs.md']);
  expect(await visibleIds(store)).toHaveLength(4200);
  // The two became one full segment in files and a small rest; nobody's file was left over.
  expect(stored.size).toBe(2);
});

test('a lost or damaged file is a damaged block', async () => {
  const { store, stored } = parts();
  await store.commit(documentChange(store, 'a.md', 2100));
  const [first] = stored.keys();
  stored.delete(first!);
  expect(await visible(store)).toEqual([]);
  expect(store.damage()).toEqual(['Stored block “segment/0/chunks” is missing.']);
  expect((await store.documents())[0]).toMatchObject({ chunks: 2100, stored: 0 });
  await store.commit({ removed: [docId('a.md')] });
  expect(stored.size).toBe(0);
});
