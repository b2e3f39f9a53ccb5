import { expect, test } from 'vitest';
import type { Hit, Reason } from '../../src/core/answer.ts';
import type { Chunk } from '../../src/core/types.ts';
import { createRefiner } from '../../src/engine/refine.ts';
import { countingEncoder } from './parts.ts';

const hit = (text: string, score: number, reasons: Reason[] = []): Hit => ({
  chunk: { id: text, text, title: '', headings: [] as readonly string[] } as Chunk,
  score,
  reasons,
  matches: [],
});

test('a passage that holds the query as it stands keeps a place on the page, half of it goes to such at most', async () => {
  const encoder = countingEncoder();
  const card = await encoder.load('model-en');
  const verbatim: Reason = { kind: 'verbatim', text: 'cat' };
  const others = ['cat one', 'cat two', 'cat three', 'cat four'].map((text, i) => hit(text, 9 - i));
  const far = ['x', 'y', 'z'].map((text, i) => hit(text, -50 - i, [verbatim]));
  const page = await createRefiner(encoder).refine('cat', [...others, ...far], [card], 4);
  expect(page).toHaveLength(4);
  expect(page.slice(0, 2).every(({ chunk }) => chunk.text.startsWith('cat'))).toBe(true);
  expect(page.slice(2).map(({ chunk }) => chunk.text)).toEqual(['x', 'y']);
});

test('`auto` refines a whole question for models that were measured to gain by it, and no other', async () => {
  const refiner = createRefiner(countingEncoder());
  const card = await countingEncoder().load('model-en');
  const other = { ...card, reranks: false };
  expect(refiner.wanted({}, [card])).toBe(false);
  expect(refiner.wanted({ rerank: 'auto' }, [card])).toBe(true);
  expect(refiner.wanted({ rerank: 'auto' }, [card, other])).toBe(false);
  expect(refiner.wanted({ rerank: true }, [other])).toBe(true);
  expect(refiner.wanted({ rerank: 'auto', typing: true }, [card])).toBe(false);
  expect(refiner.wanted({ rerank: true }, [])).toBe(false);
  // What an adapter has learned of the order is not undone unasked.
  expect(refiner.wanted({ rerank: 'auto' }, [card], true)).toBe(false);
  expect(refiner.wanted({ rerank: true }, [card], true)).toBe(true);
});
