import { expect, test, vi } from 'vitest';
import { createStore } from '../../src/ui/store.ts';

const settled = () => Promise.resolve();

test('changes made in one turn are shown once, and only to those who watch what changed', async () => {
  const store = createStore({ a: 1, b: 1, c: 1 });
  const both = vi.fn();
  const other = vi.fn();
  store.watch((state) => [state.a, state.b] as const, both);
  store.watch((state) => state.c, other);
  store.set({ a: 2 });
  store.set({ b: 2 });
  await settled();
  expect(both.mock.calls).toEqual([[[1, 1]], [[2, 2]]]);
  expect(other).toHaveBeenCalledTimes(1);
});

test('a watcher whose signal has aborted hears nothing more', async () => {
  const store = createStore({ a: 1 });
  const life = new AbortController();
  const show = vi.fn();
  store.watch((state) => state.a, show, life.signal);
  life.abort();
  store.set({ a: 2 });
  await settled();
  expect(show).toHaveBeenCalledTimes(1);
});
