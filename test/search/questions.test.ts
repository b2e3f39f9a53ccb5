import { expect, test } from 'vitest';
import type { PairId } from '../../src/core/accepted.ts';
import type { Query } from '../../src/core/answer.ts';
import type { ChunkId, DocumentId, ModelKey, UnitVector } from '../../src/core/types.ts';
import { createSearchIndex, type KnownQuestion } from '../../src/search/index.ts';
import { chunkOf } from '../chunk-of.ts';

const MODEL = 'model@1' as ModelKey;
const unit = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle)) as UnitVector;

/** Passages by document name: a text, and the angle of its vector. */
function indexOf(passages: Record<string, readonly [text: string, angle: number]>) {
  const index = createSearchIndex();
  const chunks = Object.entries(passages).map(([name, [text]]) => chunkOf(name, text));
  const vectors = Float32Array.from(Object.values(passages).flatMap(([, angle]) => [...unit(angle)]));
  index.add({ id: 0, model: MODEL, language: 'en', dim: 2, chunks, vectors });
  return index;
}
const question = (text: string, document: string, angle: number, accepted?: string): KnownQuestion => ({
  text,
  document: document as DocumentId,
  chunk: `${document}#0` as ChunkId,
  model: MODEL,
  vector: unit(angle),
  ...(accepted && { accepted: accepted as PairId }),
});
const ask = (text: string, angle?: number, more: Partial<Query> = {}): Query => ({
  text,
  language: 'en',
  vectors: angle === undefined ? [] : [{ model: MODEL, values: unit(angle) }],
  k: 10,
  ...more,
});

const PASSAGES = {
  orders: ['Open the list and press the red button beside the one you regret.', 1.2],
  other: ['Buttons come in red and green; a list can be sorted.', 0.9],
  third: ['Passwords have twelve letters.', -0.5],
  fourth: ['The office is open on weekdays.', -1],
} as const;
const names = (index: ReturnType<typeof indexOf>, query: Query) =>
  index.search(query).hits.map(({ chunk }) => chunk.document as string);

test('a question of the author leads to its passage by words that the passage does not hold', () => {
  const index = indexOf(PASSAGES);
  expect(names(index, ask('cancel an order'))).toEqual([]);
  index.addQuestions([question('How do I cancel an order?', 'orders', 0)]);
  const [hit] = index.search(ask('cancelling orders')).hits;
  expect(hit!.chunk.document).toBe('orders');
  expect(hit!.reasons).toContainEqual(
    expect.objectContaining({ kind: 'question', question: 'How do I cancel an order?' }),
  );
});

test('and by meaning; the cosine that is shown stays the passage’s own', () => {
  const index = indexOf(PASSAGES);
  const asked = ask('getting rid of a purchase', 0.05);
  expect(names(index, asked)[0]).not.toBe('orders');
  index.addQuestions(
    Object.keys(PASSAGES).map((name, i) => question(`Question ${i}?`, name, name === 'orders' ? 0 : 2 + i)),
  );
  const [hit] = index.search(asked).hits;
  expect(hit!.chunk.document).toBe('orders');
  const meaning = hit!.reasons.find(({ kind }) => kind === 'meaning');
  expect(meaning).toMatchObject({ cosine: expect.closeTo(Math.cos(1.15), 5) });
});

test('a known question is never a hit itself, and weighs nothing in the counts', () => {
  const index = indexOf(PASSAGES);
  index.addQuestions([question('How do I cancel an order?', 'orders', 0)]);
  expect(index.stats().chunks).toBe(4);
  expect(index.live()).toHaveLength(4);
  expect(names(index, ask('cancel an order'))).toEqual(['orders']);
});

test('an accepted question asked again as it was leads straight to its passage, and is not refused', () => {
  const index = indexOf(PASSAGES);
  index.addQuestions([question('what if I regret it', 'third', -0.5, 'a1')]);
  const result = index.search(ask('What if I regret it?', 1.2, { refuse: 'strict' }));
  expect(result.hits[0]!.chunk.document).toBe('third');
  expect(result.refused).toBe(false);
  expect(result.hits[0]!.reasons[0]).toMatchObject({ kind: 'question', question: 'what if I regret it' });
});

test('an accepted question that is only near does not outrank a passage that is nearer', () => {
  const index = indexOf(PASSAGES);
  const asked = ask('press the red button', 1.2);
  const before = names(index, asked);
  index.addQuestions([question('where is the green switch', 'fourth', 1.1, 'a1')]);
  expect(names(index, asked)[0]).toBe(before[0]);
});

test('forgotten questions and those of removed documents lead nowhere', () => {
  const index = indexOf(PASSAGES);
  index.addQuestions([question('zebra crossing', 'orders', 0, 'a1'), question('yak wool', 'other', 0)]);
  expect(names(index, ask('yak wool'))).toEqual(['other']);
  expect(index.search(ask('zebra crossing')).refused).toBe(false);
  index.forgetQuestions(['a1' as PairId]);
  expect(index.search(ask('zebra crossing'))).toMatchObject({ hits: [], refused: true });
  index.remove(['other' as DocumentId]);
  expect(names(index, ask('yak wool'))).toEqual([]);
});

test('a question of a document that is not searched leads nowhere', () => {
  const index = indexOf(PASSAGES);
  index.addQuestions([question('How do I cancel an order?', 'orders', 0)]);
  const documents = new Set(['other' as DocumentId]);
  expect(names(index, ask('cancel an order', undefined, { documents }))).toEqual([]);
});
