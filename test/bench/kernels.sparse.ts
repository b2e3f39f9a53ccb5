/** Full text, prefix search on the last word, ten best: Nearfield's BM25 as the product asks it, and the rivals. */
import FlexSearch from 'flexsearch';
import MiniSearch from 'minisearch';
import { analyse } from '../../src/search/analyse.ts';
import { scoreWords } from '../../src/search/keywords.ts';
import { createLexicon } from '../../src/search/lexicon.ts';
import { buildPostings, type Postings } from '../../src/search/postings.ts';
import { encodePostings } from '../../src/search/postings-block.ts';

export interface TextEngine {
  readonly buildSeconds: number;
  /** Of the index alone: JSON characters where that is how it is saved, else bytes. */
  readonly megabytes: number;
  search(query: string): ArrayLike<unknown>;
}

export function nearfieldLexicon(documents: readonly string[]): TextEngine {
  const start = performance.now();
  const lexicon = createLexicon();
  const parts: Postings[] = [];
  for (let at = 0; at < documents.length; at += 4096) {
    parts.push(buildPostings(documents.slice(at, at + 4096), analyse));
    lexicon.add(parts.at(-1)!);
  }
  for (const _ of lexicon.merge()); // as Nearfield does in idle time after opening
  const engine = built(start, 0);
  const bytes = parts.reduce((sum, part) => sum + encodePostings(part).length, 0);
  return {
    ...engine,
    megabytes: bytes / 1e6,
    search: (query) => scoreWords(query, lexicon, true).best(10),
  };
}

export function flexSearch(documents: readonly string[]): TextEngine {
  const start = performance.now();
  const index = new FlexSearch.Index({ tokenize: 'forward' });
  documents.forEach((text, id) => void index.add(id, text));
  const engine = built(start, 0);
  let size = 0;
  index.export((_, data) => {
    size += data?.length ?? 0;
  });
  return { ...engine, megabytes: size / 1e6, search: (query) => index.search(query, { limit: 10, suggest: true }) };
}

export function miniSearch(documents: readonly string[]): TextEngine {
  const start = performance.now();
  const index = new MiniSearch({ fields: ['text'] });
  index.addAll(documents.map((text, id) => ({ id, text })));
  const engine = built(start, 0);
  const options = { prefix: (_: string, i: number, words: string[]) => i === words.length - 1 };
  return {
    ...engine,
    megabytes: JSON.stringify(index).length / 1e6,
    search: (query) => index.search(query, options).slice(0, 10),
  };
}

const built = (start: number, bytes: number) => ({
  buildSeconds: (performance.now() - start) / 1000,
  megabytes: bytes / 1e6,
});
