import { expect, test } from 'vitest';
import { sourceOffset } from '../../src/core/offsets.ts';
import { blocksOf, readAs } from './files.ts';

const markdown = async (source: string) => blocksOf(await readAs('a.md', source));

test('marks are gone, words stay', async () => {
  expect(await markdown('a **b *c*** `d` ~~e~~ [f](http://g "h") <i>j</i> ![k](l)')).toEqual([
    ['paragraph', 0, 'a b c d e f j'],
  ]);
});

test('escapes and character references are decoded, and the origin map knows what they stood for', async () => {
  const document = await readAs('a.md', 'x \\* &amp; y');
  expect(document.text).toBe('x * & y');
  expect(Array.from(document.text, (_, i) => sourceOffset(document.origin, i))).toEqual([0, 1, 3, 4, 5, 10, 11]);
  expect(sourceOffset(document.origin, document.text.length)).toBe(12);
});

test('a heading gives its level, its {#id} and not the braces', async () => {
  const document = await readAs('a.md', '# Title\n\n## Who maintains Vue? {#who-maintains-vue}\n\nSet\n---\n');
  expect(blocksOf(document)).toEqual([
    ['heading', 1, 'Title'],
    ['heading', 2, 'Who maintains Vue?'],
    ['heading', 2, 'Set'],
  ]);
  expect(document.blocks.map((block) => block.anchor)).toEqual([undefined, 'who-maintains-vue', undefined]);
  expect(document.title).toBe('Title');
});

test('front matter gives the title and is not read', async () => {
  const document = await readAs('a.md', '---\ntitle: "A: b"\noutline: deep\n---\n# H\n');
  expect(document.title).toBe('A: b');
  expect(document.text).toBe('H');
  expect((await readAs('a.md', '---\nno end')).text).toContain('no end');
});

test('a container leaves its title and its content', async () => {
  expect(await markdown('::: tip 注意\nfoo\n:::\n\n- a\n  ::: warning\n  b\n  :::\n')).toEqual([
    ['paragraph', 0, '注意'],
    ['paragraph', 0, 'foo'],
    ['list-item', 1, 'a'],
    ['paragraph', 0, 'b'],
  ]);
  expect(await markdown('```\n::: tip x\n```')).toEqual([['code', 0, '::: tip x']]);
});

test('what MkDocs indents below a title is text, and keeps its place', async () => {
  const source =
    '!!! note "Mind the gap"\n    Of the note.\n\n    ```py\n    if a:\n        b\n    ```\n\n    - one\n\nAfter.\n\n=== "Tab"\n\n\tBy a tab.\n';
  expect(await markdown(source)).toEqual([
    ['paragraph', 0, 'Mind the gap'],
    ['quote', 0, 'Of the note.'],
    ['code', 0, 'if a:\n    b'],
    ['list-item', 1, 'one'],
    ['paragraph', 0, 'After.'],
    ['paragraph', 0, 'Tab'],
    ['quote', 0, 'By a tab.'],
  ]);
  expect(await markdown('/// tip | Good to know\n\nfoo\n\n///\n\n/// is said of something')).toEqual([
    ['paragraph', 0, 'Good to know'],
    ['paragraph', 0, 'foo'],
    ['paragraph', 0, '/// is said of something'],
  ]);
  const document = await readAs('a.md', source);
  const at = document.text.indexOf('Of the note');
  expect(source.slice(sourceOffset(document.origin, at))).toMatch(/^Of the note/);
});

test('attributes, includes, imports and comments of MDX are not read; in code they are', async () => {
  expect(await markdown('[a](b.md){.internal-link target=_blank} and [c](d){ #x .y }, `{.e}`, f(g){h}')).toEqual([
    ['paragraph', 0, 'a and c, {.e}, f(g){h}'],
  ]);
  expect(await markdown("import Tabs from '@theme/Tabs';\n\n{: .note }\n\nfoo {/* bar */} baz\n")).toEqual([
    ['paragraph', 0, 'foo baz'],
  ]);
  expect(await markdown('```py\n{!> ../a.py !}\n```\n\n--8<-- "b.md"\n\n```js\nimport a from "b";\n```')).toEqual([
    ['code', 0, 'import a from "b";'],
  ]);
  // Each of these could be divided into attributes in more ways than there is time for.
  const hostile = `[a](b){c=d${'.e'.repeat(90)}"}`;
  expect((await readAs('a.md', `${hostile}\n\n`.repeat(100))).text).toContain('.e"}');
  const heading = await readAs('a.mdx', '## Your First Component {/*your-first*/}\n');
  expect(heading.blocks).toMatchObject([{ kind: 'heading', anchor: 'your-first' }]);
  expect(heading.text).toBe('Your First Component');
});

test('list items have a depth; what follows in the same item is a paragraph', async () => {
  expect(await markdown('- a\n  b\n\n  c\n  1. d\n- [x] e')).toEqual([
    ['list-item', 1, 'a b'],
    ['paragraph', 0, 'c'],
    ['list-item', 2, 'd'],
    ['list-item', 1, 'e'],
  ]);
});

test('code keeps its lines and indentation, inside quotes and lists too', async () => {
  expect(await markdown('```js\n  if (a) {\n\n    b;\n```\n\n> ```\n> x\n>   y\n> ```\n\n    z\n      w')).toEqual([
    ['code', 0, '  if (a) {\n\n    b;'],
    ['code', 0, 'x\n  y'],
    ['code', 0, 'z\n  w'],
  ]);
});

test('a table is one block: rows are lines, cells are set apart by tabs', async () => {
  expect(await markdown('| a | b |\n|---|---|\n| `c` | d \\| e |')).toEqual([['table', 0, 'a\tb\nc\td | e']]);
});

test('lines wrapped in the source are joined: by a space, or between Chinese characters by nothing', async () => {
  expect(await markdown('one\ntwo  \nthree\n\n一二\n三四\n\n> q\n> r')).toEqual([
    ['paragraph', 0, 'one two\nthree'],
    ['paragraph', 0, '一二三四'],
    ['quote', 0, 'q r'],
  ]);
});

test('brackets stay where they refer to nothing', async () => {
  expect(await markdown('a[0] [b] [c][d] e[^1]\n\n[B]: http://x\n\n[^1]: Note')).toEqual([
    ['paragraph', 0, 'a[0] b [c][d] e'],
    ['paragraph', 0, 'Note'],
  ]);
});

test('HTML inside Markdown is read as HTML', async () => {
  const document = await readAs(
    'a.md',
    '<script setup>\nimport x\n\ny()\n</script>\n\n<div id="d">\n<b>hi</b> &amp; ho\n</div>\n\n<!-- no -->\nend<br>x',
  );
  expect(blocksOf(document)).toEqual([
    ['paragraph', 0, 'hi & ho'],
    ['paragraph', 0, 'end\nx'],
  ]);
  expect(document.blocks[0]!.anchor).toBe('d');
});
