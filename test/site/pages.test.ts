import { expect, test } from 'vitest';
import { passagesOf, readPage, urlOf } from '../../src/site/pages.ts';
import { samplesOf } from '../../src/site/samples.ts';

const read = (html: string) => readPage({ url: 'a.html', file: { path: 'a.html', data: new Blob([html]) } });
const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>T</title></head><body>${body}</body></html>`;

test.each(['nearfield', 'pagefind'])('data-%s-body says what is searched, and -ignore what is not', async (name) => {
  const { document, hasBody } = await read(
    page(`<p>outside</p><div data-${name}-body><h1>Head</h1><p>inside</p><p data-${name}-ignore>secret</p></div>`),
  );
  expect(hasBody).toBe(true);
  expect(document.text).toContain('inside');
  expect(document.text).not.toMatch(/outside|secret/);
  expect(document.title).toBe('Head');
});

test('meta and filters come from text, a value or an attribute', async () => {
  const { page: read1 } = await read(
    page(`<h1>H</h1><main><p data-nearfield-meta="author">Ada <b>L.</b></p>
      <img data-nearfield-meta="image[src], kind:photo" src="/x.png">
      <span data-nearfield-filter="topic">search</span><span data-pagefind-filter="topic">kiosks</span>text</main>`),
  );
  expect(read1.meta).toEqual({ author: 'Ada L.', image: '/x.png', kind: 'photo' });
  expect(read1.filters).toEqual({ topic: ['search', 'kiosks'] });
});

test('a title given as meta is the page’s title', async () => {
  const { page: found } = await read(page('<main><h1>Heading</h1><p data-nearfield-meta="title:Better">x</p></main>'));
  expect(found.title).toBe('Better');
});

test('a marked part weighs what it says, an inner mark before the one round it, inside a named body too', async () => {
  const count = async (texts: readonly string[]) => Uint32Array.from(texts, (text) => text.split(' ').length * 20);
  const filler = (word: string) => Array.from({ length: 20 }, () => word).join(' ');
  const found = await read(
    page(
      `<p>left out</p><main data-nearfield-body><h2>One</h2><p>${filler('plain')}</p><section data-pagefind-weight="3"><h2>Two</h2><p>${filler('heavy')}</p><div data-nearfield-weight="0.5"><h2>Three</h2><p>${filler('light')}</p></div></section><h2>Four</h2><p data-nearfield-weight="99">${filler('most')}</p><h2>Five</h2><p data-nearfield-weight="nonsense">${filler('odd')}</p></main>`,
    ),
  );
  const weights = (await passagesOf(found, count)).map(({ text, weight = 1 }) => [text.split(' ')[0], weight]);
  expect(weights).toEqual([
    ['plain', 1],
    ['heavy', 3],
    ['light', 0.5],
    ['most', 10],
    ['odd', 1],
  ]);
});

test.each([
  ['<meta http-equiv="refresh" content="0; URL=there.html">', 'redirect'],
  ['<META HTTP-EQUIV=Refresh CONTENT="0;/there">', 'redirect'],
  ['<meta http-equiv="refresh" content="300">', undefined],
  ['<meta http-equiv="refresh" content="60; url=news.html">', undefined],
  ['<meta name="robots" content="NOINDEX, follow">', 'noindex'],
  ['<meta content="none" name="robots">', 'noindex'],
  ['<meta name="robots" content="max-image-preview:none, index">', undefined],
  ['<!-- <meta name="robots" content="noindex"> -->', undefined],
  ['<meta name="description" content="what robots and noindex are">', undefined],
])('%s makes of a page: %s', async (meta, why) => {
  const { leftOut } = await read(`<!doctype html><html><head>${meta}<title>T</title></head><body>text</body></html>`);
  expect(leftOut).toBe(why);
});

test('a page in an encoding of its own is read as browsers read it', async () => {
  const html = page('<main><p data-nearfield-meta="author">\xc2\xb3\xd1\xb8</p><p>\xca\xe9\xb5\xea\xc8\xcb</p></main>');
  const bytes = Uint8Array.from(html.replace('<head>', '<head><meta charset="gb2312">'), (c) => c.charCodeAt(0));
  const found = await readPage({ url: 'a.html', file: { path: 'a.html', data: new Blob([bytes]) } });
  expect(found.page.meta.author).toBe('鲁迅');
  expect(found.document.text).toContain('书店人');
});

test('a folder’s index page is the folder, and names are escaped', () => {
  expect(urlOf('index.html')).toBe('');
  expect(urlOf('guide/index.html')).toBe('guide/');
  expect(urlOf('guide/a b#c.html')).toBe('guide/a%20b%23c.html');
  expect(urlOf('myindex.html')).toBe('myindex.html');
});

test('samples are the same however the pages are ordered, and an edit changes only its own', () => {
  const passage = (title: string, text: string) => ({
    page: { url: `${title}.html`, title, meta: {}, language: 'en' as const, filters: {}, sort: {} },
    headings: [],
    anchor: '',
    text,
  });
  const texts = Array.from({ length: 40 }, (_, i) =>
    passage(`Page ${i}`, `Kiosk number ${i} stands beside the river bank.`),
  );
  const one = samplesOf(texts, 'en', 60);
  expect(one).toHaveLength(60);
  expect(new Set(samplesOf([...texts].reverse(), 'en', 60))).toEqual(new Set(one));
  const edited = [passage('Page 0', 'Nothing but lanterns here now, as far as one can see.'), ...texts.slice(1)];
  const changed = samplesOf(edited, 'en', 60).filter((text) => !one.includes(text));
  expect(changed.length).toBeLessThanOrEqual(4);
});
