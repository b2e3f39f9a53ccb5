import { expect, test } from 'vitest';
import type { Passage } from '../../src/core/answer.ts';
import type { DocumentId } from '../../src/core/types.ts';
import { quotation, quotations } from '../../src/ui/quote.ts';
import { wordsOf } from '../../src/ui/words/words.ts';

const id = 'law/deed.pdf' as DocumentId;
const text = 'Before. The tenant pays monthly.\n After.';
const passage = { start: 7, end: 33 };

test('a passage is quoted with its title, page and path', () => {
  expect(quotation(wordsOf('en'), { id, passage, page: 14 }, { title: 'Deed', text })).toBe(
    '“The tenant pays monthly.”\n— Deed, p. 14, law/deed.pdf',
  );
  expect(quotation(wordsOf('zh'), { id, passage }, { title: '', text })).toBe(
    '“The tenant pays monthly.”\n——deed.pdf, law/deed.pdf',
  );
});

test('an answer is quoted with its question, every passage with where it stands', () => {
  const passages = [
    { chunk: { text: ' It rains. ', document: id, title: 'Deed', anchor: 'page=2' } },
    { chunk: { text: 'It snows.', document: 'notes.md', title: '', anchor: 'top' } },
  ] as unknown as Passage[];
  expect(quotations(wordsOf('en'), { query: 'what falls? ', passages })).toBe(
    'what falls?\n\n“It rains.”\n— Deed, p. 2, law/deed.pdf\n\n“It snows.”\n— notes.md',
  );
});
