import type { Query } from '../../src/core/answer.ts';
import { detectLanguage } from '../../src/core/language.ts';
import type { ModelKey } from '../../src/core/types.ts';
import { createSearchIndex, type SearchSettings } from '../../src/search/index.ts';
import { chunkOf } from '../chunk-of.ts';

/** A small hand-made collection: passages by name. */
export type Passages = Readonly<Record<string, { readonly title?: string; readonly text: string }>>;

/** Names of the passages that a query finds by words alone, best first. */
export function ranked(
  passages: Passages,
  text: string,
  more: Partial<Query> = {},
  settings: SearchSettings = {},
): string[] {
  const index = createSearchIndex();
  const chunks = Object.entries(passages).map(([name, { title = '', text }]) => chunkOf(name, text, { title }));
  index.add({ id: 0, model: 'none' as ModelKey, language: 'en', dim: 1, chunks, vectors: new Float32Array(0) });
  const query = { text, language: detectLanguage(text), vectors: [], k: 10, ...more };
  return index.search(query, settings).hits.map(({ chunk }) => chunk.document);
}
