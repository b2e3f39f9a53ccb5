import { expect, test } from 'vitest';
import type { Query } from '../../src/core/answer.ts';
import type { ChunkId, DocumentId, Language, ModelKey, Segment, UnitVector } from '../../src/core/types.ts';
import { createSearchIndex } from '../../src/search/index.ts';
import { chunkOf } from '../chunk-of.ts';

const EN = 'en-model@1' as ModelKey;
const ZH = 'zh-model@1' as ModelKey;

/** Texts by document name; each document one chunk, with the vector that `vector` gives it. */
function segment(
  texts: Record<string, string>,
  vector: (name: string) => number[] = () => [1, 0],
  model = EN,
): Segment {
  const names = Object.keys(texts);
  return {
    id: 0,
    model,
    language: (model === ZH ? 'zh' : 'en') as Language,
    dim: 2,
    chunks: names.map((name) => chunkOf(name, texts[name]!)),
    vectors: Float32Array.from(names.flatMap(vector)),
  };
}
const query = (text: string, more: Partial<Query> = {}): Query => ({
  text,
  language: 'en',
  vectors: [],
  k: 10,
  ...more,
});
const unit = (...values: number[]) => Float32Array.from(values) as UnitVector;
function found(texts: Record<string, string>, text: string, more: Partial<Query> = {}) {
  const index = createSearchIndex();
  index.add(segment(texts));
  return index.search(query(text, more)).hits.map(({ chunk }) => chunk.document as string);
}

test('a segment is found as soon as it is added, a removed document never again', () => {
  const index = createSearchIndex();
  index.add(segment({ a: 'cats purr' }));
  expect(index.search(query('purr')).hits).toHaveLength(1);
  index.add(segment({ b: 'lions purr too' }));
  expect(index.search(query('purr')).hits.map(({ chunk }) => chunk.document)).toEqual(['a', 'b']);
  index.remove(['a' as DocumentId, 'unknown' as DocumentId]);
  expect(index.search(query('purr')).hits.map(({ chunk }) => chunk.document)).toEqual(['b']);
  expect(index.stats()).toMatchObject({ chunks: 1, models: [EN] });
});

test('rows that came dead are not found', () => {
  const index = createSearchIndex();
  index.add(segment({ a: 'cats purr', b: 'lions purr' }), new Set([0]));
  expect(index.search(query('purr')).hits.map(({ chunk }) => chunk.document)).toEqual(['b']);
});

test('an empty index, an empty query and a word that stands nowhere find nothing and are refused', () => {
  expect(createSearchIndex().search(query('cats'))).toMatchObject({ hits: [], refused: true });
  const index = createSearchIndex();
  index.add(segment({ a: 'cats purr' }));
  for (const text of ['', '?!', 'zzzxq']) expect(index.search(query(text))).toMatchObject({ hits: [], refused: true });
});

test('fused by ranks, a row that both retrievers place well comes before one that only one of them places first', () => {
  const index = createSearchIndex();
  const vectors: Record<string, number[]> = { words: [-1, 0], both: [0.8, 0.6], meaning: [1, 0], none: [0, -1] };
  index.add(
    segment(
      { words: 'purr purr purr', both: 'cats that purr', meaning: 'lions', none: 'dogs' },
      (name) => vectors[name]!,
    ),
  );
  const asked = query('purr', { vectors: [{ model: EN, values: unit(1, 0) }] });
  const names = (settings: object) => index.search(asked, settings).hits.map(({ chunk }) => chunk.document as string);
  expect(names({ fusion: 'ranks' })[0]).toBe('both');
  expect(names({ method: 'bm25' })[0]).toBe('words');
  expect(names({ method: 'dense' })[0]).toBe('meaning');
});

test('a Chinese name with a digit is found verbatim, and first', () => {
  const texts = { near: '战国时代的无双武将有3人', exact: '《战国无双3》是系列的第三作', other: '三国无双' };
  expect(found(texts, '战国无双3')[0]).toBe('exact');
});

test('a verbatim hit is not pushed off the page by what is near in meaning', () => {
  const texts: Record<string, string> = { exact: 'set the flag --no-cache here' };
  for (let i = 0; i < 30; i++) texts[`near${i}`] = `about the cache, number ${i}`;
  const index = createSearchIndex();
  index.add(segment(texts, (name) => (name === 'exact' ? [-1, 0] : [1, 0])));
  const result = index.search(query('flag --no-cache', { k: 5, vectors: [{ model: EN, values: unit(1, 0) }] }));
  expect(result.hits.map(({ chunk }) => chunk.document)).toContain('exact');
  expect(result.refused).toBe(false);
});

test('Traditional and Simplified Chinese find each other', () => {
  const texts = { simplified: '机器学习是人工智能的一个分支', traditional: '軟體開發與機器學習' };
  expect(found(texts, '機器學習').toSorted()).toEqual(['simplified', 'traditional']);
  expect(found(texts, '机器学习').toSorted()).toEqual(['simplified', 'traditional']);
});

test('the last word matches as a prefix while typing, and not after', () => {
  const texts = { a: 'reactive components', b: 'nothing of the kind' };
  expect(found(texts, 'reactive compo', { typing: true })).toEqual(['a']);
  expect(found(texts, 'compo', { typing: true })).toEqual(['a']);
  expect(found(texts, 'compo')).toEqual([]);
  expect(found(texts, 'compo reactive', { typing: true })[0]).toBe('a');
  expect(found({ a: 'use v-model here', b: 'a model' }, 'v-mo', { typing: true })[0]).toBe('a');
});

test('a misspelt word finds the word meant, but never beside an exact match', () => {
  const texts = { a: 'a component of the page', b: 'the opponent waits' };
  expect(found(texts, 'compnoent')).toEqual(['a']);
  expect(found(texts, 'opponent')).toEqual(['b']);
});

test('only the documents asked for are searched', () => {
  const documents = new Set(['b' as DocumentId]);
  expect(found({ a: 'cats purr', b: 'lions purr' }, 'purr', { documents })).toEqual(['b']);
});

test('vectors are compared with those of their own model only', () => {
  const index = createSearchIndex();
  index.add(segment({ a: 'one', b: 'two' }, (name) => (name === 'a' ? [1, 0] : [0, 1])));
  index.add(segment({ c: 'three', d: 'four' }, () => [1, 0], ZH));
  const { hits } = index.search(query('nothing said', { vectors: [{ model: EN, values: unit(1, 0) }] }));
  expect(hits.map(({ chunk }) => chunk.document)).toEqual(['a', 'b']);
  expect(hits[0]!.reasons).toMatchObject([{ kind: 'meaning', cosine: 1 }]);
});

test('in a mixed collection words reach every language, and meaning its own', () => {
  const index = createSearchIndex();
  index.add(segment({ en1: 'how to use v-model', en2: 'about slots' }, (name) => (name === 'en1' ? [1, 0] : [0, 1])));
  index.add(segment({ zh1: '怎样使用 v-model', zh2: '插槽' }, () => [1, 0], ZH));
  const { hits } = index.search(query('v-model', { vectors: [{ model: EN, values: unit(1, 0) }] }));
  expect(hits.map(({ chunk }) => chunk.document).slice(0, 2)).toEqual(['en1', 'zh1']);
});

test('a hit says which words matched and where, without function words', () => {
  const index = createSearchIndex();
  index.add(segment({ a: 'The cats purr when they are content.', b: 'Dogs bark.' }));
  const [hit] = index.search(query('when do cats purr?')).hits;
  expect(hit!.reasons).toMatchObject([{ kind: 'words', matched: ['cats', 'purr'] }]);
  expect(hit!.matches.map(({ start, end }) => [start, end])).toEqual([
    [4, 8],
    [9, 13],
  ]);
});

test('matched words that overlap in the query are said as one', () => {
  const index = createSearchIndex();
  index.add(segment({ a: '注册商标的有效期为十年，见 RdRP 一节。', b: '插槽' }));
  const matched = (text: string) => index.search(query(text)).hits[0]!.reasons.find(({ kind }) => kind === 'words');
  expect(matched('商标的有效期多久')).toMatchObject({ matched: expect.arrayContaining(['有效期']) });
  expect(matched('what is RdRP?')).toMatchObject({ matched: ['RdRP'] });
});

test('an unexplained search has the same hits, and tells their reasons when asked', () => {
  const index = createSearchIndex();
  index.add(segment({ a: 'cats purr', b: 'cats' }));
  const [explained, bare] = [index.search(query('cats purr')), index.search(query('cats purr'), { explain: false })];
  expect(bare.hits.map(({ chunk, score }) => [chunk.id, score])).toEqual(
    explained.hits.map(({ chunk, score }) => [chunk.id, score]),
  );
  expect(bare.hits.map(({ reasons, matches }) => [reasons.map(({ kind }) => kind), matches])).toEqual([
    [['verbatim'], []],
    [[], []],
  ]);
  expect(bare.hits.map(bare.explain)).toEqual(explained.hits);
  const since = { kind: 'reread', similarity: 0.5 } as const;
  const [first] = bare.hits;
  expect(bare.explain({ ...first!, score: 7, reasons: [...first!.reasons, since] })).toEqual({
    ...explained.hits[0]!,
    score: 7,
    reasons: [...explained.hits[0]!.reasons, since],
  });
});

test('what is prepared in idle time changes no answer, and none that was given tells other reasons', () => {
  const index = createSearchIndex();
  for (let i = 0; i < 3; i++) {
    const rows = Array.from({ length: 2100 }, (_, row) => [
      `d${i}-${row}`,
      `part ${i} holds the marbles of row ${row}`,
    ]);
    index.add(segment(Object.fromEntries(rows)));
  }
  const ask = () => index.search(query('which marbels lie in row 7', { typing: true, k: 3 }), { explain: false });
  const before = ask();
  const reasons = before.hits.map((hit) => before.explain(hit));
  expect([...index.prepare('en')]).toHaveLength(1); // the floor of refusal is known by now: three parts become one
  expect(ask().hits).toEqual(before.hits);
  expect(before.hits.map((hit) => before.explain(hit))).toEqual(reasons);
  expect(reasons[0]!.matches.length).toBeGreaterThan(1);
});

test('a chunk is found by the questions it answers, and says which', () => {
  const index = createSearchIndex();
  index.add(segment({ a: 'Press the red button twice.', b: 'Turn the wheel.' }));
  const questions = ['How do I stop the machine?', 'Where is the button?'];
  const place = { document: 'a' as DocumentId, chunk: 'a#0' as ChunkId, model: EN, vector: unit(0, 1) };
  index.addQuestions(questions.map((text) => ({ text, ...place })));
  const [hit, ...others] = index.search(query('how can I stop the machine')).hits;
  expect(hit!.chunk.document).toBe('a');
  expect(hit!.reasons).toContainEqual({ kind: 'question', question: questions[0], score: 1 });
  expect(others.flatMap(({ reasons }) => reasons)).not.toContainEqual(expect.objectContaining({ kind: 'question' }));
});
