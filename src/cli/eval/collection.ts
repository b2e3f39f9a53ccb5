import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { EngineError } from '../../core/errors.ts';
import { detectLanguage } from '../../core/language.ts';
import type { Language } from '../../core/types.ts';

/** What is retrieved: a document of the corpus, or a passage of one. */
export interface Unit {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}
export interface Question {
  readonly id: string;
  readonly text: string;
  /** `answerable`, or what sort of unanswerable question it is. */
  readonly kind: string;
}
/** Query id → unit id → grade; a unit that is not listed has grade 0. */
export type Judgements = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface Collection {
  readonly name: string;
  readonly language: Language;
  readonly units: readonly Unit[];
  readonly questions: readonly Question[];
  readonly judgements: Judgements;
}

/**
 * The collections in a BEIR-format folder (judgements in `qrels.tsv` or `qrels/test.tsv`): its documents, and where
 * `passages.jsonl` is there its passages (named `<folder>/passages`), with the same questions. The language is detected, as
 * it is for a person's files.
 *
 * @throws EngineError `file-unreadable` if a needed file is absent, `bad-input` if a line is not what it should be.
 */
export function readCollections(folder: string): Collection[] {
  const at = resolve(folder);
  const corpus = readJsonLines(join(at, 'corpus.jsonl'));
  const units = corpus.map((row) => ({
    id: field(row, '_id'),
    title: field(row, 'title', ''),
    text: field(row, 'text'),
  }));
  const kinds = readKinds(at);
  // BEIR's own archives keep judgements by split, in a folder.
  const published = join(at, 'qrels', 'test.tsv');
  const judgements = readJudgements(existsSync(published) ? published : join(at, 'qrels.tsv'));
  const questions = readJsonLines(join(at, 'queries.jsonl'))
    .map((row) => {
      const id = field(row, '_id');
      return { id, text: field(row, 'text'), kind: kinds.get(id) ?? 'answerable' };
    })
    // The others belong to another split.
    .filter(({ id, kind }) => kind !== 'answerable' || judgements.has(id));
  const chinese = units.filter(({ title, text }) => detectLanguage(`${title}\n${text}`) === 'zh').length;
  const language = chinese * 2 > units.length ? 'zh' : 'en';
  const documents = { name: basename(at), language, units, questions, judgements } as const;
  return existsSync(join(at, 'passages.jsonl')) ? [documents, passagesOf(documents, at)] : [documents];
}

function passagesOf(documents: Collection, at: string): Collection {
  const byId = new Map(documents.units.map((unit) => [unit.id, unit]));
  const units = readJsonLines(join(at, 'passages.jsonl')).map((row) => {
    const { title, text } = byId.get(field(row, 'doc'))!;
    return { id: field(row, 'passage'), title, text: text.slice(Number(row.start), Number(row.end)) };
  });
  const judgements = readJudgements(join(at, 'passage_qrels.tsv'));
  return { ...documents, name: `${documents.name}/passages`, units, judgements };
}

/** `kinds.tsv` says the kind of each question; `unanswerable.txt` names those of kind `unanswerable`. Both are optional. */
function readKinds(at: string): Map<string, string> {
  const kinds = new Map<string, string>();
  const names = join(at, 'unanswerable.txt');
  if (existsSync(names)) for (const id of lines(names)) kinds.set(id, 'unanswerable');
  const table = join(at, 'kinds.tsv');
  if (existsSync(table)) for (const [id, kind] of rows(table)) kinds.set(id!, kind!);
  return kinds;
}

function readJudgements(path: string): Judgements {
  const judgements = new Map<string, Map<string, number>>();
  for (const [query, unit, grade] of rows(path)) {
    const value = Number(grade);
    if (!Number.isFinite(value)) {
      throw new EngineError(
        'bad-input',
        `Expected “query-id, corpus-id, score” in ${path}, got “${query} ${unit} ${grade}”.`,
      );
    }
    if (value <= 0) continue;
    const graded = judgements.get(query!);
    if (graded) graded.set(unit!, value);
    else judgements.set(query!, new Map([[unit!, value]]));
  }
  return judgements;
}

function lines(path: string): string[] {
  if (!existsSync(path)) {
    throw new EngineError(
      'file-unreadable',
      `Expected ${path}: a collection has corpus.jsonl, queries.jsonl and qrels.tsv.`,
    );
  }
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

/** Rows of a tab-separated file, its heading row left out. */
const rows = (path: string) =>
  lines(path)
    .slice(1)
    .map((line) => line.split('\t'));

function readJsonLines(path: string): Record<string, unknown>[] {
  return lines(path).map((line, i) => {
    try {
      return JSON.parse(line) as Record<string, unknown>;
    } catch (cause) {
      throw new EngineError(
        'bad-input',
        `Expected one JSON object a line in ${path}, got something else in line ${i + 1}.`,
        { cause },
      );
    }
  });
}

function field(row: Record<string, unknown>, name: string, otherwise?: string): string {
  const value = row[name] ?? otherwise;
  if (value === undefined)
    throw new EngineError('bad-input', `Expected a field “${name}”, got ${JSON.stringify(row).slice(0, 80)}.`);
  return String(value);
}
