import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Engine } from '../../src/core/engine.ts';
import type { DocumentId } from '../../src/core/types.ts';
import { openCollection } from '../../src/engine/collection.ts';
import { openLibrary } from '../../src/engine/library.ts';
import { createEngine } from '../../src/engine.ts';
import { searchBlocks } from '../../src/search/index.ts';
import { createStore } from '../../src/store/collection.ts';
import { memoryHome } from '../../src/store/memory.ts';
import { countingEncoder, file, markdown } from './parts.ts';

const models = { en: 'en-model', zh: 'zh-model' };
type Blocks = Map<string, ArrayBuffer>;

/** One tab of several over the same blocks; `read` are the keys of segments that it has asked for. */
function tabOver(blocks: Blocks) {
  const home = memoryHome(blocks);
  const read = new Set<string>();
  const store = createStore(
    {
      ...home,
      read: (keys) => {
        for (const key of keys) if (key.startsWith('segment/')) read.add(key.split('/')[1]!);
        return home.read(keys);
      },
    },
    { derivation: searchBlocks() },
  );
  return { store, read, engine: createEngine({ store: async () => store, encoder: countingEncoder(), models }) };
}

const QUESTIONS = ['alpha3word7 alpha3word9', 'beta part 1', 'gamma0word1', 'delta word', 'When does delta open?'];
/** What an engine finds, apart from the order of what is equally good. */
async function said(engine: Engine) {
  const answers = [];
  for (const question of QUESTIONS) {
    const { passages } = await engine.search(question, { tier: 'full', limit: 50 });
    answers.push(passages.map(({ chunk, score }) => `${chunk.id} ${score.toFixed(3)}`).sort());
  }
  return { answers, documents: (await engine.documents()).map(({ id, stored }) => `${id} ${stored}`).sort() };
}

test('what another tab commits is read alone: the segments that are here already are not', async () => {
  const blocks: Blocks = new Map();
  const writer = tabOver(blocks);
  await writer.engine.add(['alpha', 'beta'].map((name) => file(`${name}.md`, markdown(name, 40))));
  const reader = tabOver(blocks);
  const library = await openLibrary(reader.store);
  await library.collection().whole;
  const before = library.collection();
  reader.read.clear();
  const known = new Set([...blocks.keys()].map((key) => key.split('/')[1]!));

  await writer.engine.add([file('gamma.md', markdown('gamma', 2))]);
  await library.change(async (collection) => expect([...collection.summaries.keys()]).toContain('gamma.md'));
  expect(library.collection()).toBe(before);
  expect(reader.read.size).toBeGreaterThan(0);
  expect([...reader.read].filter((id) => known.has(id))).toEqual([]);
  await library.close();
});

test('what another tab commits while a collection is being opened is heard of', async () => {
  const blocks: Blocks = new Map();
  const writer = tabOver(blocks);
  await writer.engine.add([file('alpha.md', markdown('alpha', 4))]);
  const { store } = tabOver(blocks);
  let tell = () => {};
  let committing: Promise<unknown> | undefined;
  const library = await openLibrary({
    ...store,
    onChange(listener) {
      tell = listener;
      return () => {};
    },
    // Asked for when the segments have been read.
    async pairs() {
      committing ??= writer.engine.add([file('gamma.md', markdown('gamma', 2))]).then(() => tell());
      await committing;
      return store.pairs();
    },
  });
  const gamma = () => library.collection().chunks('gamma.md' as DocumentId);
  expect(gamma()).toEqual([]);
  await expect.poll(() => gamma().length).toBeGreaterThan(0);
  await library.close();
});

test('two tabs that change one collection in turn say what a tab says that opens it anew', async () => {
  const name = fc.constantFrom('alpha', 'beta', 'gamma', 'delta');
  const step = fc.record({
    tab: fc.nat(1),
    act: fc.oneof(
      fc.record({ add: name, parts: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ remove: name }),
      fc.record({ ask: name }),
      fc.constant({ compact: true as const }),
      fc.constant({ clear: true as const }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const blocks: Blocks = new Map();
      const tabs = [tabOver(blocks), tabOver(blocks)];
      for (const { tab, act } of steps) {
        const { engine, store } = tabs[tab]!;
        if ('add' in act) {
          const text = `${markdown(act.add, act.parts)}\n\n## When does ${act.add} open?\n\nIt opens at nine.\n`;
          await engine.add([file(`${act.add}.md`, text)]);
        } else if ('remove' in act) await engine.remove([`${act.remove}.md` as DocumentId]);
        else if ('compact' in act) await store.compact();
        else if ('clear' in act) await engine.clear();
        else await engine.search(`${act.ask}0word1`, { tier: 'full' });
      }
      // A change, if of nothing, brings a tab up to date.
      for (const { engine } of tabs) await engine.remove(['nothing.md' as DocumentId]);
      const wanted = await said(tabOver(blocks).engine);
      for (const { engine } of tabs) expect(await said(engine)).toEqual(wanted);
    }),
    { numRuns: 25 },
  );
});

test('where most of what was here has gone, the collection is opened anew, and memory with it', async () => {
  const blocks: Blocks = new Map();
  const writer = tabOver(blocks);
  await writer.engine.add([file('0.md', markdown('alpha', 900))], { tokens: false });
  const collection = await openCollection(tabOver(blocks).store);
  await collection.whole;
  expect(await collection.refresh()).toBe(true);
  for (let i = 0; i < 12; i++) {
    // Each time every row is written anew.
    await writer.engine.add([file('0.md', markdown(`beta${i}`, 900))], { tokens: false });
    if (!(await collection.refresh())) return;
  }
  throw new Error('rows that count no more were kept for ever');
});
