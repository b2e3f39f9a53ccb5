import { expect, test } from 'vitest';
import { fromDirectory, isLeftOut } from '../../src/ui/gather.ts';

/** A folder as the directory picker gives it. */
function folder(name: string, children: readonly unknown[]): FileSystemDirectoryHandle {
  const entries = async function* () {
    for (const child of children) yield [(child as { name: string }).name, child];
  };
  return { kind: 'directory', name, entries } as unknown as FileSystemDirectoryHandle;
}
const file = (name: string) => ({ kind: 'file', name, getFile: async () => new Blob([name]) });

test('a folder is walked to its depths; hidden files and installed packages stay out', async () => {
  const tree = folder('notes', [
    file('a.md'),
    file('.DS_Store'),
    folder('.git', [file('config')]),
    folder('node_modules', [folder('x', [file('README.md')])]),
    folder('law', [file('b.txt'), folder('old', [file('c.html')])]),
  ]);
  const counts: number[] = [];
  const found = await fromDirectory(tree)(new AbortController().signal, (count) => counts.push(count));
  expect(found.map(({ path }) => path)).toEqual(['notes/a.md', 'notes/law/b.txt', 'notes/law/old/c.html']);
  expect(counts).toEqual([1, 2, 3]);
});

test('walking stops where it is when the person cancels', async () => {
  const stop = new AbortController();
  const tree = folder('notes', [file('a.md'), file('b.md')]);
  await expect(fromDirectory(tree)(stop.signal, () => stop.abort())).rejects.toMatchObject({ name: 'AbortError' });
});

test.each([
  ['notes/.obsidian/app.json', true],
  ['node_modules/x/README.md', true],
  ['notes/my.node_modules.md', false],
  ['a/b.c.md', false],
])('%s is left out: %s', (path, expected) => expect(isLeftOut(path)).toBe(expected));
