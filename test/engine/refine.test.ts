import { expect, test } from 'vitest';
import type { Hit, Reason } from '../../src/core/answer.ts';
import type { Chunk, UnitVector } from '../../src/core/types.ts';
import { createRefiner } from '../../src/engine/refine.ts';
import { tokensOf } from '../../src/search/index.ts';
import { countingEncoder } from './parts.ts';

const hit = (text: string, score: number, reasons: Reason[] = []): Hit => ({
  chunk: { id: text, text, title: '', headings: [] as readonly string[] } as Chunk,
  score,
  reasons,
  matches: [],
});

test('a passage that holds the query as it stands keeps a place on the page, half of it goes to such at most', () => {
  const verbatim: Reason = { kind: 'verbatim', text: 'cat' };
  const others = ['cat one', 'cat two', 'cat three', 'cat four'].map((text, i) => hit(text, 9 - i));
  const far = ['x', 'y', 'z'].map((text, i) => hit(text, -50 - i, [verbatim]));
  const page = createRefiner(countingEncoder()).page([...others, ...far], 4);
  expect(page).toHaveLength(4);
  expect(page.slice(0, 2).every(({ chunk }) => chunk.text.startsWith('cat'))).toBe(true);
  expect(page.slice(2).map(({ chunk }) => chunk.text)).toEqual(['x', 'y']);
});

test('words are compared where they are stored unless told otherwise, for models that were measured to gain by it', async () => {
  const refiner = createRefiner(countingEncoder());
  const card = await countingEncoder().load('model-en');
  const other = { ...card, reranks: false };
  expect(refiner.wanted({}, [card])).toBe('stored');
  expect(refiner.wanted({ typing: true }, [card])).toBe('stored');
  expect(refiner.wanted({ rerank: 'auto' }, [card])).toBe('encoding');
  expect(refiner.wanted({ rerank: 'auto', typing: true }, [card])).toBe('stored');
  expect(refiner.wanted({ rerank: 'auto' }, [card, other])).toBe('never');
  expect(refiner.wanted({ rerank: true }, [other])).toBe('encoding');
  expect(refiner.wanted({ rerank: true }, [])).toBe('never');
  expect(refiner.wanted({ rerank: false }, [card])).toBe('never');
  // What an adapter has learned of the order is not undone unasked.
  expect(refiner.wanted({ rerank: 'auto' }, [card], true)).toBe('never');
  expect(refiner.wanted({ rerank: true }, [card], true)).toBe('encoding');
});

test('a passage that answered the very question before stays first, however well another meets its words', async () => {
  const encoder = countingEncoder();
  const card = await encoder.load('model-en');
  const embedded = await encoder.embed('model-en', 'query', ['cat'], { tokens: true });
  const query = {
    card,
    vector: { model: card.key, values: embedded.dense as UnitVector },
    words: tokensOf(embedded, 0),
  };
  const known = hit('x', 9, [{ kind: 'question', question: 'cat', score: 1 }]);
  const like = hit('y', 8, [{ kind: 'question', question: 'cats', score: 0.9 }]);
  const refined = await createRefiner(encoder).refine([query], [known, like, hit('cat', 7)], 'encoding');
  expect(refined!.map(({ chunk }) => chunk.text)).toEqual(['x', 'cat', 'y']);
});
