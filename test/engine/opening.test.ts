import { expect, test } from 'vitest';
import { openCollection } from '../../src/engine/collection.ts';
import { createEngine } from '../../src/engine.ts';
import { searchBlocks } from '../../src/search/index.ts';
import { createStore } from '../../src/store/collection.ts';
import { memoryHome } from '../../src/store/memory.ts';
import type { Derivation, Store } from '../../src/store/store.ts';
import { countingEncoder, file, markdown } from './parts.ts';

const models = { en: 'en-model', zh: 'zh-model' };
const FILES = ['alpha', 'beta', 'gamma', 'delta'].map((name) => file(`${name}.md`, markdown(name, 9)));

interface Counted {
  readonly store: Store;
  /** Segments whose blocks were computed. */
  derived: number;
}

function over(blocks: Map<string, ArrayBuffer>, base: Derivation = searchBlocks()): Counted {
  const counted = { derived: 0 } as { store: Store; derived: number };
  const derive: Derivation['derive'] = (segment) => {
    counted.derived++;
    return base.derive(segment);
  };
  counted.store = createStore(memoryHome(blocks), { derivation: { names: base.names, derive } });
  return counted;
}
const engineOver = (store: Store) => createEngine({ store: async () => store, encoder: countingEncoder(), models });

async function filled(): Promise<Map<string, ArrayBuffer>> {
  const blocks = new Map<string, ArrayBuffer>();
  await engineOver(over(blocks).store).add(FILES);
  return blocks;
}
const answers = async (store: Store) => {
  const engine = engineOver(store);
  const found = [];
  for (const question of ['beta3word7 beta3word9', 'gamma part 4', 'delta0word1', 'alpha word']) {
    const { passages, confidence } = await engine.search(question, { tier: 'full' });
    found.push({ ids: passages.map(({ chunk }) => chunk.id), confidence });
  }
  return found;
};

test('opening computes nothing again: postings and 4-bit vectors come from the store, and answers are the same', async () => {
  const blocks = await filled();
  const again = over(blocks);
  const plain = createStore(memoryHome(blocks)); // knows no derived blocks: everything from texts and vectors
  expect(await answers(again.store)).toEqual(await answers(plain));
  expect(again.derived).toBe(0);
});

test('questions are answered before the vectors have been read, and exactly after', async () => {
  const blocks = await filled();
  const { store } = over(blocks);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: Store = {
    ...store,
    async snapshot() {
      const { segments, ...rest } = await store.snapshot();
      const late = segments.map((segment) => ({
        ...segment,
        vectors: async () => {
          await held;
          return segment.vectors();
        },
      }));
      return { ...rest, segments: late };
    },
  };
  const wanted = await answers(over(blocks).store);
  const engine = engineOver(slow);
  const early = await engine.search('beta3word7 beta3word9', { tier: 'full' });
  expect(early.tier).toBe('full');
  expect(early.passages[0]!.chunk.id).toBe(wanted[0]!.ids[0]);
  release();
  const collection = await openCollection(slow);
  await collection.whole;
  expect(await answers(slow)).toEqual(wanted);
  await engine.close();
});

test.each(['vectors', 'chunks', 'derived'])(
  'a damaged block of %s is named, nothing wrong is answered, and adding the files again mends it',
  async (kind) => {
    const blocks = await filled();
    const key = [...blocks.keys()].find((name) => name.startsWith('segment/') && name.includes(`/${kind}`))!;
    const bytes = new Uint8Array(blocks.get(key)!);
    bytes[bytes.length >> 1]! ^= 1;

    const wanted = await answers(over(await filled()).store);
    const { store } = over(blocks);
    const collection = await openCollection(store);
    await collection.whole;
    expect([...collection.notes, ...store.damage()].some((note) => note.includes(key))).toBe(true);
    const engine = engineOver(store);
    await engine.documents();
    expect((await engine.add(FILES)).skipped).toEqual([]);
    expect(await answers(store)).toEqual(wanted);
    expect(await answers(over(blocks).store)).toEqual(wanted);
  },
);

test('segments of an older format are searched at once and written anew with the next commit', async () => {
  const blocks = await filled();
  for (const key of [...blocks.keys()]) if (key.includes('/derived/')) blocks.delete(key);
  const wanted = await answers(over(await filled()).store);
  expect(await answers(over(blocks).store)).toEqual(wanted);

  const old = await filled();
  const newer = { names: [...searchBlocks().names, 'new'], derive: () => [...Array(3)].map(() => new Uint8Array(3)) };
  await engineOver(over(old, newer).store).add([file('epsilon.md', markdown('epsilon', 1))]);
  const ids = [...old.keys()].filter((key) => key.endsWith('/vectors')).map((key) => key.split('/')[1]);
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) expect([...old.keys()]).toContain(`segment/${id}/derived/new`);
});

test('what the first question waits for is asked in idle time, by meaning too once the model is there', async () => {
  const { store } = over(await filled());
  const encoder = countingEncoder();
  /** How many texts came at once as questions. */
  const asked: number[] = [];
  const engine = createEngine({
    store: async () => store,
    encoder: {
      ...encoder,
      embed(model, role, texts, options) {
        if (role === 'query') asked.push(texts.length);
        return encoder.embed(model, role, texts, options);
      },
    },
    models,
  });
  expect((await engine.search('beta3word7')).tier).toBe('keywords');
  // The strangers alone, and no question.
  await expect.poll(() => asked).toEqual([20]);
  await engine.search('beta3word7 beta3word9');
  expect(asked).toEqual([20, 1]);
  await engine.close();
});
