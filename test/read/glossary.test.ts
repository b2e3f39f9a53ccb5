import { expect, test } from 'vitest';
import { isGlossary, readGlossary } from '../../src/read/glossary.ts';
import { readAs } from './files.ts';

test.each([
  ['glossary.csv', 'term,means\nWFH,remote work; telework\n"sick note","medical certificate"\n,\n'],
  ['Glossary.tsv', 'WFH\tremote work; telework\nsick note\tmedical certificate\n'],
  ['glossary.json', '{"WFH": ["remote work", "telework"], "sick note": "medical certificate", "none": []}'],
  [
    'team/glossary.en.json',
    '[{"term":"WFH","means":["remote work","telework"]},{"term":"sick note","means":"medical certificate"},null]',
  ],
  [
    'glossary.md',
    '# Words\n\n| Said | Meant |\n|---|:-:|\n| **WFH** | remote work; telework |\n\n- `sick note`: medical certificate\n- nothing here\n',
  ],
])('%s is read', (path, source) => {
  expect(isGlossary(path)).toBe(true);
  expect(readGlossary(path, source)).toEqual([
    { term: 'WFH', means: ['remote work', 'telework'] },
    { term: 'sick note', means: ['medical certificate'] },
  ]);
});

test('a Chinese glossary has Chinese names and marks', async () => {
  const document = await readAs('法律/术语表.csv', '口语,术语\n炒鱿鱼,解除劳动合同、辞退\n');
  expect(document.glossary).toEqual([{ term: '炒鱿鱼', means: ['解除劳动合同', '辞退'] }]);
  // It is a document besides.
  expect(document.text).toContain('解除劳动合同');
});

test('only files of that name are glossaries, and one without entries is refused in a sentence', async () => {
  for (const path of ['my-glossary.csv', 'glossary.pdf', 'glossary', 'terms.csv']) expect(isGlossary(path)).toBe(false);
  expect(await readAs('terms.csv', 'a,b\n')).not.toHaveProperty('glossary');
  await expect(readAs('glossary.json', '[1, 2]')).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/^glossary\.json: expected .+, got none; .+\.$/),
  });
});
