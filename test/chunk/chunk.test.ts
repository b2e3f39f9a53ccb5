import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChunkOptions, chunk } from '../../src/chunk/chunk.ts';
import { read } from '../../src/read/read.ts';

/** Like a BERT tokenizer: a Han character or a mark is a token, a word one for every four letters. */
const TOKEN = /\p{Script=Han}|[\p{L}\p{N}\p{M}]{1,4}|[^\s\p{L}\p{N}\p{M}]/gu;
const countTokens: ChunkOptions['countTokens'] = async (texts) =>
  Uint32Array.from(texts, (text) => text.match(TOKEN)?.length ?? 0);

async function chunksOf(source: string, options: Partial<ChunkOptions> = {}, path = 'a.md') {
  const document = await read({ path, data: new Blob([source]) });
  return { document, chunks: await chunk(document, { budget: 20, countTokens, ...options }) };
}
const shown = async (source: string, options: Partial<ChunkOptions> = {}) =>
  (await chunksOf(source, options)).chunks.map(({ headings, text }) => [headings.join(' > '), text]);

const LONG = 'one two three four five six seven eight nine ten.';

test('a chunk does not reach over a heading, and stands under its headings', async () => {
  expect(await shown(`# T\n\n${LONG}\n\n## A {#a}\n\n${LONG}\n\n### B\n\n${LONG}`)).toEqual([
    ['', LONG],
    ['A', LONG],
    ['A > B', LONG],
  ]);
});

test('a chunk carries the anchor of the block it begins in, or of the nearest before it', async () => {
  const { chunks } = await chunksOf(`${LONG}\n\n## A {#a}\n\n${LONG}\n\n### B\n\n${LONG}\n\n## C {#c}\n\n${LONG}`);
  expect(chunks.map((c) => c.anchor)).toEqual([undefined, 'a', 'a', 'c']);
});

test('lower headings stay in the text, with what follows them', async () => {
  expect(await shown(`## A\n\n${LONG}\n\n#### x\n\n${LONG}`)).toEqual([
    ['A', LONG],
    ['A', `x\n\n${LONG}`],
  ]);
});

test('tiny neighbouring sections share a chunk, which then shows their headings', async () => {
  expect(await shown('# T\n\n## A\n\na\n\n## B\n\nb\n\n## C\n\nc')).toEqual([['', 'A\n\na\n\nB\n\nb\n\nC\n\nc']]);
  expect(await shown('# T\n\n## A\n\na\n\n### B\n\nb\n\n## C\n\nc')).toEqual([['', 'A\n\na\n\nB\n\nb\n\nC\n\nc']]);
  expect(await shown(`# T\n\n## A\n\n### B\n\n${LONG}\n\n### C\n\nc\n\n## D\n\nd`)).toEqual([
    ['A > B', LONG],
    ['A > C', 'c'],
    ['D', 'd'],
  ]);
});

test('a section without text is in the path of the next, or else a chunk of its own', async () => {
  expect(await shown(`# T\n\n## A\n\n### B\n\n${LONG}\n\n## C`)).toEqual([
    ['A > B', LONG],
    ['', 'C'],
  ]);
});

test('a paragraph that is too long is cut between sentences, into parts of like size', async () => {
  expect(await shown(`${'Ab cd ef gh. '.repeat(6)}`)).toEqual([
    ['', 'Ab cd ef gh. Ab cd ef gh. Ab cd ef gh.'],
    ['', 'Ab cd ef gh. Ab cd ef gh. Ab cd ef gh.'],
  ]);
  expect(await shown('今天天气很好。'.repeat(4))).toEqual([
    ['', '今天天气很好。今天天气很好。'],
    ['', '今天天气很好。今天天气很好。'],
  ]);
});

test('code and tables are cut between lines', async () => {
  const { chunks } = await chunksOf(`\`\`\`\n${'  if (a) b();\n'.repeat(10)}\`\`\``);
  expect(chunks.length).toBeGreaterThan(1);
  for (const { text } of chunks) expect(text.split('\n').every((line) => /^ *if \(a\) b\(\);$/.test(line))).toBe(true);
});

test('with overlap, a chunk that goes on inside a block begins with the last sentence of the one before', async () => {
  const { chunks } = await chunksOf('Ab cd. Ef gh. Ij kl. Mn op. Qr st. Uv wx. Yz ab. Cd ef. Gh ij.', {
    overlap: true,
  });
  expect(chunks.length).toBeGreaterThan(1);
  for (const [i, { textStart }] of chunks.entries()) {
    if (i > 0) expect(textStart).toBe(chunks[i - 1]!.textEnd - 'Ab cd.'.length);
  }
});

const word = fc.constantFrom(
  'foo',
  'longerword',
  '中文字',
  '。',
  'B.',
  '😀',
  '👩‍👩‍👧‍👦',
  'e\u0301',
  'x'.repeat(50),
  '中'.repeat(40),
  '\n',
);
const text = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(' '));
const block = fc.oneof(
  text,
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), text)
    .map(([level, name]) => `${'#'.repeat(level)} ${name.slice(0, 30).replaceAll('\n', ' ')}`),
  fc.integer({ min: 1, max: 4 }).map((level) => `${'#'.repeat(level)} h`),
  text.map((code) => `\`\`\`\n${code}\n\`\`\``),
);
const markdown = fc.array(block, { maxLength: 12 }).map((blocks) => blocks.join('\n\n'));

test('chunks are slices of the text, in order, within the budget, and leave no visible character out', async () => {
  await fc.assert(
    fc.asyncProperty(markdown, fc.integer({ min: 4, max: 60 }), fc.boolean(), async (source, budget, overlap) => {
      const { document, chunks } = await chunksOf(source, { budget, overlap });
      const sizes = await countTokens(chunks.map((c) => c.text));
      const named = new Set(chunks.flatMap((c) => [c.title, ...c.headings]));
      const covered = new Uint8Array(document.text.length);
      for (const [i, c] of chunks.entries()) {
        expect(c).toMatchObject({ id: `a.md#${i}`, ordinal: i, document: 'a.md' });
        expect(document.text.slice(c.textStart, c.textEnd)).toBe(c.text);
        expect(c.text).toBe(c.text.trimEnd());
        expect(c.text).not.toMatch(/\p{Surrogate}/u);
        expect(c.start).toBeLessThan(c.end);
        // A family of seven code points is the one grapheme that may be larger than a budget of four.
        expect(sizes[i]).toBeLessThanOrEqual(Math.max(budget, 7));
        if (i > 0 && !overlap) expect(c.textStart).toBeGreaterThanOrEqual(chunks[i - 1]!.textEnd);
        if (i > 0) expect(c.textEnd).toBeGreaterThan(chunks[i - 1]!.textEnd);
        covered.fill(1, c.textStart, c.textEnd);
      }
      for (const { kind, start, end } of document.blocks) {
        const name = document.text.slice(start, end).replace(/\s+/g, ' ');
        if (kind === 'heading' && named.has(name)) continue;
        for (let at = start; at < end; at++) if (document.text[at]!.trim() !== '') expect(covered[at]).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

test('tiny sections are not joined across a heading that stands only in the path', async () => {
  const source = `## h\n\n# ${'中'.repeat(30)}\n\n# h`;
  const { chunks } = await chunksOf(source, { budget: 8 });
  expect(chunks.map(({ text }) => text)).toEqual(['h', 'h']);
});

test('the same document gives the same chunks', async () => {
  await fc.assert(
    fc.asyncProperty(markdown, async (source) => {
      expect((await chunksOf(source)).chunks).toEqual((await chunksOf(source)).chunks);
    }),
    { numRuns: 30 },
  );
});

test('one line of five million characters is chunked, with a tokenizer that sees it as one word or as many', async () => {
  for (const counter of [countTokens, async (texts: readonly string[]) => new Uint32Array(texts.length).fill(1)]) {
    const { chunks, document } = await chunksOf('x'.repeat(5_000_000), { budget: 256, countTokens: counter }, 'a.txt');
    expect(chunks.at(-1)!.textEnd).toBe(document.text.length);
    for (const { text } of chunks) expect(text.length).toBeLessThanOrEqual(256 * 8);
  }
});

test('no text that goes to the tokenizer is longer than a passage can be', async () => {
  let longest = 0;
  await chunksOf(`${'word '.repeat(10_000)}\n\n${LONG}`, {
    countTokens: (texts) => {
      longest = Math.max(longest, ...texts.map((t) => t.length));
      return countTokens(texts);
    },
  });
  expect(longest).toBeLessThanOrEqual(20 * 8);
});

test('a document without text has no chunks', async () => {
  expect((await chunksOf('')).chunks).toEqual([]);
});

test('a heading that asks is a question of the first passage that answers it, and its answer stands alone', async () => {
  const source = `# Help\n\n## How do I stop?\n\nPress it.\n\n## 怎样开始\n\n转动它。\n\n## Notes\n\n${LONG}\n\n${LONG}\n\n### Why so?\n\n${LONG}\n\n${LONG}`;
  const { chunks } = await chunksOf(source);
  expect(chunks.map(({ text, questions }) => [text.slice(0, 9), questions])).toEqual([
    ['Press it.', ['How do I stop?']],
    ['转动它。', ['怎样开始']],
    ['one two t', undefined],
    ['one two t', undefined],
    ['one two t', ['Why so?']],
    ['one two t', undefined],
  ]);
});

test('a title that asks is answered by the first passage', async () => {
  const { chunks } = await chunksOf(`# What is a ref?\n\n${LONG}\n\n${LONG}`);
  expect(chunks.map(({ questions }) => questions)).toEqual([['What is a ref?'], undefined]);
});
