import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { glossaryAt } from '../../src/cli/glossary.ts';

const folder = mkdtempSync(join(tmpdir(), 'nearfield-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, bytes: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

test('a glossary is read whatever it is called, in each of its formats', async () => {
  const entries = [{ term: 'WFH', means: ['telework'] }];
  expect(await glossaryAt(written('terms.csv', 'term,means\nWFH,telework\n'))).toEqual(entries);
  expect(await glossaryAt(written('terms.tsv', 'WFH\ttelework\n'))).toEqual(entries);
  expect(await glossaryAt(written('terms.json', '{"WFH":"telework"}'))).toEqual(entries);
  expect(await glossaryAt(written('terms.md', '- WFH: telework\n'))).toEqual(entries);
});
test('a Chinese file in the encoding of its spreadsheet is read', async () => {
  // 炒鱿鱼,解雇 as GB 18030
  const bytes = Uint8Array.of(0xb3, 0xb4, 0xf6, 0xcf, 0xd3, 0xe3, 0x2c, 0xbd, 0xe2, 0xb9, 0xcd, 0x0a);
  expect(await glossaryAt(written('口语.csv', bytes))).toEqual([{ term: '炒鱿鱼', means: ['解雇'] }]);
});
test('what is no glossary says so in a sentence', async () => {
  await expect(glossaryAt(written('empty.csv', ''))).rejects.toMatchObject({ code: 'bad-input' });
  await expect(glossaryAt(join(folder, 'missing.csv'))).rejects.toMatchObject({ code: 'file-unreadable' });
});
