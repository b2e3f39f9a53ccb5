import { beforeEach, expect, test } from 'vitest';
import type { DocumentSummary, Engine } from '../../src/core/engine.ts';
import type { MapOptions, PassageMap } from '../../src/core/map.ts';
import { createMapActions, type MapActions, type MapState, NO_MAP } from '../../src/ui/mapping.ts';

let state: MapState;
let version: string;
let asked: MapOptions[];
let answer: (options: MapOptions) => Promise<PassageMap>;
let actions: MapActions;
const map = (fitted: number) => ({ fitted }) as PassageMap;

beforeEach(() => {
  [state, version, asked] = [NO_MAP, 'a', []];
  answer = async () => map(asked.length);
  const engine: Pick<Engine, 'map' | 'passages' | 'similar'> = {
    map: (options = {}) => {
      asked.push(options);
      return answer(options);
    },
    passages: async () => Promise.reject(new Error('gone')),
    similar: async () => Promise.reject(new Error('gone')),
  };
  actions = createMapActions(engine, {
    get: () => ({ map: state, documents: [{ id: version, hash: version, stored: 1 } as unknown as DocumentSummary] }),
    set: ({ map }) => {
      state = map ?? state;
    },
  });
});

test('a map is made once for the library as it is, and again when that changed or when told to', async () => {
  actions.show();
  actions.show();
  await expect.poll(() => state).toEqual({ phase: 'ready', map: map(1) });
  actions.show();
  expect(asked).toHaveLength(1);
  version = 'b';
  actions.show();
  // The old one stays while the new one is made.
  expect(state).toEqual({ phase: 'working', map: map(1) });
  await expect.poll(() => state).toEqual({ phase: 'ready', map: map(2) });
  actions.anew();
  await expect.poll(() => state.map).toEqual(map(3));
  expect(asked.map(({ anew }) => anew)).toEqual([undefined, undefined, true]);
});

test('a map that is cancelled is said to be stopped, and one that fails says why', async () => {
  answer = ({ signal }) =>
    new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason), { once: true }));
  actions.show();
  asked[0]!.onProgress!({ phase: 'arrange', done: 0.5 });
  expect(state).toEqual({ phase: 'working', progress: { phase: 'arrange', done: 0.5 } });
  actions.cancel();
  await expect.poll(() => state).toEqual({ phase: 'stopped' });
  answer = async () => Promise.reject(new Error('no memory'));
  actions.anew();
  await expect.poll(() => state).toEqual({ phase: 'failed', failure: { message: 'no memory' } });
});

test('an older map never replaces a newer one', async () => {
  const settle: ((map: PassageMap) => void)[] = [];
  answer = () => new Promise((resolve) => settle.push(resolve));
  actions.show();
  actions.anew();
  settle[1]!(map(2));
  settle[0]!(map(1));
  await expect.poll(() => state).toEqual({ phase: 'ready', map: map(2) });
  await new Promise((resolve) => setTimeout(resolve));
  expect(state.map).toEqual(map(2));
});

test('a passage that cannot be fetched is one that is gone', async () => {
  expect(await actions.passages(['a#0' as never])).toEqual([undefined]);
  expect(await actions.similar('a#0' as never, 3)).toEqual([]);
});
