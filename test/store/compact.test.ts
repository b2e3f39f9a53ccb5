import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { createStore } from '../../src/store/collection.ts';
import { runsToMerge } from '../../src/store/compact.ts';
import type { Manifest } from '../../src/store/manifest.ts';
import { createMemoryStore, memoryHome } from '../../src/store/memory.ts';
import type { Derivation } from '../../src/store/store.ts';
import {
  docId,
  documentChange,
  documentNames,
  loadAll,
  MODEL,
  segment,
  summary,
  visible,
  visibleIn,
} from './samples.ts';

const entry = (id: number, rows: number, dead = 0, language: 'en' | 'zh' = 'en') => ({
  id,
  model: MODEL,
  language,
  dim: 8,
  rows,
  runs: [[docId(`${id}`), rows - dead] as const, ...(dead > 0 ? [[docId('gone'), dead, true] as const] : [])],
});
const manifest = (...segments: Manifest['segments']): Manifest => ({ revision: 1, nextSegment: 99, segments });
const merged = (...segments: Manifest['segments']) =>
  runsToMerge(manifest(...segments)).map((run) => run.map(({ id }) => id));

describe('which segments are merged', () => {
  test('eight small ones become one, seven do not', () => {
    expect(merged(...[1, 2, 3, 4, 5, 6, 7].map((id) => entry(id, 64)))).toEqual([]);
    expect(merged(...[1, 2, 3, 4, 5, 6, 7, 8].map((id) => entry(id, 64)))).toEqual([[1, 2, 3, 4, 5, 6, 7, 8]]);
  });

  test('a large one is not copied for the sake of a few small ones', () => {
    expect(merged(entry(1, 3000), ...[2, 3, 4, 5].map((id) => entry(id, 16)))).toEqual([[2, 3, 4, 5]]);
  });

  test('full ones stay, and nothing is merged across them', () => {
    expect(merged(entry(1, 3000), entry(2, 4096), entry(3, 3000))).toEqual([]);
  });

  test('languages are merged apart, though they come mixed', () => {
    const mixed = [1, 2, 3, 4].map((id) => entry(id, 1100, 0, id % 2 ? 'en' : 'zh'));
    expect(merged(...mixed)).toEqual([]);
    expect(merged(...mixed, entry(5, 2000))).toEqual([[1, 3, 5]]);
  });

  test('one that is half dead is written anew, alone if need be', () => {
    expect(merged(entry(1, 4096, 2047), entry(2, 4096))).toEqual([]);
    expect(merged(entry(1, 4096, 2048), entry(2, 4096))).toEqual([[1]]);
  });
});

describe.each<[string, Derivation | undefined]>([
  ['vectors alone', undefined],
  [
    'derived blocks',
    { names: ['sum'], derive: ({ vectors }) => [new Uint8Array(Float32Array.of(vectors[0]!).buffer)] },
  ],
])('merging, with %s,', (_name, derivation) => {
  test('never changes what a search sees, and keeps segments few', async () => {
    const commits = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 600 }) }) },
        { weight: 1, arbitrary: fc.record({ drop: fc.nat() }) },
      ),
      { minLength: 20, maxLength: 50 },
    );
    await fc.assert(
      fc.asyncProperty(commits, async (steps) => {
        const store = createMemoryStore(derivation && { derivation });
        const expected = new Map<string, [string, number[]][]>();
        for (const [i, step] of steps.entries()) {
          if ('add' in step) {
            const one = segment(i, { [`${i}`]: step.add });
            await store.commit({ documents: [summary(`${i}`, step.add)], segments: [one] });
            expected.set(`${i}`, visibleIn(one));
          } else {
            const name = [...expected.keys()][step.drop % Math.max(1, expected.size)];
            if (name === undefined) continue;
            await store.commit({ removed: [docId(name)] });
            expected.delete(name);
          }
        }
        const rows = [...expected.values()].flat();
        expect(await visible(store)).toEqual(rows);
        expect((await loadAll(store)).length).toBeLessThanOrEqual(40 + rows.length / 2048);

        expect(await store.compact()).toBe(true);
        expect(await visible(store)).toEqual(rows);
        const loaded = await loadAll(store);
        const sizes = loaded.map(({ segment }) => segment.chunks.length);
        expect(sizes.filter((size, i) => size > 4096 || (size < 4096 && sizes[i + 1]! < 4096))).toEqual([]);
        expect(loaded.every(({ dead }) => dead.size === 0)).toBe(true);
        const snapshot = await store.snapshot();
        for (const stored of derivation ? snapshot.segments : []) {
          const sum = new Float32Array((await stored.derived('sum')).slice().buffer);
          expect(sum[0]).toBe((await stored.vectors())[0]);
        }
        snapshot.close();
        expect(store.damage()).toEqual([]);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});

test('compaction waits while someone reads', async () => {
  const store = createMemoryStore();
  for (const name of ['a.md', 'b.md']) await store.commit(documentChange(store, name, 3));
  const snapshot = await store.snapshot();
  expect(await store.compact()).toBe(false);
  expect(await snapshot.segments[1]!.chunks()).toHaveLength(3);
  snapshot.close();
  expect(await store.compact()).toBe(true);
  expect(await loadAll(store)).toHaveLength(1);
});

test('a snapshot is not disturbed by what is committed after it', async () => {
  const store = createMemoryStore();
  await store.commit(documentChange(store, 'a.md', 40));
  const snapshot = await store.snapshot();
  for (let i = 0; i < 20; i++) await store.commit(documentChange(store, `${i}.md`, 40));
  await store.commit({ removed: [docId('a.md')] });
  expect(snapshot.segments).toHaveLength(1);
  expect(await snapshot.segments[0]!.vectors()).toHaveLength(320);
  snapshot.close();
});

test('a merge that fails does not fail the commit it came with', async () => {
  const inner = memoryHome();
  const store = createStore({
    ...inner,
    update: (keys, plan) =>
      inner.update(keys, (blocks) => {
        const batch = plan(blocks);
        if (batch.deletes.some((key) => key.startsWith('segment/'))) throw new EngineError('busy', 'not now');
        return batch;
      }),
  });
  const names = Array.from({ length: 9 }, (_, i) => `${i}.md`);
  for (const name of names) await store.commit(documentChange(store, name, 1));
  expect(await documentNames(store)).toEqual(names);
  expect(await loadAll(store)).toHaveLength(9);
  expect(store.damage().join()).toContain('not now');
});
