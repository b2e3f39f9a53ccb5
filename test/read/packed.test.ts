import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { blocksOf, readAs } from './files.ts';

const fixture = (name: string) => Uint8Array.from(readFileSync(join(import.meta.dirname, '../fixtures/read', name)));
const readFixture = (name: string) => readAs(`d/${name}`, fixture(name));

const book = (files: Record<string, string>) =>
  Uint8Array.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));

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

test('the notes of a Word document stand at its end, and where they are called', async () => {
  const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
  const types = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const rels = (name: string, target: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relations}/${name}" Target="${target}"/></Relationships>`;
  const lease = book({
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${types}.document.main+xml"/><Override PartName="/word/footnotes.xml" ContentType="${types}.footnotes+xml"/></Types>`,
    '_rels/.rels': rels('officeDocument', 'word/document.xml'),
    'word/_rels/document.xml.rels': rels('footnotes', 'footnotes.xml'),
    'word/document.xml': `<w:document ${w}><w:body><w:p><w:r><w:t>One cat is allowed.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p></w:body></w:document>`,
    'word/footnotes.xml': `<w:footnotes ${w}><w:footnote w:id="2"><w:p><w:r><w:t>It is called Ada.</w:t></w:r></w:p></w:footnote></w:footnotes>`,
  });
  expect(blocksOf(await readAs('a.docx', lease))).toEqual([
    ['paragraph', 0, 'One cat is allowed.[1]'],
    ['list-item', 1, 'It is called Ada.'],
  ]);
});

test('a presentation gives its slides in their order, with titles, tables and notes, and says which slide', async () => {
  const shape = (role: string, ...texts: string[]) =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph ${role}/></p:nvPr></p:nvSpPr><p:txBody>${texts.map((text) => `<a:p><a:pPr lvl="0"/><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
  const slide = (...shapes: string[]) =>
    `<?xml version="1.0"?><p:sld xmlns:a="a" xmlns:p="p"><p:cSld><p:spTree>${shapes.join('')}</p:spTree></p:cSld></p:sld>`;
  const rels = (...targets: string[]) =>
    `<Relationships>${targets.map((target, i) => `<Relationship Id="r${i + 1}" Type="t" Target="${target}"/>`).join('')}</Relationships>`;
  const cell = (text: string) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const table = `<p:graphicFrame><a:tbl><a:tblPr><a:tableStyleId>{5C22}</a:tableStyleId></a:tblPr><a:tr>${cell('Drug')}${cell('mg')}</a:tr><a:tr>${cell('Warfarin')}${cell('5')}</a:tr></a:tbl></p:graphicFrame>`;
  const talk = book({
    'ppt/presentation.xml':
      '<p:presentation><p:sldIdLst><p:sldId id="9" r:id="r2"/><p:sldId id="8" r:id="r1"/><p:sldId id="7" r:id="gone"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': rels('slides/slide1.xml', 'slides/slide2.xml'),
    'ppt/slides/slide1.xml': slide(
      shape('idx="1"', 'Take it with &lt;food&gt; &amp; water'),
      table,
      shape('type="title"', 'Doses'),
    ),
    'ppt/slides/_rels/slide1.xml.rels': rels('../notesSlides/notesSlide1.xml'),
    'ppt/notesSlides/notesSlide1.xml': slide(
      shape('type="sldImg"'),
      shape('type="body"', 'Say that it is rare.'),
      shape('type="sldNum"', '2'),
    ),
    'ppt/slides/slide2.xml': slide(
      shape('type="ctrTitle"', 'Medicines', 'for nurses'),
      shape('type="dt"', '3 May'),
      shape('type="sldNum"', '1'),
    ),
  });
  const document = await readAs('talk.pptx', talk);
  expect(document).toMatchObject({ kind: 'pptx', title: 'Medicines for nurses' });
  expect(blocksOf(document).map(([kind, , text]) => [kind, text])).toEqual([
    ['heading', 'Medicines\nfor nurses'],
    ['heading', 'Doses'],
    ['paragraph', 'Take it with <food> & water'],
    ['table', 'Drug\tmg\nWarfarin\t5'],
    ['paragraph', 'Say that it is rare.'],
  ]);
  expect(document.blocks.map(({ anchor }) => anchor)).toEqual(['page=1', ...Array(4).fill('page=2')]);
});

test('an OpenDocument text gives its headings, lists, tables and notes, not what was deleted or remarked', async () => {
  const lease = book({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<?xml version="1.0"?><office:document-content><office:styles><style:x>no text</style:x></office:styles><office:body><office:text>
      <text:tracked-changes><text:changed-region><text:p>Two cats.</text:p></text:changed-region></text:tracked-changes>
      <text:h text:outline-level="2">Pets</text:h>
      <text:p>One cat<text:note text:id="n1"><text:note-citation>1</text:note-citation><text:note-body><text:p>It is called Ada.</text:p></text:note-body></text:note> is<text:line-break/>allowed.<office:annotation><text:p>Really?</text:p></office:annotation></text:p>
      <text:list><text:list-item><text:p>Dogs &amp; birds</text:p></text:list-item></text:list>
      <table:table><table:table-row><table:table-cell><text:p>Rent</text:p></table:table-cell><table:table-cell/><table:table-cell><text:p>£5</text:p></table:table-cell></table:table-row></table:table>
      </office:text></office:body></office:document-content>`,
    'meta.xml': '<office:meta><dc:title>A lease</dc:title></office:meta>',
  });
  const document = await readAs('lease.odt', lease);
  expect(document).toMatchObject({ kind: 'odt', title: 'A lease', language: 'en' });
  expect(blocksOf(document)).toEqual([
    ['heading', 2, 'Pets'],
    ['paragraph', 0, 'One cat[1] is\nallowed.'],
    ['list-item', 1, 'Dogs & birds'],
    ['table', 0, 'Rent\t\t£5'],
    ['list-item', 1, 'It is called Ada.'],
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

test.each([
  ['an encrypted PDF', 'a.pdf', () => fixture('encrypted.pdf'), /password/],
  ['a PDF of pictures', 'a.pdf', () => fixture('scan.pdf'), /OCR/],
  ['half a Word document', 'a.docx', () => fixture('lighthouse.docx').slice(0, 9000), /cannot be read/],
  ['a presentation without slides', 'a.pptx', () => book({ 'ppt/x.xml': 'x' }), /no ppt\/presentation\.xml/],
  ['an OpenDocument text without text', 'a.odt', () => book({ 'meta.xml': 'x' }), /no content\.xml/],
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
