import { expect, test } from 'vitest';
import { sourceOffset } from '../../src/core/offsets.ts';
import { blocksOf, readAs } from './files.ts';

test('in Markdown a marked question that is answered is a heading, in one paragraph or in two', async () => {
  const source =
    '# Help\n\nQ: How do I stop?\nA: Press *it*.\n\n**问：** 几点开门？\n\n答：九点。\n\nQ: and nobody answers\n\nText.';
  const document = await readAs('a.md', source);
  expect(blocksOf(document)).toEqual([
    ['heading', 1, 'Help'],
    ['heading', 2, 'Q: How do I stop?'],
    ['paragraph', 0, 'A: Press it.'],
    ['heading', 2, '问： 几点开门？'],
    ['paragraph', 0, '答：九点。'],
    ['paragraph', 0, 'Q: and nobody answers'],
    ['paragraph', 0, 'Text.'],
  ]);
  // Offsets still lead back to the source.
  const at = document.text.indexOf('Press');
  expect(source.slice(sourceOffset(document.origin, at))).toMatch(/^Press/);
});

test('in plain text lines are enough', async () => {
  const text = 'Q1: Where is it?\nA1: Here.\nIt is big.\n\n问：贵吗\n答：不贵。\n\nQ: only asked';
  expect(blocksOf(await readAs('a.txt', text))).toEqual([
    ['heading', 2, 'Q1: Where is it?'],
    ['paragraph', 0, 'A1: Here.\nIt is big.'],
    ['heading', 2, '问：贵吗'],
    ['paragraph', 0, '答：不贵。'],
    ['paragraph', 0, 'Q: only asked'],
  ]);
});

test('a disclosure whose summary asks is a question and its answer, in HTML and in Markdown', async () => {
  const details =
    '<details><summary>Can I <b>pay</b> later?</summary>Yes.</details><details><summary>More</summary>x</details>';
  const expected = [
    ['heading', 3, 'Can I pay later?'],
    ['paragraph', 0, 'Yes.'],
    ['paragraph', 0, 'More'],
    ['paragraph', 0, 'x'],
  ];
  expect(blocksOf(await readAs('a.html', `<h2>Paying</h2>${details}`)).slice(1)).toEqual(expected);
  expect(blocksOf(await readAs('a.md', details)).map(([kind, , text]) => [kind, text])).toEqual(
    expected.map(([kind, , text]) => [kind, text]),
  );
});

const marked = (questions: [string, string][]) =>
  `<script type="application/ld+json">${JSON.stringify({
    '@context': 'https://schema.org',
    '@graph': [
      {
        '@type': 'FAQPage',
        mainEntity: questions.map(([name, text]) => ({
          '@type': 'Question',
          name,
          acceptedAnswer: { '@type': 'Answer', text },
        })),
      },
    ],
  })}</script>`;

test('an FAQ that a page has in its JSON-LD is read: shown questions, questions behind buttons, and hidden ones', async () => {
  const page = `<head>${marked([
    ['Is it free?', '<p>Yes, for <i>everyone</i>.</p>'],
    ['Who made it?', '<p>People in a small town by the sea made it.</p>'],
    ['Where?', 'By the sea<br>in the north.'],
  ])}</head><body><main><h1>FAQ</h1><div>Is it free?</div><p>Yes, for <i>everyone</i>.</p>
  <button>Who made it?</button><p>People in a small town by the sea made it.</p></main></body>`;
  const blocks = blocksOf(await readAs('a.html', page));
  expect(blocks).toContainEqual(['heading', 2, 'Is it free?']);
  const texts = blocks.map(([, , text]) => text);
  expect(texts[texts.indexOf('Who made it?') + 1]).toBe('People in a small town by the sea made it.');
  expect(texts[texts.indexOf('Where?') + 1]).toBe('By the sea in the north.');
  expect(texts.filter((text) => text.startsWith('Yes'))).toHaveLength(1);
});

test('JSON-LD that is broken, or about other things, changes nothing', async () => {
  const plain = blocksOf(await readAs('a.html', '<p>a</p>'));
  for (const data of ['{broken', '{"@type":"Person","name":"Ann"}', '[]', 'null', '{"@type":"Question","name":"?"}']) {
    const script = `<script type="application/ld+json">${data}</script>`;
    expect(blocksOf(await readAs('a.html', `${script}<p>a</p>`))).toEqual(plain);
  }
});

test('a table or list with questions and answers is an FAQ, whatever else names its records', async () => {
  const rows = 'name,question,answer\nx1,Is it open?,Yes.\n';
  expect(blocksOf(await readAs('a.csv', rows))).toEqual([
    ['heading', 2, 'Is it open?'],
    ['paragraph', 0, 'name: x1\nanswer: Yes.'],
  ]);
  expect(blocksOf(await readAs('a.jsonl', '{"提问":"几点开门？","答案":"九点。"}'))).toEqual([
    ['heading', 2, '几点开门？'],
    ['paragraph', 0, '九点。'],
  ]);
});
