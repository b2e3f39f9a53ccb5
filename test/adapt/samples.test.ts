import { expect, test } from 'vitest';
import { readBeirSamples, readSamples } from '../../src/adapt/samples.ts';

test('a JSONL file gives its samples, and names the lines that are none', () => {
  const file = [
    '{"query": "who pays?", "pos": ["d1", "d2"], "neg": ["d3"]}',
    'not json',
    '',
    '{"query": 5, "pos": ["d1"]}',
    '{"query": "no documents", "pos": []}',
    '{"query": "one text", "pos_text": "The tenant pays.", "synthetic": true}',
    '[1, 2]',
  ].join('\n');
  const { samples, report } = readSamples('pairs.jsonl', file);
  expect(samples).toEqual([
    { query: 'who pays?', pos: ['d1', 'd2'], neg: ['d3'], kind: 'question-document', origin: 'file' },
    { query: 'one text', pos: ['The tenant pays.'], neg: [], kind: 'question-document', origin: 'synthetic' },
  ]);
  expect(report).toMatchObject({
    kept: 2,
    dropped: 4,
    reasons: { 'not an object': 2, '“query” is not text': 1, '“pos” is empty': 1 },
  });
  expect(report.examples.map(({ query }) => query)).toEqual(['line 2', 'line 4', 'line 5', 'line 7']);
});

test('a CSV may have its columns in any order, quotes and line breaks', () => {
  const { samples } = readSamples('pairs.csv', 'neg,pos,query\n"a, b","line one\nline two","says ""who""?"\n');
  expect(samples).toMatchObject([{ query: 'says "who"?', pos: ['line one\nline two'], neg: ['a, b'] }]);
});

test('a TSV without a header is query, document, wrong document', () => {
  const { samples } = readSamples('pairs.tsv', '谁来付？\t租户付。\nwho?\tyou\tme\n');
  expect(samples.map(({ query, pos, neg }) => [query, pos, neg])).toEqual([
    ['谁来付？', ['租户付。'], []],
    ['who?', ['you'], ['me']],
  ]);
});

test('a file without one sample is refused with what was wrong in it', () => {
  expect(() => readSamples('x.jsonl', '{"q": 1}\n{}\n')).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: 'Expected samples like {"query": "…", "pos": ["…"]} in “x.jsonl”, got none (2 “query” is not text).',
    }),
  );
  expect(() => readSamples('x.csv', '')).toThrow(/the file is empty/);
});

test('a BEIR folder gives each judged question with its relevant documents', () => {
  const queries = '{"_id": "q1", "text": "who?"}\n{"_id": "q2", "text": "unjudged"}\n{"_id": "q3"}\n';
  const { samples, report } = readBeirSamples(
    queries,
    'query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq1\td3\t2\nq3\td1\t1\n',
  );
  expect(samples.map(({ query, pos }) => [query, pos])).toEqual([['who?', ['d1', 'd3']]]);
  expect(report.reasons).toEqual({ 'no document judged relevant': 1, 'no text': 1 });
});
