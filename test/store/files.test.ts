import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFileStore } from '../../src/store/files.node.ts';
import { documentChange, documentNames } from './samples.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nearfield-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder that is in use is refused by name, and free again after close', async () => {
  const store = await openFileStore(folder);
  await expect(openFileStore(folder)).rejects.toMatchObject({ code: 'busy' });
  await store.close();
  await (await openFileStore(folder)).close();
});

test('a lock left by a process that is gone is taken over', async () => {
  await writeFile(join(folder, 'lock'), '999999999');
  await (await openFileStore(folder)).close();
  await writeFile(join(folder, 'lock'), '');
  await (await openFileStore(folder)).close();
});

test('a log cut short on the disk holds the commits before the cut', async () => {
  const store = await openFileStore(folder);
  await store.commit(documentChange(store, 'a.md', 2));
  const { usedBytes } = await store.usage();
  await store.commit(documentChange(store, 'b.md', 2));
  await store.close();
  await truncate(join(folder, '1.nearfield'), usedBytes! + 100);
  const again = await openFileStore(folder);
  expect(await documentNames(again)).toEqual(['a.md']);
  await again.close();
});

test('a path where no folder can be is told in a sentence', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(openFileStore(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'file-unreadable' });
});
