import { expect, test } from 'vitest';
import { flagEmbedding, scoredPairs, sentenceTransformers, withTexts } from '../../src/adapt/export.ts';
import { hashSamples, resolveSamples } from '../../src/adapt/resolve.ts';
import { syntheticSamples } from '../../src/adapt/synthetic.ts';
import type { Sample } from '../../src/core/adapt.ts';

const documents = [
  { id: 'd1', text: 'The tenant pays the rent on the first of each month.' },
  { id: 'd2', text: 'A deposit is returned within two weeks.' },
];
const sample = (query: string, pos: readonly string[], neg: readonly string[] = []): Sample => ({
  query,
  pos,
  neg,
  kind: 'question-document',
  origin: 'file',
});

test('ids are found; an id that is none is left out, and a sample without a document dropped', () => {
  const found = resolveSamples([sample('who?', ['d2', 'd9'], ['d1', 'd2']), sample('lost', ['d9'])], documents);
  expect(found).toMatchObject({ positives: [[1]], negatives: [[0]], extras: [] });
  expect(found.report).toMatchObject({ kept: 1, dropped: 1, reasons: { 'names no document of the collection': 1 } });
});

test('texts are found whatever their white space; a text that the collection lacks becomes an extra, once', () => {
  const other = 'A landlord repairs the roof.';
  const found = resolveSamples(
    [sample('when?', ['A deposit  is returned\nwithin two weeks.'], [other]), sample('roof?', [other])],
    documents,
  );
  expect(found).toMatchObject({ positives: [[1], [2]], negatives: [[2], []], extras: [other] });
});

test('equal samples have equal hashes, and any other word another', async () => {
  const [a, b, c] = await Promise.all([
    hashSamples([sample('who?', ['d1'])]),
    hashSamples([sample('who?', ['d1'])]),
    hashSamples([sample('who!', ['d1'])]),
  ]);
  expect(a).toMatch(/^[0-9a-f]{64}$/);
  expect(b).toBe(a);
  expect(c).not.toBe(a);
});

const textOf = (name: string) => documents.find(({ id }) => id === name)?.text;

test('FlagEmbedding gets one object a line with query, pos and neg as texts', () => {
  const [line] = flagEmbedding(withTexts([sample('谁付？', ['d1'], ['a text'])], textOf)).split('\n');
  expect(JSON.parse(line!)).toEqual({ query: '谁付？', pos: [documents[0]!.text], neg: ['a text'] });
});

test('sentence-transformers gets the same columns in every row', () => {
  const rows = (samples: Sample[]) =>
    sentenceTransformers(withTexts(samples, textOf))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  expect(rows([sample('q', ['d1', 'd2'], ['n1'])])).toEqual([
    { anchor: 'q', positive: documents[0]!.text, negative: 'n1' },
    { anchor: 'q', positive: documents[1]!.text, negative: 'n1' },
  ]);
  expect(rows([sample('q', ['d1'], ['n1']), sample('p', ['d2'])]).map(Object.keys)).toEqual([
    ['anchor', 'positive'],
    ['anchor', 'positive'],
  ]);
  expect(scoredPairs([{ left: 'a', right: 'b', label: 1 }])).toBe('{"sentence1":"a","sentence2":"b","score":1}\n');
});

test('synthetic questions come from the text alone, are marked, and the same for the same seed', async () => {
  const sources = [
    {
      id: 'a',
      headings: ['Lease', 'Deposit'],
      text: 'The deposit is returned late. Interest accrues on a withheld deposit.',
    },
    { id: 'b', headings: [], text: '出租人应当返还押金。押金的利息按照约定计算，没有约定的不计算利息。' },
    { id: 'c', headings: [''], text: '' },
  ];
  const samples = await syntheticSamples(sources, { perSource: 2, seed: 3 });
  expect(samples).toEqual(await syntheticSamples(sources, { perSource: 2, seed: 3 }));
  expect(samples.every(({ origin }) => origin === 'synthetic')).toBe(true);
  expect(new Set(samples.map(({ pos }) => pos[0]))).toEqual(new Set(['a', 'b']));
  for (const { query, pos } of samples) {
    const { headings, text } = sources.find(({ id }) => id === pos[0])!;
    expect(`${headings.join(' ')}\n${text}`).toContain(query);
  }
});

test('a caller’s model may ask; its questions come first and are marked too', async () => {
  const source = { id: 'a', headings: ['Lease'], text: 'The deposit is returned late.' };
  const ask = async () => ['When do I get my deposit back?'];
  const [first] = await syntheticSamples([source], { perSource: 1, seed: 1, ask });
  expect(first).toMatchObject({ query: 'When do I get my deposit back?', origin: 'synthetic', pos: ['a'] });
});
