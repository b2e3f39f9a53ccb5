import { expect, test } from 'vitest';
import type { Collection } from '../../../src/cli/eval/collection.ts';
import { evaluate } from '../../../src/cli/eval/evaluate.ts';
import { passagesOf } from '../../../src/cli/eval/passages.ts';
import type { ModelCard } from '../../../src/core/types.ts';

const encoder = {
  countTokens: async (_: string, texts: readonly string[]) =>
    Uint32Array.from(texts, (text) => text.split(/\s+/).length),
};
const card = { id: 'toy', maxTokens: 300 } as ModelCard;
const paragraph = (word: string) => `${Array.from({ length: 200 }, (_, i) => `${word}${i}`).join(' ')}.`;
const collection = (texts: Record<string, string>): Collection => ({
  name: 'toy',
  language: 'en',
  units: Object.entries(texts).map(([id, text]) => ({ id, title: `Of ${id}`, text })),
  questions: [{ id: 'q', text: 'where is rose77', kind: 'answerable' }],
  judgements: new Map([['q', new Map([['long', 1]])]]),
});

test('a collection of passages keeps its units whole, but for one that the model would not read to its end', async () => {
  const paragraphs = ['tulip', 'rose', 'lily', 'ivy'].map(paragraph);
  const texts = { a: 'short', b: 'short too', c: 'a third', long: paragraphs.join('\n\n') };
  const passages = await passagesOf(collection(texts), encoder, card);
  const [one, two] = [paragraphs.slice(0, 2), paragraphs.slice(2)].map((some) => some.join('\n\n'));
  expect(passages.map(({ id, document, text }) => [id, document, text])).toEqual([
    ['a', 'a', 'short'],
    ['b', 'b', 'short too'],
    ['c', 'c', 'a third'],
    ['long#0', 'long', one],
    ['long#1', 'long', two],
  ]);
});

test('a collection of documents is cut as a person’s files are, and a document ranks by its best passage', async () => {
  const documents = collection({
    other: `# Beds\n\n${paragraph('lily')}\n\n## Pots\n\n${paragraph('ivy')}`,
    long: `${paragraph('tulip')}\n\n${paragraph('rose')}`,
  });
  const passages = await passagesOf(documents, encoder, card);
  expect(passages.map(({ id, title, headings }) => [id, title, headings])).toEqual([
    ['other#0', 'Of other', ['Beds']],
    ['other#1', 'Of other', ['Beds', 'Pots']],
    ['long#0', 'Of long', []],
    ['long#1', 'Of long', []],
  ]);
  const { retrievers } = await evaluate(documents, { passages }, () => {});
  expect(retrievers.bm25).toMatchObject({ ndcg10: 1, recall10: 1, n: 1 });
});
