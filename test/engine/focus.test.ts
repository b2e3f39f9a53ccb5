import { expect, test } from 'vitest';
import type { Hit, QueryVector } from '../../src/core/answer.ts';
import type { Chunk, UnitVector } from '../../src/core/types.ts';
import { createFocuser } from '../../src/engine/focus.ts';
import { countingEncoder } from './parts.ts';

const TEXT = 'The gate is green. Herons nest in the tall reeds. Lunch is at noon.';
const encoder = countingEncoder();
const card = await encoder.load('model-en');

const hit = (text: string, n = 0): Hit => ({
  chunk: { id: `a#${n}`, document: 'a', ordinal: n, title: '', headings: [], text } as unknown as Chunk,
  model: card.key,
  score: 1,
  reasons: [],
  matches: [],
});
const query = async (text: string): Promise<QueryVector> => ({
  model: card.key,
  values: (await encoder.embed(card.id, 'query', [text])).dense as UnitVector,
});
const sentence = ({ chunk, focus }: Hit) => focus && chunk.text.slice(focus.start, focus.end);

test('the sentence nearest to the query in meaning is the focus, without a word that was matched', async () => {
  const [focused] = await createFocuser(encoder).focus([hit(TEXT)], [await query('herons reeds')], [card]);
  expect(sentence(focused!)).toBe('Herons nest in the tall reeds.');
});

test('words that were matched count in, and decide between sentences that are equally near', async () => {
  const text = 'It is so. It is so too.';
  const words = { ...hit(text), matches: [{ start: 19, end: 22, weight: 3 }] };
  const [focused] = await createFocuser(encoder).focus([words], [await query('nothing of this')], [card]);
  expect(sentence(focused!)).toBe('It is so too.');
});

test('only the first hits are read, each sentence once, and hits of other models are left alone', async () => {
  const focuser = createFocuser(encoder);
  const other = { ...hit(TEXT, 9), model: 'other' as Hit['model'] & string };
  const hits = [other, ...Array.from({ length: 6 }, (_, n) => hit(TEXT, n))] as Hit[];
  const asked = [await query('herons')];
  const before = encoder.embedded.length;
  const focused = await focuser.focus(hits, asked, [card]);
  expect(focused.map((one) => one.focus !== undefined)).toEqual([false, true, true, true, true, false, false]);
  expect(encoder.embedded.length - before).toBe(12);
  await focuser.focus(hits, asked, [card]);
  expect(encoder.embedded.length - before).toBe(12);
});

test('a passage without text has no focus', async () => {
  const [focused] = await createFocuser(encoder).focus([hit(' ')], [await query('herons')], [card]);
  expect(focused!.focus).toBeUndefined();
});
