import { expect, test } from 'vitest';
import { sourceOffset } from '../../src/core/offsets.ts';
import { blocksOf, readAs } from './files.ts';

const html = async (source: string) => blocksOf(await readAs('a.html', source));

test('the main content is read, not what stands around it', async () => {
  const around = (main: string) => `<header>logo</header><nav>nav</nav>${main}<footer>foot</footer>`;
  expect(await html(around('<main><p>a<aside>x</aside></main>'))).toEqual([['paragraph', 0, 'a']]);
  expect(await html(around('<div role="main">a</div><p>b'))).toEqual([['paragraph', 0, 'a']]);
  expect(await html(around('<article>a</article><article>b</article>'))).toEqual([
    ['paragraph', 0, 'a'],
    ['paragraph', 0, 'b'],
  ]);
  expect(await html(around('<p>a'))).toEqual([['paragraph', 0, 'a']]);
});

test('a page whose main element is empty is read whole', async () => {
  expect(await html('<main></main><p>a')).toEqual([['paragraph', 0, 'a']]);
});

test('what a browser does not show is not read', async () => {
  const hidden = '<p hidden>a<script>b</script><style>c</style><template>d</template><p style="display: none">e';
  expect(await html(`${hidden}<p aria-hidden="true">f<noscript>g</noscript><dialog>h</dialog><!-- i --><p>j`)).toEqual([
    ['paragraph', 0, 'j'],
  ]);
});

test('title: the first heading, else the title element, else the file name', async () => {
  expect((await readAs('a.html', '<title>T | Site</title><h1>H</h1>')).title).toBe('H');
  expect((await readAs('a.html', '<title>T | Site</title><p>x')).title).toBe('T | Site');
  expect((await readAs('d/a.html', '<p>x')).title).toBe('a');
});

test('signs that lead within the page and labels of code are not text', async () => {
  const entry =
    '<dl><dt id="get">get(url)<a class="headerlink" href="#get">¶</a></dt><dd>Gets it.<a href="#r1">1</a></dd></dl>';
  expect(await html(entry)).toEqual([
    ['paragraph', 0, 'get(url)'],
    ['paragraph', 0, 'Gets it.1'],
  ]);
  const block = '<div class="language-js"><button>Copy</button><span class="lang">js</span><pre>run()</pre></div>';
  expect(await html(`${block}<p>the <span class="lang">js</span> flag</p>`)).toEqual([
    ['code', 0, 'run()'],
    ['paragraph', 0, 'the js flag'],
  ]);
});

test('headings and blocks carry the id a browser would scroll to', async () => {
  const { blocks } = await readAs(
    'a.html',
    '<main id="m"><h1 id="a">A <a href="#a">#</a></h1><section id="b"><h2>B</h2></section><h3><a name="c"></a>C</h3><p id="d">D<p>E',
  );
  expect(blocks.map((block) => block.anchor)).toEqual(['a', 'b', 'c', 'd', undefined]);
});

test('a mark that links to its own heading is not part of it', async () => {
  expect(await html('<h1>A <a href="#a">¶</a></h1>')).toEqual([['heading', 1, 'A']]);
});

test('white space collapses but in pre, and a br is a line', async () => {
  expect(await html('<p> a\n  b <b> c</b> d<br> e<pre>\n  f\n    g &lt; h\n</pre>')).toEqual([
    ['paragraph', 0, 'a b c d\ne'],
    ['code', 0, '  f\n    g < h'],
  ]);
});

test('character references are decoded, and the origin map knows what they stood for', async () => {
  const source = '<p>a &lt;&nbsp;&#x4e2d; &ampz &notit; b';
  const { text, origin } = await readAs('a.html', source);
  expect(text).toBe('a <\u00a0中 &z ¬it; b');
  for (const char of ['a', '中', 'b']) {
    expect(source.slice(sourceOffset(origin, text.indexOf(char)))).toMatch(
      char === '中' ? /^&#x4e2d;/ : new RegExp(`^${char}`),
    );
  }
});

test('lists nest, tables become lines and tabs, a table used for layout does not', async () => {
  expect(await html('<ul><li>a<ol><li>b</ol>c<li><p>d<p>e</ul>')).toEqual([
    ['list-item', 1, 'a'],
    ['list-item', 2, 'b'],
    ['paragraph', 0, 'c'],
    ['list-item', 1, 'd'],
    ['paragraph', 0, 'e'],
  ]);
  expect(await html('<table><caption>t</caption><tr><th>a<th>b<tr><td>1<br>x<td><p>2</table>')).toEqual([
    ['paragraph', 0, 't'],
    ['table', 0, 'a\tb\n1 x\t2'],
  ]);
  expect(await html('<table><tr><td><h1>a</h1>b<td>c</table>')).toEqual([
    ['heading', 1, 'a'],
    ['paragraph', 0, 'b'],
    ['paragraph', 0, 'c'],
  ]);
});

test('text out of place in a table stands where its source stands', async () => {
  expect(await html('<table><tr><td>a</td></tr>b</table>')).toEqual([
    ['table', 0, 'a'],
    ['paragraph', 0, 'b'],
  ]);
});

test.each([
  ['nested beyond what browsers nest', '<div>'.repeat(20_000)],
  ['with more attributes than anyone writes', `<p ${Array.from({ length: 30_000 }, (_, i) => `a${i}`).join(' ')}>`],
  ['whose repair would multiply it', Array.from({ length: 5_000 }, (_, i) => `<p><b i=${i}>`).join('')],
])('a page %s is refused in a sentence', async (_, source) => {
  await expect(readAs('d/a.html', source)).rejects.toMatchObject({
    code: 'format-unsupported',
    message: expect.stringMatching(/^d\/a\.html: expected .+, got .+; .+/),
  });
});

test('the language is the text’s; the page’s own word decides only a close call', async () => {
  expect((await readAs('a.html', '<html lang="en"><p>个体工商户可以起字号。')).language).toBe('zh');
  const close = '<p>中文 Some words of English beside them, so that it is a close call.';
  expect((await readAs('a.html', `<html lang="zh-CN">${close}`)).language).toBe('zh');
  expect((await readAs('a.html', `<html lang="en">${close}`)).language).toBe('en');
});
