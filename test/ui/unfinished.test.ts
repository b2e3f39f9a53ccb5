import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createUnfinished } from '../../src/ui/unfinished.ts';

/** Locks as one browser's tabs share them; `close` is what happens to a tab's when it goes. */
function world() {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const held = new Set<symbol>();
  const openTab = (goingMs = 20) => {
    const own = new Set<symbol>();
    const request = async (_name: string, { mode, signal }: LockOptions, work: (lock: Lock) => unknown) => {
      while (mode !== 'shared' && held.size > 0) {
        signal?.throwIfAborted();
        await setImmediate();
      }
      const lock = Symbol('lock');
      held.add(lock);
      own.add(lock);
      try {
        return await work({} as Lock);
      } finally {
        held.delete(lock);
      }
    };
    const locks = { request } as unknown as LockManager;
    const close = () => {
      for (const lock of own) held.delete(lock);
    };
    return { adding: createUnfinished(() => storage, locks, goingMs), close };
  };
  return { openTab, storage };
}

test('what a closed page left undone is told to the next, once nobody is at it', async () => {
  const { openTab } = world();
  const [first, second] = [openTab(), openTab()];
  expect(await first.adding.left()).toBeUndefined();
  first.adding.note({ files: 3, filesTotal: 9 });
  expect(await second.adding.left()).toBeUndefined();
  first.adding.note({ files: 4, filesTotal: 9 });
  // A page that is reloaded lets go of its lock when the next one is there already.
  const left = openTab(60_000).adding.left();
  first.close();
  expect(await left).toEqual({ files: 4, filesTotal: 9 });
  expect(await second.adding.left()).toEqual({ files: 4, filesTotal: 9 });
  second.adding.forget();
  expect(await second.adding.left()).toBeUndefined();
});

test('an adding that came to its end leaves nothing', async () => {
  const { openTab } = world();
  const tab = openTab();
  tab.adding.note({ files: 9, filesTotal: 9 });
  tab.adding.forget();
  tab.close();
  expect(await openTab().adding.left()).toBeUndefined();
});

test('where nothing may be stored, nothing is said and nothing fails', async () => {
  const refuse = () => {
    throw new Error('no');
  };
  const adding = createUnfinished(refuse, undefined);
  adding.note({ files: 1, filesTotal: 2 });
  adding.forget();
  expect(await adding.left()).toBeUndefined();
});
