import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodeAdapter } from '../../src/adapt/adapter-file.ts';
import { adaptCommand } from '../../src/cli/adapt.ts';
import { exportTrainingCommand } from '../../src/cli/export-training.ts';
import type { RunLog } from '../../src/core/adapt.ts';

const ANIMALS =
  'badger crane dolphin eagle ferret gecko heron ibis jackal koala lemur magpie newt otter parrot quail raven seal'.split(
    ' ',
  );
let folder = '';
const at = (name: string) => join(folder, name);
const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearfield-adapt-'));
  writeFileSync(
    at('corpus.jsonl'),
    lines(ANIMALS.map((name, i) => ({ _id: `d${i}`, title: '', text: `The ${name} sleeps.` }))),
  );
  writeFileSync(
    at('queries.jsonl'),
    lines(ANIMALS.slice(0, 4).map((name, i) => ({ _id: `q${i}`, text: `resting ${name}` }))),
  );
  writeFileSync(
    at('qrels.tsv'),
    `query-id\tcorpus-id\tscore\n${[0, 1, 2, 3].map((i) => `q${i}\td${i}\t1`).join('\n')}\n`,
  );
  const asked = ['When does the $ sleep?', 'Is the $ asleep at night?'];
  const samples = ANIMALS.flatMap((name, i) =>
    asked.map((form) => ({ query: form.replace('$', name), pos: [`d${i}`] })),
  );
  writeFileSync(at('pairs.jsonl'), lines(samples));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command as from a shell; what it prints. */
async function nearfield(...args: string[]): Promise<string> {
  const program = new Command().exitOverride();
  adaptCommand(program);
  exportTrainingCommand(program);
  const out: string[] = [];
  const spies = ([process.stdout, process.stderr] as const).map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => out.push(String(text)) > 0),
  );
  try {
    await program.parseAsync(['node', 'nearfield', ...args]);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return out.join('');
}

test('adapt trains on pairs with the real encoder, judges on the collection’s own questions, and says what it kept', async () => {
  const out = at('a.nfqa');
  const log = at('run.json');
  const printed = await nearfield(
    'adapt',
    folder,
    '-t',
    at('pairs.jsonl'),
    '-o',
    out,
    '--log',
    log,
    '--cache',
    at('cache'),
    '--epochs',
    '2',
  );
  const run = JSON.parse(readFileSync(log, 'utf8')) as RunLog;
  expect(printed).toContain('near duplicates');
  expect(printed).toMatch(/Validation, held-out folds[\s\S]*untouched documents[\s\S]*Test, the questions of/);
  expect(printed).toContain(run.verdict);
  expect(run).toMatchObject({ questions: 36, documents: 18 });
  expect(run.model).toMatch(/^bge-small-en-v1\.5\//);
  expect(existsSync(out)).toBe(run.kept === 'adapter');
  if (existsSync(out)) expect(decodeAdapter(readFileSync(out)).card.log).toEqual(run);
});

test('export-training writes one object a line with the texts in place of the ids', async () => {
  const out = at('training');
  await nearfield('export-training', folder, '-t', at('pairs.jsonl'), '-o', out);
  const rows = readFileSync(join(out, 'flag-embedding.jsonl'), 'utf8').trim().split('\n');
  expect(rows).toHaveLength(36);
  expect(JSON.parse(rows[0]!)).toEqual({ query: 'When does the badger sleep?', pos: ['The badger sleeps.'], neg: [] });
  const first = readFileSync(join(out, 'sentence-transformers.jsonl'), 'utf8').split('\n')[0]!;
  expect(JSON.parse(first)).toEqual({ anchor: 'When does the badger sleep?', positive: 'The badger sleeps.' });
});

test('samples come from a folder in BEIR format too, without those that a block list names', async () => {
  const out = at('blocked');
  writeFileSync(at('block.txt'), '# not for these\ncrane\n/^resting (dolphin|whale)$/\n');
  const printed = await nearfield(
    ...['export-training', folder, '-t', folder, '--block-list', at('block.txt'), '-o', out],
  );
  expect(printed).toContain('1 is on the block list: crane; 1 is on the block list: /^resting (dolphin|whale)$/');
  const rows = readFileSync(join(out, 'flag-embedding.jsonl'), 'utf8').trim().split('\n');
  expect(rows.map((row) => (JSON.parse(row) as { query: string }).query)).toEqual(['resting badger', 'resting eagle']);
});

test('adapt without samples, or with a file that is not there, says what it needs', async () => {
  await expect(nearfield('adapt', folder, '--cache', at('cache'))).rejects.toThrow(
    /name a file with --train, or use --synthetic/,
  );
  await expect(nearfield('adapt', folder, '-t', at('absent.jsonl'), '--cache', at('cache'))).rejects.toThrow(
    expect.objectContaining({ code: 'file-unreadable' }),
  );
});
