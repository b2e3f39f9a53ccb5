import type { Answer } from '../core/answer.ts';
import type { OpenedDocument } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';
import { fileName, pageOf } from './format.ts';
import type { Reading } from './state.ts';
import type { Words } from './words/words.ts';

/** The passage that is marked, with the title, the page and the path it stands at; the whole text where none is marked. */
export function quotation(
  words: Pick<Words, 'quote' | 'page'>,
  { id, passage, page }: Pick<Reading, 'id' | 'passage' | 'page'>,
  { title, text }: Pick<OpenedDocument, 'title' | 'text'>,
): string {
  return words.quote(text.slice(passage?.start, passage?.end).trim(), sourceOf(words, id, title, page));
}

/** A question with the passages that answer it, the best first, each with its source. */
export function quotations(
  words: Pick<Words, 'quote' | 'page'>,
  { query, passages }: Pick<Answer, 'query' | 'passages'>,
): string {
  const quotes = passages.map(({ chunk: { text, document, title, anchor } }) =>
    words.quote(text.trim(), sourceOf(words, document, title, pageOf(anchor))),
  );
  return [query.trim(), ...quotes].join('\n\n');
}

function sourceOf(
  { page: said }: Pick<Words, 'page'>,
  id: DocumentId,
  title: string,
  page: number | undefined,
): string {
  const name = title || fileName(id);
  return [name, ...(page === undefined ? [] : [said(page)]), ...(name === id ? [] : [id])].join(', ');
}
