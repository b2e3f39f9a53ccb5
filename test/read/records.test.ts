import { expect, test } from 'vitest';
import { blocksOf, readAs } from './files.ts';

test('a CSV file is read as records, a line a field', async () => {
  const document = await readAs('a.csv', 'city;people\r\n"Bern; capital";134000\r\nBasel;\r\n');
  expect(document.kind).toBe('csv');
  expect(blocksOf(document)).toEqual([
    ['paragraph', 0, 'city: Bern; capital\npeople: 134000'],
    ['paragraph', 0, 'city: Basel'],
  ]);
});

test('a field that names its record is the heading of it', async () => {
  expect(blocksOf(await readAs('a.tsv', '问题\t回答\n几点开门？\t九点。\n'))).toEqual([
    ['heading', 2, '几点开门？'],
    ['paragraph', 0, '九点。'],
  ]);
});

test('JSON Lines and lists of objects are records; nested fields go by their path', async () => {
  const expected = [
    ['heading', 2, 'A'],
    ['paragraph', 0, 'author.name: B\ntags: x, y'],
  ];
  const record = '{"title":"A","author":{"name":"B","age":null},"tags":["x","y"]}';
  expect(blocksOf(await readAs('a.jsonl', `${record}\n\n`))).toEqual(expected);
  expect(blocksOf(await readAs('a.json', `[${record}]`))).toEqual(expected);
});

test('any other JSON is read as it stands', async () => {
  const document = await readAs('package.json', '{\n  "name": "x"\n}');
  expect(document.text).toBe('{\n  "name": "x"\n}');
  expect(document.blocks[0]!.kind).toBe('code');
  expect((await readAs('a.jsonl', '{"a":1}\n{broken')).text).toBe('{"a":1}\n{broken');
});
