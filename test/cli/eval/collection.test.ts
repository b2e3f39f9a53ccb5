import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCollections } from '../../../src/cli/eval/collection.ts';

let folder: string;
const write = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearfield-'));
  write('corpus.jsonl', [
    '{"_id":"d1","title":"Cats","text":"They purr. They sleep."}',
    '{"_id":"d2","text":"Dogs bark."}',
  ]);
  write('queries.jsonl', ['{"_id":"q1","text":"who purrs"}', '{"_id":"q2","text":"who flies"}']);
  write('qrels.tsv', ['query-id\tcorpus-id\tscore', 'q1\td1\t2', 'q1\td2\t0']);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder in BEIR format is one collection', () => {
  const [collection, ...others] = readCollections(folder);
  expect(others).toEqual([]);
  expect(collection!.language).toBe('en');
  expect(collection!.units[1]).toEqual({ id: 'd2', title: '', text: 'Dogs bark.' });
  expect(collection!.judgements.get('q1')).toEqual(new Map([['d1', 2]]));
  // Nobody has said what answers the other question, nor that nothing does.
  expect(collection!.questions.map(({ id, kind }) => [id, kind])).toEqual([['q1', 'answerable']]);
});

test('judgements lie in a folder in BEIR archives', () => {
  mkdirSync(join(folder, 'qrels'));
  renameSync(join(folder, 'qrels.tsv'), join(folder, 'qrels', 'test.tsv'));
  expect(readCollections(folder)[0]!.judgements.get('q1')).toEqual(new Map([['d1', 2]]));
});

test('kinds.tsv has the last word on what is unanswerable', () => {
  write('unanswerable.txt', ['q1', 'q2']);
  write('kinds.tsv', ['query-id\tkind', 'q1\tanswerable', 'q2\tout-of-corpus']);
  expect(readCollections(folder)[0]!.questions.map(({ kind }) => kind)).toEqual(['answerable', 'out-of-corpus']);
});

test('passages are a second collection, cut out of the documents', () => {
  write('passages.jsonl', [
    '{"doc":"d1","passage":"d1-0","start":0,"end":10}',
    '{"doc":"d1","passage":"d1-1","start":11,"end":22}',
  ]);
  write('passage_qrels.tsv', ['query-id\tpassage-id\tscore', 'q1\td1-0\t1']);
  const passages = readCollections(folder)[1]!;
  expect(passages.name.endsWith('/passages')).toBe(true);
  expect(passages.units.map(({ text }) => text)).toEqual(['They purr.', 'They sleep.']);
  expect(passages.judgements.get('q1')).toEqual(new Map([['d1-0', 1]]));
});

test('a missing file and a bad line are named', () => {
  rmSync(join(folder, 'qrels.tsv'));
  expect(() => readCollections(folder)).toThrow(/qrels\.tsv/);
  write('corpus.jsonl', ['{"_id":"d1","text":"x"}', 'not json']);
  expect(() => readCollections(folder)).toThrow(/corpus\.jsonl.*line 2/);
});
