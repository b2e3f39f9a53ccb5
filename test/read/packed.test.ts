import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { blocksOf, readAs } from './files.ts';

const fixture = (name: string) => Uint8Array.from(readFileSync(join(import.meta.dirname, '../fixtures/read', name)));
const readFixture = (name: string) => readAs(`d/${name}`, fixture(name));

test('a PDF gives its headings and paragraphs, without running heads, each with its page', async () => {
  const document = await readFixture('en.pdf');
  expect(document).toMatchObject({ kind: 'pdf', title: 'The Tidal Mill', language: 'en' });
  expect(blocksOf(document).map(([kind, level, text]) => [kind, level, text.slice(0, 24)])).toEqual([
    ['heading', 1, 'The Tidal Mill'],
    ['paragraph', 0, 'A tidal mill is a water '],
    ['paragraph', 0, 'When the tide is low eno'],
    ['heading', 2, 'Extraordinary machinery'],
    ['paragraph', 0, 'The internationalisation'],
    ['heading', 2, 'Decline'],
    ['paragraph', 0, 'Steam engines, which run'],
    ['paragraph', 0, 'The last page tells of r'],
    ['paragraph', 0, 'Apple wood wears slowly.'],
    ['paragraph', 0, 'Oak splits along the gra'],
  ]);
  expect(document.blocks.map((block) => block.anchor)).toEqual([
    ...Array(7).fill('page=1'),
    ...Array(3).fill('page=2'),
  ]);
  expect(document.text).toContain('rise and fall of the tide. A dam with a sluice');
  expect(document.text).not.toContain('Short History');
  expect(document.origin).toHaveLength(0);
});

test('a Chinese PDF is joined without spaces, and its radicals are the characters they stand for', async () => {
  const document = await readFixture('zh.pdf');
  expect(document).toMatchObject({ title: '潮汐磨坊', language: 'zh' });
  expect(document.text).toContain(
    '潮汐磨坊是一种利用潮水涨落来驱动的水磨。人们在合适的海湾筑起带有闸门的堤坝，或者把河口的一段改造成蓄水池。',
  );
  expect(document.text).not.toMatch(/[\u2e80-\u2fd5]/);
});

test('a Chinese PDF that only names its font is read by the character maps that come with us', async () => {
  expect((await readFixture('cid.pdf')).text).toContain('潮汐磨坊是一种利用潮水涨落来驱动的水磨。');
});

test('a Word document gives its headings, lists and tables', async () => {
  const document = await readFixture('lighthouse.docx');
  expect(document).toMatchObject({ kind: 'docx', title: 'The Lighthouse' });
  expect(blocksOf(document)).toEqual([
    ['heading', 1, 'The Lighthouse'],
    ['heading', 1, 'Keepers'],
    ['paragraph', 0, 'The keeper trimmed the wick every four hours.'],
    ['list-item', 1, 'Oil for the lamp'],
    ['list-item', 1, 'Bread for the keeper'],
    ['heading', 2, '灯塔的历史'],
    ['paragraph', 0, '第一座灯塔建于公元前三世纪。'],
    ['table', 0, 'Lamp\tRange\nFresnel\t20 miles'],
  ]);
});

test('a book gives its chapters in reading order, with anchors into its files', async () => {
  const document = await readFixture('salt-road.epub');
  expect(document).toMatchObject({ kind: 'epub', title: 'The Salt Road', language: 'en' });
  expect(blocksOf(document).map(([, , text]) => text)).toEqual([
    'Departure',
    'The caravan left before dawn & carried salt.',
    'Arrival',
    'They reached the gate on the ninth day.',
    'The market',
    'Salt was weighed against gold.',
  ]);
  expect(document.blocks.map((block) => block.anchor)).toEqual([
    'EPUB/c1.xhtml',
    undefined,
    'EPUB/c2.xhtml',
    'EPUB/c2.xhtml#gate',
    undefined,
    undefined,
  ]);
});

const book = (files: Record<string, string>) =>
  Uint8Array.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));

test.each([
  ['an encrypted PDF', 'a.pdf', () => fixture('encrypted.pdf'), /password/],
  ['a PDF of pictures', 'a.pdf', () => fixture('scan.pdf'), /OCR/],
  ['half a Word document', 'a.docx', () => fixture('lighthouse.docx').slice(0, 9000), /cannot be read/],
  ['half a book', 'a.epub', () => fixture('salt-road.epub').slice(0, 900), /cannot be read/],
  ['a book without a list of chapters', 'a.epub', () => book({ 'a.html': 'x' }), /container\.xml/],
  [
    'a book locked by its seller',
    'a.epub',
    () => book({ 'META-INF/encryption.xml': '<enc:CipherReference URI="c1.xhtml"/>' }),
    /DRM/,
  ],
  [
    'a book that unpacks to more than memory',
    'a.epub',
    () => book({ 'a.html': '\0'.repeat(65 * 1024 * 1024) }),
    /64 MB/,
  ],
  ['another archive', 'a.zip', () => book({ 'a.html': 'x' }), /ZIP/],
])('%s is refused in one sentence that names it', async (_, path, bytes, reason) => {
  const error = await readAs(path, bytes()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ code: 'format-unsupported', message: expect.stringMatching(reason) });
  expect((error as EngineError).message).toMatch(new RegExp(`^${path}: expected .+, got .+; .+\\.$`));
});

test('a damaged file of any of these is read as far as it goes, or refused with an EngineError', async () => {
  const names = ['en.pdf', 'lighthouse.docx', 'salt-road.epub'] as const;
  const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), damage, async (name, edits) => {
      const bytes = fixture(name);
      for (const [at, value] of edits) bytes[Math.floor(at * bytes.length)] = value;
      try {
        await readAs(name, bytes);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
      }
    }),
    { numRuns: 60 },
  );
});
