import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { evalCommand } from '../../../src/cli/eval.ts';
import { openEngine } from '../../../src/index.node.ts';

/** A model of BGE-M3's shape with random weights, in our layout; and ours in the transformers.js layout. */
const TINY = join(import.meta.dirname, '../../fixtures/embed/tiny-m3');
let folder = '';
const at = (name: string) => join(folder, name);
const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearfield-eval-'));
  const texts = ['The badger sleeps by day.', 'The crane flies south.', 'A dolphin breathes air.'];
  writeFileSync(at('corpus.jsonl'), lines(texts.map((text, i) => ({ _id: `d${i}`, title: '', text }))));
  writeFileSync(at('queries.jsonl'), lines([{ _id: 'q0', text: 'when does the badger sleep?' }]));
  writeFileSync(at('qrels.tsv'), 'query-id\tcorpus-id\tscore\nq0\td0\t1\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('eval --model measures with a model from a folder, its learned-sparse head included', async () => {
  const program = new Command().exitOverride();
  evalCommand(program);
  const out: string[] = [];
  const spies = ([process.stdout, process.stderr] as const).map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => out.push(String(text)) > 0),
  );
  try {
    await program.parseAsync([
      'node',
      'nearfield',
      'eval',
      folder,
      '--model',
      TINY,
      '--cache',
      at('cache'),
      '--json',
      at('out.json'),
      '--ablate',
    ]);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  expect(out.join('')).toMatch(/models: tiny-m3\//);
  const [figures] = Object.values(JSON.parse(readFileSync(at('out.json'), 'utf8'))) as Record<string, object>[];
  expect(Object.keys(figures!)).toEqual(expect.arrayContaining(['bm25', 'dense', 'sparse', 'fused']));
});

test('the library in Node takes a model by its folder', async () => {
  const engine = openEngine({ model: TINY });
  await engine.add([{ path: 'a.md', data: new Blob(['# Badgers\n\nThe badger sleeps by day.']) }]);
  const { passages } = await engine.search('badger', { tier: 'full' });
  expect(passages).toHaveLength(1);
  expect((await engine.status()).encoder.loaded).toEqual(['tiny-m3']);
  await engine.close();
});
