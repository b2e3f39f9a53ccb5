/** Full text, prefix search on the last word, ten best: Nearfield's BM25 as it is, its postings as kernels, and the rivals. */
import FlexSearch from 'flexsearch';
import MiniSearch from 'minisearch';
import { ImpactIndex } from '../../src/kernels/impacts.ts';
import { topScores } from '../../src/kernels/topk.ts';
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
    parts.push(buildPostings(documents.slice(at, at + 4096).map(analyse)));
    lexicon.add(parts.at(-1)!);
  }
  const engine = built(start, 0);
  const bytes = parts.reduce((sum, part) => sum + encodePostings(part).length, 0);
  return {
    ...engine,
    megabytes: bytes / 1e6,
    search: (query) => topScores(scoreWords(query, lexicon, true).scores, 10),
  };
}

/** The same BM25 over `ImpactIndex`: what the postings kernels alone can do. Words are not stemmed. */
export function nearfieldImpacts(documents: readonly string[]): TextEngine {
  const start = performance.now();
  const postings = new Map<string, { documents: number[]; counts: number[] }>();
  const lengths = documents.map((text, document) => {
    const words = wordsOf(text);
    for (const word of words) {
      const list = postings.get(word) ?? { documents: [], counts: [] };
      if (list.documents.length === 0) postings.set(word, list);
      if (list.documents.at(-1) === document) list.counts[list.counts.length - 1]!++;
      else {
        list.documents.push(document);
        list.counts.push(1);
      }
    }
    return words.length;
  });
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const index = new ImpactIndex(documents.length);
  const terms = [...postings.keys()].sort();
  for (const term of terms) {
    const list = postings.get(term)!;
    const impacts = list.counts.map((tf, i) => {
      const length = lengths[list.documents[i]!]!;
      return Math.max(1, Math.round((255 * tf) / (tf + 1.2 * (0.25 + (0.75 * length) / mean))));
    });
    index.addList(Uint16Array.from(list.documents), Uint8Array.from(impacts));
  }
  const idf = (held: number) => Math.log(1 + (documents.length - held + 0.5) / (held + 0.5));
  const from = (prefix: string) => {
    let [low, high] = [0, terms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (terms[middle]! < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    ...built(start, index.bytes + terms.reduce((sum, term) => sum + term.length + 8, 0)),
    search(query) {
      const words = wordsOf(query);
      const last = words.pop() ?? '';
      const groups = words.map((word) => {
        const list = from(word);
        return terms[list] === word ? [{ list, weight: 1 }] : [];
      });
      const completions: { list: number; weight: number }[] = [];
      for (let list = from(last); terms[list]?.startsWith(last); list++) {
        completions.push({ list, weight: terms[list] === last ? 1 : 0.8 });
      }
      return index.search([...groups, completions], idf, 10);
    },
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
const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
