import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { Engine, SearchOptions } from '../../src/core/engine.ts';
import { EngineError } from '../../src/core/errors.ts';
import type { ChunkId, DocumentId } from '../../src/core/types.ts';
import { createEngine } from '../../src/engine.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { type CountingEncoder, countingEncoder, file, markdown } from './parts.ts';

const models = { en: 'model-en', zh: 'model-zh' };
let store: Store;
let encoder: CountingEncoder;
let engine: Engine;

beforeEach(() => {
  store = createMemoryStore();
  encoder = countingEncoder();
  engine = createEngine({ store: async () => store, encoder, models });
});
/** The same store under a new engine: what a reload of the page does. */
const reopened = () => createEngine({ store: async () => store, encoder, models });
const paths = async (question: string, on = engine) =>
  (await on.search(question, { tier: 'full' })).passages.map(({ chunk }) => chunk.document as string);

test('what was added is found, and still found by a new engine over the same store', async () => {
  const report = await engine.add([file('a.md', markdown('alpha', 3)), file('b.md', markdown('beta', 3))]);
  expect(report).toMatchObject({ added: 2, unchanged: 0, skipped: [] });
  expect((await paths('beta1word7'))[0]).toBe('b.md');
  expect((await paths('beta1word7', reopened()))[0]).toBe('b.md');
});

test('a file that has not changed is not embedded again, one that has is replaced', async () => {
  await engine.add([file('a.md', markdown('alpha', 2))]);
  const first = encoder.embedded.length;
  expect(await engine.add([file('a.md', markdown('alpha', 2))])).toMatchObject({ added: 0, unchanged: 1, passages: 0 });
  expect(encoder.embedded).toHaveLength(first);

  await engine.add([file('a.md', markdown('gamma', 2))]);
  expect(await engine.documents()).toHaveLength(1);
  expect((await engine.search('alpha1word3', { tier: 'keywords' })).passages).toEqual([]);
  expect((await paths('gamma1word3'))[0]).toBe('a.md');
});

test('a file whose vectors another version of the model made is indexed anew, and until then that is said', async () => {
  await engine.add([file('a.md', markdown('alpha', 2))]);
  encoder = countingEncoder('newer');
  const newer = reopened();
  const search = () => newer.search('alpha1word3', { tier: 'full' });
  expect((await search()).passages[0]!.reasons.map(({ kind }) => kind)).not.toContain('meaning');
  expect((await newer.status()).notes).toEqual([expect.stringMatching(/^1 document was indexed by another version/)]);
  expect(await newer.add([file('a.md', markdown('alpha', 2))])).toMatchObject({ added: 1, unchanged: 0 });
  expect((await search()).passages[0]!.reasons.map(({ kind }) => kind)).toContain('meaning');
  expect((await newer.status()).notes).toEqual([]);
  expect(await newer.add([file('a.md', markdown('alpha', 2))])).toMatchObject({ added: 0, unchanged: 1 });
});

test('a model’s sparse vectors are stored with the dense ones and play their part in a search, after a reload too', async () => {
  encoder = countingEncoder('test', true);
  engine = reopened();
  await engine.add([file('a.md', markdown('alpha', 3)), file('b.md', markdown('beta', 3))]);
  for (const one of [engine, reopened()]) {
    const [first] = (await one.search('beta1word7', { tier: 'full' })).passages;
    expect(first!.chunk.document).toBe('b.md');
    expect(first!.reasons.map(({ kind }) => kind)).toContain('learned');
  }
});

test('the first passages are compared word by word, with what was stored of them, after a reload too', async () => {
  await engine.add([file('a.md', markdown('alpha', 3)), file('b.md', markdown('beta', 3))]);
  const passages = encoder.embedded.length;
  const ask = async (options: SearchOptions, on = engine) => {
    const { reranked, passages } = await on.search('beta1word7 beta1word8', options);
    const isReread = passages.map(({ reasons }) => reasons.some(({ kind }) => kind === 'reread'));
    expect(isReread).toEqual(passages.map(() => reranked));
    return reranked;
  };
  for (const one of [engine, reopened()]) {
    expect(await ask({ tier: 'full' }, one)).toBe(true);
    expect(await ask({ tier: 'full', typing: true, limit: 1 }, one)).toBe(true);
    expect(await ask({ tier: 'full', rerank: 'auto' }, one)).toBe(true);
    expect(await ask({ tier: 'full', rerank: false }, one)).toBe(false);
    expect(await ask({ tier: 'keywords', rerank: 'auto' }, one)).toBe(false);
  }
  expect(encoder.embedded).toHaveLength(passages);
});

test('passages from before token vectors were stored are encoded again, but only where that is asked for', async () => {
  const before = createMemoryStore();
  const withoutTokens: Store = {
    ...before,
    commit: (change) =>
      before.commit({ ...change, segments: (change.segments ?? []).map(({ tokens: _, ...segment }) => segment) }),
  };
  engine = createEngine({ store: async () => withoutTokens, encoder, models });
  await engine.add([file('a.md', markdown('alpha', 3)), file('b.md', markdown('beta', 3))]);
  const passages = encoder.embedded.length;
  const ask = async (options: SearchOptions) => {
    const { reranked } = await engine.search('beta1word7 beta1word8', { tier: 'full', ...options });
    return [reranked, encoder.embedded.length - passages];
  };
  expect(await ask({})).toEqual([false, 0]);
  expect(await ask({ rerank: 'auto', typing: true })).toEqual([false, 0]);
  expect(await ask({ rerank: 'auto' })).toEqual([true, passages]);
  // Read lately: nothing is encoded twice.
  expect(await ask({ rerank: true })).toEqual([true, passages]);
});

test('the same path twice in one call leaves the later content', async () => {
  await engine.add([file('a.md', markdown('alpha', 2)), file('a.md', markdown('gamma', 2))]);
  expect((await engine.search('alpha1word3', { tier: 'keywords' })).passages).toEqual([]);
  expect((await paths('gamma1word3'))[0]).toBe('a.md');
  expect(await engine.documents()).toHaveLength(1);
});

test('a bad file is reported and the others are indexed', async () => {
  const unreadable = { size: 3, arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) };
  const report = await engine.add([
    file('picture.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])),
    file('huge.txt', new Uint8Array(50 * 2 ** 20).fill(97)),
    { path: 'gone.txt', data: unreadable as unknown as Blob },
    file('good.md', markdown('alpha', 1)),
  ]);
  expect(report.skipped.map(({ path, code }) => [path, code])).toEqual([
    ['picture.png', 'format-unsupported'],
    ['huge.txt', 'file-too-large'],
    ['gone.txt', 'file-unreadable'],
  ]);
  expect(report.added).toBe(1);
  expect((await paths('alpha0word1'))[0]).toBe('good.md');
});

test('cancelled anywhere and gone on with, nothing is lost and nothing embedded twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }), async (stops) => {
      store = createMemoryStore();
      encoder = countingEncoder();
      const files = ['alpha', 'beta', 'gamma'].map((name) => file(`${name}.md`, markdown(name, 12)));
      for (const after of stops) {
        const stop = new AbortController();
        const start = encoder.embedded.length;
        await reopened()
          .add(files, {
            signal: stop.signal,
            onProgress: () => {
              if (encoder.embedded.length - start >= after) stop.abort();
            },
          })
          .catch((error: Error) => expect(error.name).toBe('AbortError'));
      }
      const last = reopened();
      await last.add(files);
      expect(new Set(encoder.embedded).size).toBe(encoder.embedded.length);
      const { passages } = await last.status();
      expect(passages).toBe(encoder.embedded.length);
      for (const { stored, chunks } of await last.documents()) expect(stored).toBe(chunks);
    }),
    { numRuns: 20 },
  );
});

test('when the embedding worker dies, what it had done is kept and the next call goes on from there', async () => {
  const files = [file('a.md', markdown('alpha', 40)), file('b.md', markdown('beta', 40))];
  encoder.before = (done) => {
    if (done >= 48) throw new EngineError('worker-lost', 'Expected a running worker.');
  };
  await expect(engine.add(files)).rejects.toMatchObject({ code: 'worker-lost' });
  const kept = (await reopened().status()).passages;
  expect(kept).toBe(48);

  delete encoder.before;
  const again = reopened();
  await again.add(files);
  expect(new Set(encoder.embedded).size).toBe(encoder.embedded.length);
  expect((await again.status()).passages).toBe(encoder.embedded.length);
});

test('at a full quota the call fails with its code and everything committed before stays searchable', async () => {
  const { commit } = store;
  let commits = 0;
  store.commit = async (change) => {
    if (++commits > 2) throw new EngineError('quota-exceeded', 'Expected room for 1 MB, the browser refused it.');
    await commit.call(store, change);
  };
  const files = Array.from({ length: 20 }, (_, i) => file(`${i}.md`, markdown(`name${i}x`, 30)));
  await expect(engine.add(files)).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect((await paths('name0x1word3'))[0]).toBe('0.md');
  expect((await paths('name0x1word3', reopened()))[0]).toBe('0.md');
});

test('removing a document removes its passages; clearing removes everything', async () => {
  await engine.add([file('a.md', markdown('alpha', 2)), file('b.md', markdown('beta', 2))]);
  await engine.remove(['a.md' as DocumentId]);
  expect((await engine.search('alpha0word3', { tier: 'keywords' })).passages).toEqual([]);
  await expect(engine.open('a.md' as DocumentId)).rejects.toMatchObject({ code: 'bad-input' });
  await engine.clear();
  expect(await engine.status()).toMatchObject({ documents: 0, passages: 0 });
  expect((await engine.search('beta0word3')).passages).toEqual([]);
});

test('a collection goes into a file and comes out of it in another browser, with nothing embedded anew', async () => {
  await engine.add([file('a.md', markdown('alpha', 3)), file('b.md', markdown('beta', 3))]);
  const [hit] = (await engine.search('beta1word7', { tier: 'full' })).passages;
  await engine.accept('what is beta?', hit!.chunk.id);
  const saved = await engine.exportCollection();

  const there = countingEncoder();
  const other = createEngine({ store: async () => createMemoryStore(), encoder: there, models });
  await other.add([file('own.md', markdown('own', 1))]);
  const embedded = there.embedded.length;
  expect(await other.importCollection(saved)).toEqual({ imported: 2, unchanged: 0, beside: 1 });
  expect(there.embedded.length).toBe(embedded);
  expect((await paths('beta1word7', other))[0]).toBe('b.md');
  expect(await other.documents()).toHaveLength(3);
  expect(await other.accepted()).toHaveLength(1);
  expect(await other.importCollection(saved)).toEqual({ imported: 0, unchanged: 2, beside: 0 });

  const cut = saved.slice(0, saved.size - 10);
  await expect(other.importCollection(cut)).rejects.toMatchObject({ code: 'block-corrupt' });
  await expect(other.importCollection(new Blob(['a letter']))).rejects.toBeInstanceOf(EngineError);
  expect(await other.documents()).toHaveLength(3);
});

test('a document opens with its text and the places of its passages', async () => {
  await engine.add([file('a.md', markdown('alpha', 3))]);
  const opened = await engine.open('a.md' as DocumentId);
  const { passages } = await engine.search('alpha2word5', { tier: 'full' });
  const { chunk } = passages[0]!;
  expect(opened.text.slice(chunk.textStart, chunk.textEnd)).toBe(chunk.text);
  expect(opened.passages).toContainEqual({ id: chunk.id, textStart: chunk.textStart, textEnd: chunk.textEnd });
});

test('English and Chinese live in one collection, each searched with its own model', async () => {
  await engine.add([
    file('en.txt', 'The guide explains how reactive state is tracked by the framework.'),
    file('zh.txt', '本指南说明框架如何追踪响应式状态，以及何时更新界面。'),
  ]);
  expect((await engine.status()).languages.toSorted()).toEqual(['en', 'zh']);
  expect((await paths('reactive state'))[0]).toBe('en.txt');
  expect((await paths('响应式状态'))[0]).toBe('zh.txt');
});

test('a Chinese text is simplified for the encoder and kept as it was written', async () => {
  await engine.add([file('tw.txt', '本指南說明框架如何追蹤響應式狀態，以及何時更新介面。')]);
  expect(encoder.embedded.at(-1)).toContain('说明框架如何追踪响应式状态');
  expect((await engine.search('响应式状态', { tier: 'full' })).passages[0]?.chunk.text).toContain('響應式狀態');
});

test('keywords answer while the model is still loading, and say so', async () => {
  await engine.add([file('a.md', markdown('alpha', 2))]);
  const fresh = createEngine({
    store: async () => store,
    encoder: { ...encoder, load: () => new Promise(() => {}) },
    models,
  });
  const answer = await fresh.search('alpha1word3');
  expect(answer.tier).toBe('keywords');
  expect(answer.passages[0]?.chunk.document).toBe('a.md');
});

test('an empty collection and an empty question answer with nothing', async () => {
  expect((await engine.search('anything')).passages).toEqual([]);
  await engine.add([file('a.md', markdown('alpha', 1)), file('empty.txt', '')]);
  expect((await engine.search('   ')).passages).toEqual([]);
});

test('an accepted answer is remembered, listed where its passage is now, and erased on request', async () => {
  await engine.add([file('a.md', markdown('alpha', 3)), file('b.md', markdown('beta', 3))]);
  const [passage] = (await engine.search('beta1word7', { tier: 'full' })).passages;
  const pair = await engine.accept('  what is the second part? ', passage!.chunk.id);
  expect(pair).toMatchObject({
    question: 'what is the second part?',
    language: 'en',
    document: 'b.md',
    passage: passage!.chunk.text,
    chunk: passage!.chunk.id,
  });
  await engine.accept('what is the second part?', passage!.chunk.id);
  expect(await reopened().accepted()).toHaveLength(1);

  // Without its document the pair stays, but leads nowhere; the document back, it leads to the passage again.
  await engine.remove(['b.md' as DocumentId]);
  const [orphan] = await engine.accepted();
  expect(orphan).not.toHaveProperty('chunk');
  await engine.add([file('b.md', markdown('beta', 3))]);
  expect(await engine.accepted()).toEqual([expect.objectContaining({ id: pair.id, chunk: passage!.chunk.id })]);

  await engine.forget([pair.id]);
  expect(await engine.accepted()).toEqual([]);
  expect(await reopened().accepted()).toEqual([]);
});

test('a rejected answer is remembered and erased as an accepted one is, takes its place, and changes no search', async () => {
  await engine.add([file('a.md', markdown('alpha', 3)), file('b.md', markdown('beta', 3))]);
  const ask = async () => {
    const { passages, confidence } = await engine.search('beta1word7', { tier: 'full' });
    return [confidence, ...passages.map(({ chunk, score, reasons }) => ({ id: chunk.id, score, reasons }))];
  };
  const before = await ask();
  const [passage] = (await engine.search('beta1word7', { tier: 'full' })).passages;
  const { id } = await engine.accept('beta1word7', passage!.chunk.id);
  expect(await ask()).not.toEqual(before);
  const rejected = await engine.reject(' beta1word7', passage!.chunk.id);
  expect(rejected).toMatchObject({ id, question: 'beta1word7', document: 'b.md', chunk: passage!.chunk.id });
  expect(await ask()).toEqual(before);
  for (const one of [engine, reopened()]) {
    expect(await one.accepted()).toEqual([]);
    expect(await one.rejected()).toEqual([rejected]);
  }
  expect(await reopened().search('beta1word7', { tier: 'full' })).toMatchObject({ confidence: before[0] });
  await engine.forget([id]);
  expect(await reopened().rejected()).toEqual([]);
  await expect(engine.reject(' ', passage!.chunk.id)).rejects.toMatchObject({ code: 'bad-input' });
  await expect(engine.reject('why?', 'a.md#99' as ChunkId)).rejects.toMatchObject({ code: 'bad-input' });
});

test('only a passage of the collection can be accepted, for a question that says something', async () => {
  await engine.add([file('a.md', markdown('alpha', 1))]);
  await expect(engine.accept(' ', 'a.md#0' as ChunkId)).rejects.toMatchObject({ code: 'bad-input' });
  await expect(engine.accept('why?', 'a.md#99' as ChunkId)).rejects.toMatchObject({ code: 'bad-input' });
  await expect(engine.accept('why?', 'gone' as ChunkId)).rejects.toMatchObject({ code: 'bad-input' });
});

test('the knob of refusal reaches the search, and the calibrating questions are encoded once', async () => {
  await engine.add([file('a.md', markdown('alpha', 3))]);
  const asked: (readonly string[])[] = [];
  const { embed } = encoder;
  encoder.embed = (model, role, texts, options) => {
    if (role === 'query') asked.push(texts);
    return embed(model, role, texts, options);
  };
  const strict = await engine.search('nothing of the kind', { tier: 'full', refuse: 'strict' });
  const off = await engine.search('nothing of the kind', { tier: 'full', refuse: 'off' });
  expect([strict.refused, off.refused]).toEqual([true, false]);
  expect(strict.confidence).toBe(off.confidence);
  await engine.search('another question', { tier: 'full' });
  expect(asked.filter((texts) => texts.length === 20)).toHaveLength(1);
});

test('with feedback a passage is found that shares no word with the question but many with what answers it', async () => {
  const filler = Array.from({ length: 30 }, (_, i) => file(`f${i}.md`, `note number ${i} on paper`));
  await engine.add([
    file('first.md', 'A tide is caused by the gravity of the moon.'),
    file('second.md', 'Gravity of the moon pulls at the ocean.'),
    ...filler,
  ]);
  const found = async (feedback: boolean) => {
    const { passages } = await engine.search('tide', { tier: 'keywords', feedback });
    return passages.map(({ chunk }) => chunk.document);
  };
  expect(await found(false)).toEqual(['first.md']);
  expect(await found(true)).toEqual(['first.md', 'second.md']);
});

test('an FAQ is found by its questions, after a reload too, and an accepted question leads to its passage', async () => {
  const faq = [
    '# Orders',
    '## How do I cancel?\n\nPress the red button beside the one that you regret.',
    '## Where is my parcel?\n\nThe courier knows; see the list of couriers.',
  ].join('\n\n');
  await engine.add([file('faq.md', faq), file('a.md', markdown('alpha', 3))]);
  for (const one of [engine, reopened()]) {
    const [hit] = (await one.search('how do I cancel', { tier: 'full' })).passages;
    expect(hit!.chunk.text).toContain('red button');
    expect(hit!.reasons).toContainEqual(expect.objectContaining({ kind: 'question', question: 'How do I cancel?' }));
  }

  const courier = (await engine.search('list of couriers', { tier: 'full', rerank: false })).passages[0]!;
  await engine.accept('lost box', courier.chunk.id);
  for (const one of [engine, reopened()]) {
    const answer = await one.search('Lost box?', { tier: 'full', refuse: 'strict' });
    expect(answer.refused).toBe(false);
    expect(answer.passages[0]!.chunk.id).toBe(courier.chunk.id);
    expect(answer.passages[0]!.reasons[0]).toMatchObject({ kind: 'question', question: 'lost box' });
  }
  // The document replaced, its passage still there: the pair leads on. Removed: nothing is left of its questions.
  await engine.add([file('faq.md', `${faq}\n\n## Do you deliver?\n\nYes.`)]);
  expect((await engine.search('lost box', { tier: 'full' })).passages[0]!.chunk.text).toContain('courier');
  await engine.remove(['faq.md' as DocumentId]);
  expect(await store.attachments('questions/')).toEqual([]);
  expect((await reopened().search('lost box', { tier: 'keywords' })).passages).toEqual([]);
  expect(await engine.accepted()).toHaveLength(1);
});

test('a glossary that is dropped in translates what people say, until it is removed', async () => {
  await engine.add([
    file(
      'rules.md',
      '# Rules\n\n## Remote work\n\nTelework is agreed on in writing.\n\n## Parking\n\nBehind the house.',
    ),
    file('glossary.csv', 'term,means\nWFH,telework\nHO,telework\n'),
  ]);
  const asked = (one: Engine) =>
    one.search('may I do WFH?', { tier: 'keywords', documents: ['rules.md' as DocumentId] });
  for (const one of [engine, reopened()]) {
    const [hit] = (await asked(one)).passages;
    expect(hit?.chunk.text).toContain('Telework');
    expect(hit?.reasons).toContainEqual(expect.objectContaining({ kind: 'words', matched: ['telework'] }));
  }
  // Whole words only: `who` holds no `HO`.
  expect((await engine.search('who', { tier: 'keywords', documents: ['rules.md' as DocumentId] })).passages).toEqual(
    [],
  );
  await engine.remove(['glossary.csv' as DocumentId]);
  expect(await store.attachments('glossary/')).toEqual([]);
  expect((await asked(engine)).passages).toEqual([]);
});

test('a cross-encoder orders the first passages where it is asked to, and without one that is said', async () => {
  await engine.add([
    file('often.md', '# Often\n\ntide tide tide tide'),
    file('once.md', '# Once\n\nAll the sailors know when the harbour is full and what it is to wait for the tide!'),
  ]);
  const crossing = createEngine({ store: async () => store, encoder, models, crossEncoder: 'some/reranker' });
  const ask = async (one: Engine, options: SearchOptions) => {
    const { passages, reranked } = await one.search('tide', options);
    return [passages[0]!.chunk.document, reranked];
  };
  expect(await ask(crossing, { tier: 'keywords' })).toEqual(['often.md', false]);
  for (const tier of ['keywords', 'full'] as const) {
    expect(await ask(crossing, { tier, rerank: 'cross-encoder' })).toEqual(['once.md', true]);
  }
  await expect(engine.search('tide', { rerank: 'cross-encoder' })).rejects.toMatchObject({ code: 'bad-input' });
});

test('title words count more where the owner says so, after a reload and for what was stored with other weights too', async () => {
  const files = [
    file('body.md', '# Notes\n\nTides come and go. The tides are high in spring and low in autumn.'),
    file('title.md', '# Tides\n\nThey come and go with the moon, high in spring and low in autumn, here as elsewhere.'),
  ];
  const first = async (one: Engine) => (await one.search('tides', { tier: 'keywords' })).passages[0]!.chunk.document;
  const weighing = () => createEngine({ store: async () => store, encoder, models, fields: { title: 4 } });
  await engine.add(files);
  expect(await first(engine)).toBe('body.md');
  for (const one of [weighing(), weighing()]) expect(await first(one)).toBe('title.md');
});

test('a caller’s own expansion finds what the query’s words do not', async () => {
  await engine.add([file('rules.md', '# Rules\n\n## Remote work\n\nTelework is agreed on in writing.')]);
  expect((await engine.search('homeoffice', { tier: 'keywords' })).passages).toEqual([]);
  const also = [{ text: 'telework', weight: 0.5 }];
  expect((await engine.search('homeoffice', { tier: 'keywords', also })).passages).toHaveLength(1);
});
