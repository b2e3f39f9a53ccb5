import Papa from 'papaparse';
import { EngineError } from '../core/errors.ts';
import { extensionOf } from './format.ts';
import { parseJson } from './parse-json.ts';

const QUESTION = /^(?:question|q|问题|提问|问)$/iu;
const PLACE = /^(?:url|page|path|link|页面|网址|链接)$/iu;

/**
 * Questions and the pages that answer them: CSV or TSV with two columns, question and URL (in that order, or as a header
 * row names them); JSON `{ "question": "url" }`, or a list of `{ question, url }`. What is neither is passed over.
 *
 * @throws EngineError `bad-input` if nothing is one.
 */
export function readGivenQuestions(path: string, source: string): { question: string; url: string }[] {
  const rows = extensionOf(path) === 'json' ? fromJson(source) : fromCsv(source);
  const given = rows.flatMap(([question, url]) => {
    const one = { question: String(question ?? '').trim(), url: String(url ?? '').trim() };
    return one.question === '' || one.url === '' ? [] : [one];
  });
  if (given.length > 0) return given;
  throw new EngineError(
    'bad-input',
    `${path}: expected questions and the pages that answer them, got none; a row is “question, guide/install.html#linux”.`,
  );
}

function fromCsv(source: string): (string | undefined)[][] {
  const { data } = Papa.parse<string[]>(source, { skipEmptyLines: 'greedy' });
  const header = (data[0] ?? []).map((cell) => cell.trim());
  const [question, place] = [QUESTION, PLACE].map((name) => header.findIndex((cell) => name.test(cell)));
  if (question! < 0 || place! < 0) return data;
  return data.slice(1).map((row) => [row[question!], row[place!]]);
}

function fromJson(source: string): unknown[][] {
  const value = parseJson(source);
  if (Array.isArray(value)) {
    return value.map((one: { question?: unknown; url?: unknown } | null) => [one?.question, one?.url]);
  }
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
