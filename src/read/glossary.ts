import Papa from 'papaparse';
import { EngineError } from '../core/errors.ts';
import type { GlossaryEntry } from '../core/expansion.ts';
import { extensionOf, fileName } from './format.ts';
import { parseJson } from './parse-json.ts';

/** `glossary.csv`, `术语表.md`, `glossary.team.json`: a file of this name is a glossary besides being a document. */
export const isGlossary = (path: string) =>
  /^(?:glossary|术语表|词汇表|同义词)(?:\.[^.]+)?\.(?:csv|tsv|json|md|markdown)$/iu.test(fileName(path));

const LONGEST = 100;
const MOST = 20_000;

/**
 * What a glossary says: a term and the words that stand for it, several set apart by `;`, `；`, `、` or `|`.
 *
 * - CSV or TSV: two columns, a header row if it names `term` (or 术语, 说法, 口语);
 * - JSON: `{ "term": "words" | ["words", …] }`, or a list of `{ term, means }`;
 * - Markdown: the rows of its tables, and list items `term: words`.
 *
 * What is not an entry is passed over. @throws EngineError `bad-input` if nothing is one.
 */
export function readGlossary(path: string, source: string): GlossaryEntry[] {
  const extension = extensionOf(path);
  const rows =
    extension === 'json' ? fromJson(source) : /^(?:csv|tsv)$/.test(extension) ? fromCsv(source) : fromMarkdown(source);
  const entries = rows.slice(0, MOST).flatMap(([term = '', words = '']) => {
    const means = words
      .split(/[;；、|]/u)
      .map((word) => word.trim())
      .filter((word) => word !== '' && word.length <= LONGEST);
    const said = term.trim();
    return said === '' || said.length > LONGEST || means.length === 0 ? [] : [{ term: said, means }];
  });
  if (entries.length > 0) return entries;
  throw new EngineError(
    'bad-input',
    `${path}: expected a glossary of terms and the words that stand for them, got none; a row is “term, words”.`,
  );
}

const HEADER = /^(?:terms?|said|colloquial|术语|说法|口语|词语?)$/iu;

function fromCsv(source: string): string[][] {
  const { data } = Papa.parse<string[]>(source, { skipEmptyLines: 'greedy' });
  return HEADER.test(data[0]?.[0]?.trim() ?? '') ? data.slice(1) : data;
}

function fromJson(source: string): string[][] {
  const value = parseJson(source);
  const joined = (words: unknown) =>
    Array.isArray(words) ? words.filter((one) => typeof one === 'string').join(';') : String(words ?? '');
  if (Array.isArray(value)) {
    return value.flatMap((one: { term?: unknown; means?: unknown } | null) =>
      typeof one?.term === 'string' ? [[one.term, joined(one.means)]] : [],
    );
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).map(([term, words]) => [term, joined(words)])
    : [];
}

function fromMarkdown(source: string): string[][] {
  const rows = source.split('\n').flatMap((line) => {
    const cells = /^\s*\|(.+?)\|\s*$/.exec(line)?.[1]?.split('|');
    if (cells) return [cells.map(bare)];
    const item = /^\s*[-*+]\s+(.+?)\s*(?:[:：]|—|–|->|→)\s*(.+)$/.exec(line);
    return item ? [[bare(item[1]!), bare(item[2]!)]] : [];
  });
  // The row under a table's header is its rule; the header above it is no entry.
  return rows.filter((row, i) => !isRule(row) && !(rows[i + 1] && isRule(rows[i + 1]!)));
}

const isRule = (cells: readonly string[]) => cells.every((cell) => /^:?-+:?$/.test(cell));
const bare = (text: string) => text.replace(/[*_`]/g, '').trim();
