import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk } from '../../src/core/types.ts';
import { excerpt, pieces } from '../../src/ui/excerpt.ts';

/** A text of words, Chinese, emoji and breaks, with a focus range and ascending highlights inside it. */
const passages = fc
  .array(fc.constantFrom('word ', 'a', ' ', '违约金', '😀', '\n\n', 'longer-word ', '。'), {
    minLength: 1,
    maxLength: 200,
  })
  .chain((parts) => {
    const text = parts.join('');
    const offset = fc.integer({ min: 0, max: text.length });
    return fc.record({
      text: fc.constant(text),
      ends: fc.tuple(offset, offset),
      cuts: fc.uniqueArray(offset, { maxLength: 8 }),
      length: fc.integer({ min: 20, max: 400 }),
    });
  })
  .map(({ text, ends, cuts, length }) => {
    const sorted = [...cuts].sort((a, b) => a - b);
    const highlights = sorted.flatMap((start, i) =>
      i % 2 === 0 && sorted[i + 1] ? [{ start, end: sorted[i + 1]! }] : [],
    );
    return { text, length, highlights, focus: { start: Math.min(...ends), end: Math.max(...ends) } };
  });

test('pieces, joined, are the text, and each is inside or outside the focus and the highlights as a whole', () => {
  fc.assert(
    fc.property(passages, ({ text, focus, highlights }) => {
      const found = pieces(text, { start: 0, end: text.length }, focus, highlights);
      expect(found.map((piece) => piece.text).join('')).toBe(text);
      let at = 0;
      for (const piece of found) {
        for (let i = at; i < at + piece.text.length; i++) {
          expect(piece.focus).toBe(i >= focus.start && i < focus.end);
          expect(piece.hit).toBe(highlights.some((hit) => i >= hit.start && i < hit.end));
        }
        at += piece.text.length;
      }
    }),
  );
});

test('an excerpt is a stretch of its passage that begins at or before the answering sentence', () => {
  fc.assert(
    fc.property(passages, ({ text, focus, highlights, length }) => {
      const shown = excerpt({ chunk: { text } as Chunk, focus, highlights }, length);
      const joined = shown.pieces.map((piece) => piece.text).join('');
      expect(text).toContain(joined);
      expect(joined.length).toBeLessThanOrEqual(Math.max(length, 0) + length / 4 + 50);
      if (text.length <= length) expect(joined).toBe(text);
      if (focus.end > focus.start) expect(shown.pieces.some((piece) => piece.focus)).toBe(true);
    }),
  );
});

test('a border that spares a word does not leave out a short answer', () => {
  const passage = { text: 'longer-word  。😀longer-word  ' } as Chunk;
  const shown = excerpt({ chunk: passage, focus: { start: 12, end: 13 }, highlights: [] }, 20);
  expect(shown.pieces.some((piece) => piece.focus)).toBe(true);
});

test('an excerpt never ends inside a surrogate pair', () => {
  const text = '😀'.repeat(300);
  const shown = excerpt({ chunk: { text } as Chunk, focus: { start: 300, end: 320 }, highlights: [] }, 101);
  const joined = shown.pieces.map((piece) => piece.text).join('');
  expect(joined).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
});

test('an excerpt says where text was left out', () => {
  const text = `${'before '.repeat(60)}The answer. ${'after '.repeat(60)}`;
  const start = text.indexOf('The answer.');
  const shown = excerpt({ chunk: { text } as Chunk, focus: { start, end: start + 11 }, highlights: [] }, 120);
  expect(shown).toMatchObject({ cutBefore: true, cutAfter: true });
  expect(shown.pieces.find((piece) => piece.focus)?.text).toBe('The answer.');
});
