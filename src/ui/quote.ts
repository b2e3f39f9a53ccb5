import type { OpenedDocument } from '../core/engine.ts';
import { fileName } from './format.ts';
import type { Reading } from './state.ts';
import type { Words } from './words/words.ts';

/** The passage that is marked, with the title, the page and the path it stands at; the whole text where none is marked. */
export function quotation(
  words: Pick<Words, 'quote' | 'page'>,
  { id, passage, page }: Pick<Reading, 'id' | 'passage' | 'page'>,
  { title, text }: Pick<OpenedDocument, 'title' | 'text'>,
): string {
  const name = title || fileName(id);
  const place = [name, ...(page === undefined ? [] : [words.page(page)]), ...(name === id ? [] : [id])];
  return words.quote(text.slice(passage?.start, passage?.end).trim(), place.join(', '));
}
