import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk, ChunkId, DocumentId, ModelKey } from '../../src/core/types.ts';
import { createSearchIndex } from '../../src/search/index.ts';
import { postingsOf } from '../../src/search/indexed-text.ts';

const chunk = (document: string, title: string, headings: string[], text: string): Chunk => ({
  id: `${document}#0` as ChunkId,
  document: document as DocumentId,
  ordinal: 0,
  title,
  headings,
  text,
  start: 0,
  end: text.length,
  textStart: 0,
  textEnd: text.length,
});
/** Terms of each row and how often, and the rows' lengths. */
function contents(postings: ReturnType<typeof postingsOf>) {
  const { terms, offsets, rows, counts, lengths } = postings;
  const list: string[] = [];
  for (let t = 0; t < terms.size; t++) {
    for (let i = offsets[t]!; i < offsets[t + 1]!; i++) list.push(`${terms.at(t)} ${rows[i]} ${counts[i]}`);
  }
  return { list, lengths: [...lengths] };
}

test('a field that weighs w is the same as a field that stands there w times', () => {
  const words = fc
    .array(fc.constantFrom('tide', 'moon', 'sea', '海水', 'v-model'), { maxLength: 4 })
    .map((w) => w.join(' '));
  const weight = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(words, words, words, weight, weight, weight, (title, heading, text, a, b, c) => {
      const times = (count: number, one: string) => Array<string>(count).fill(one).join('\n');
      const repeated = [times(a, title), times(b, heading), times(c, text)].join('\n');
      const weighed = postingsOf([chunk('d', title, [heading], text)], { title: a, headings: b, text: c });
      const same = a === b && b === c; // only ratios matter: all alike count once
      const expected = postingsOf([chunk('d', '', [], same ? [title, heading, text].join('\n') : repeated)]);
      expect(contents(weighed)).toEqual(contents(expected));
    }),
  );
});

test('a word of the title counts more where it is told to', () => {
  const chunks = [
    chunk('body', 'Notes', [], 'Tides come and go. The tides are high in spring and low in autumn.'),
    chunk('title', 'Tides', [], 'They come and go with the moon, high in spring and low in autumn, here as elsewhere.'),
  ];
  const first = (fields?: { title: number }) => {
    const index = createSearchIndex(fields && { fields });
    index.add({ id: 0, model: 'none' as ModelKey, language: 'en', dim: 1, chunks, vectors: new Float32Array(0) });
    return index.search({ text: 'tides', language: 'en', vectors: [], k: 1 }).hits[0]!.chunk.document;
  };
  expect(first()).toBe('body');
  expect(first({ title: 3 })).toBe('title');
});

test.each([-1, 1.5, 9, Number.NaN])('a weight of %s is refused', (title) => {
  expect(() => postingsOf([], { title })).toThrow(/whole numbers from 0 to 8, got/);
});
