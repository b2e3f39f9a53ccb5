import Papa from 'papaparse';
import type { Sample, SampleKind, StepReport } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import { createTally } from './report.ts';

export interface ReadSamples {
  readonly samples: Sample[];
  readonly report: StepReport;
}

/**
 * Training samples from a file, its form told by the name's ending.
 *
 * - `.jsonl`, FlagEmbedding's form: `{"query": "…", "pos": ["…"], "neg": ["…"]}` a line; `pos` and `neg` hold document
 *   ids or texts; `pos_text` (text or texts) is taken for `pos`.
 * - `.csv`, `.tsv`: a header with `query` and `pos`, perhaps `neg`; or no header and two or three columns in that order.
 *
 * A line that is not a sample is dropped and reported with its number; it never stops the others.
 * @throws EngineError `bad-input` when no line is a sample.
 */
export function readSamples(name: string, text: string, kind: SampleKind = 'question-document'): ReadSamples {
  const rows = /\.(csv|tsv)$/i.test(name) ? tableRows(name, text) : jsonRows(text);
  const tally = createTally('format');
  const samples: Sample[] = [];
  for (const { line, value } of rows) {
    const sample = toSample(value, kind);
    if (typeof sample === 'string') tally.drop(`line ${line}`, sample);
    else samples.push(sample);
  }
  if (samples.length === 0) {
    throw new EngineError(
      'bad-input',
      `Expected samples like {"query": "…", "pos": ["…"]} in “${name}”, got none (${tally.summary()}).`,
    );
  }
  return { samples, report: tally.report(samples.length) };
}

/**
 * Samples from the questions and judgements of a BEIR folder: each question with every document judged above 0.
 *
 * @param queries `queries.jsonl`, lines of `{"_id", "text"}`; @param qrels `qrels.tsv`: query id, document id, score.
 */
export function readBeirSamples(queries: string, qrels: string): ReadSamples {
  const tally = createTally('format');
  const judged = new Map<string, string[]>();
  for (const line of qrels.split(/\r?\n/)) {
    const [query, document, score] = line.split('\t');
    if (!query || !document || !(Number(score) > 0)) continue;
    const found = judged.get(query);
    if (found) found.push(document);
    else judged.set(query, [document]);
  }
  const samples: Sample[] = [];
  for (const { line, value } of jsonRows(queries)) {
    const { _id, text } = (value ?? {}) as { _id?: unknown; text?: unknown };
    const pos = judged.get(String(_id));
    if (typeof text !== 'string') tally.drop(`line ${line}`, 'no text');
    else if (!pos) tally.drop(text, 'no document judged relevant');
    else samples.push({ query: text, pos, neg: [], kind: 'question-document', origin: 'file' });
  }
  return { samples, report: tally.report(samples.length) };
}

interface Row {
  readonly line: number;
  /** `undefined` where the line could not be parsed. */
  readonly value: unknown;
}

export function jsonRows(text: string): Row[] {
  const rows: Row[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      value = undefined;
    }
    rows.push({ line: i + 1, value });
  }
  return rows;
}

/** Rows of a CSV or TSV as objects; a first row that names `query` is a header. */
function tableRows(name: string, text: string): Row[] {
  const delimiter = /\.tsv$/i.test(name) ? '\t' : '';
  const { data } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: 'greedy' });
  const head = data[0]?.map((cell) => cell.trim().toLowerCase()) ?? [];
  const hasHeader = head.includes('query');
  const columns = hasHeader ? head : ['query', 'pos', 'neg'];
  return data.slice(hasHeader ? 1 : 0).map((cells, i) => ({
    line: i + (hasHeader ? 2 : 1),
    value: Object.fromEntries(cells.map((cell, c) => [columns[c] ?? '', cell])),
  }));
}

/** The sample, or what is wrong with it. */
function toSample(value: unknown, kind: SampleKind): Sample | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object';
  const fields = value as Record<string, unknown>;
  if (typeof fields.query !== 'string') return '“query” is not text';
  const pos = texts(fields.pos ?? fields.pos_text);
  const neg = texts(fields.neg ?? []);
  if (pos === undefined) return '“pos” is not a list of texts';
  if (neg === undefined) return '“neg” is not a list of texts';
  if (pos.length === 0) return '“pos” is empty';
  return { query: fields.query, pos, neg, kind, origin: fields.synthetic === true ? 'synthetic' : 'file' };
}

function texts(value: unknown): string[] | undefined {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) return undefined;
  return (list as string[]).filter((item) => item.trim() !== '');
}
