import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { sourceOffset } from '../../src/core/offsets.ts';
import type { Document } from '../../src/core/types.ts';
import { decodeSource, MAX_FILE_BYTES, read } from '../../src/read/read.ts';
import { blocksOf, readAs } from './files.ts';

const PATHS = ['a.txt', 'a.md', 'a.html', 'a.ts', 'a'] as const;

/** Blocks in order, apart, tight round their text; the origin map ascending and inside the source. */
function expectSound({ text, blocks, origin }: Document, source: string): void {
  let end = 0;
  for (const block of blocks) {
    expect(block.start).toBeGreaterThanOrEqual(end);
    expect(block.end).toBeGreaterThan(block.start);
    expect(text.slice(end, block.start).trim()).toBe('');
    expect(text[block.end - 1]!.trim()).not.toBe('');
    end = block.end;
  }
  expect(text.slice(end).trim()).toBe('');
  for (let i = 2; i < origin.length; i++) expect(origin[i]!).toBeGreaterThanOrEqual(origin[i - 2]!);
  for (let i = 0; i <= text.length; i++) {
    const at = sourceOffset(origin, i);
    expect(at).toBeLessThanOrEqual(source.length);
    if (i > 0) expect(at).toBeGreaterThanOrEqual(sourceOffset(origin, i - 1));
  }
}

/** The characters of blocks whose source is another character, white space aside. */
function strayCharacters({ text, blocks, origin }: Document, source: string): string[] {
  return blocks.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, i) => start + i)
      .filter((at) => text[at]!.trim() !== '' && source[sourceOffset(origin, at)] !== text[at])
      .map((at) => text.slice(at - 5, at + 5)),
  );
}

const word = fc.constantFrom('foo', 'bar', '中文', '字', '😀', 'a.b', 'x', 'é', '。');
const inline = fc.oneof(
  word,
  fc.tuple(fc.constantFrom('*', '**', '`', '~~'), word).map(([mark, inner]) => `${mark}${inner}${mark}`),
  word.map((inner) => `[${inner}](http://a.b)`),
  word.map((inner) => `<b>${inner}</b>`),
  fc.constantFrom('\n', '<br>', '\\*', '![i](u)', '[^1]', '  \n'),
);
const line = fc.array(inline, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' '));
const block = fc.oneof(
  line,
  line.map((text) => `## ${text.replaceAll('\n', ' ')}`),
  line.map((text) => `- ${text.replaceAll('\n', '\n  ')}`),
  line.map((text) => `> ${text.replaceAll('\n', '\n> ')}`),
  line.map((text) => `\`\`\`\n${text}\n\`\`\``),
  line.map((text) => `| ${text.replaceAll('\n', ' ')} | x |\n|---|---|\n| y | z |`),
  line.map((text) => `<div>\n${text}\n</div>`),
  line.map((text) => `::: tip ${text}\n${text}\n:::`),
);
const markdownFile = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'));
const htmlFile = fc
  .array(
    fc.oneof(
      word,
      fc.constantFrom(
        '<p>',
        '</p>',
        '<b>',
        '</b>',
        '<ul>',
        '<li>',
        '</ul>',
        '<table>',
        '<td>',
        '<tr>',
        '</table>',
        '<br>',
      ),
      fc.constantFrom(
        '<pre>',
        '</pre>',
        '<h2 id=x>',
        '</h2>',
        '<a href="y">',
        '</a>',
        '\n  ',
        ' ',
        '</x>',
        '<!-- c -->',
        '\r\n',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

test('every character of Markdown is traced to its own place in the source', async () => {
  await fc.assert(
    fc.asyncProperty(markdownFile, async (source) => {
      const document = await readAs('a.md', source);
      expectSound(document, source);
      expect(strayCharacters(document, source)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('every character of a page, however badly nested, is traced to its own place in the source', async () => {
  await fc.assert(
    fc.asyncProperty(htmlFile, async (source) => {
      const document = await readAs('a.html', source);
      expectSound(document, source);
      expect(strayCharacters(document, source)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('plain text is its own reading text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom('a', '中', ' ', '\n', '\r\n', '\t', '😀') }), async (source) => {
      const document = await readAs('a.txt', source);
      expectSound(document, source);
      expect(document.text).toBe(source);
      expect(strayCharacters(document, source)).toEqual([]);
    }),
  );
});

test('random bytes are read, or refused with an EngineError', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary' }).map((s) => new TextEncoder().encode(s)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(...PATHS), async (array, path) => {
      const content = Uint8Array.from(array);
      try {
        expectSound(await readAs(path, content), decodeSource(content));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        expect(error.code).toBe('format-unsupported');
      }
    }),
    { numRuns: 500 },
  );
});

test('characters with a meaning in Markdown or HTML, in any order, are read', async () => {
  const unit = fc.constantFrom(
    ...'<>&;/="\'!-[](){}#*_~`\\|:^ \n\tax1.中'.split(''),
    '<p',
    '<!--',
    '&lt',
    '```',
    '\n\n',
    ':::',
    '---',
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit, maxLength: 80 }), fc.constantFrom(...PATHS), async (source, path) => {
      expectSound(await readAs(path, source), source);
    }),
    { numRuns: 500 },
  );
});

test('an empty file is a document without blocks', async () => {
  for (const path of PATHS) {
    const document = await readAs(path, '');
    expect(document).toMatchObject({ text: '', blocks: [], bytes: 0, title: 'a.ts' === path ? 'a.ts' : 'a' });
  }
});

test('the hash is the SHA-256 of the bytes', async () => {
  const { hash, bytes } = await readAs('a.txt', 'abc');
  expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(bytes).toBe(3);
});

test('the format goes by the file name, and where that says nothing by the content', async () => {
  expect((await readAs('a.MD', '# x')).kind).toBe('markdown');
  expect((await readAs('a', '<!DOCTYPE html><p>x')).kind).toBe('html');
  expect((await readAs('a.b/README', '# x')).kind).toBe('text');
  expect(blocksOf(await readAs('a.py', 'if x:\n    y\n\n    z'))).toEqual([
    ['code', 0, 'if x:\n    y'],
    ['code', 0, '    z'],
  ]);
});

test('a file that cannot be used is refused in one sentence that names it', async () => {
  const sentence = expect.stringMatching(/^d\/a\.txt: expected [^;]+, got [^;]+; .+\.$/);
  await expect(readAs('d/a.txt', Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0x2d]))).rejects.toMatchObject({
    code: 'format-unsupported',
    message: sentence,
  });
  const large = { size: MAX_FILE_BYTES + 1 } as Blob;
  await expect(read({ path: 'd/a.txt', data: large })).rejects.toMatchObject({
    code: 'file-too-large',
    message: sentence,
  });
  const gone = {
    size: 1,
    arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')),
  } as unknown as Blob;
  await expect(read({ path: 'd/a.txt', data: gone })).rejects.toMatchObject({
    code: 'file-unreadable',
    message: sentence,
  });
});
