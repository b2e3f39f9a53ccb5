import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { QueryAdapter } from '../../src/core/adapt.ts';
import type { Encoder } from '../../src/core/encoder.ts';
import { EngineError } from '../../src/core/errors.ts';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { buildSite, embedShare, type VectorCache } from '../../src/site/build.ts';
import { openVectorCache, withCaches } from '../../src/site/cache.node.ts';
import { pagesIn, writeIndex } from '../../src/site/files.node.ts';
import { mergeIndexes } from '../../src/site/merge.ts';
import { openSite, type SiteAnswer, type SiteIndex } from '../../src/site/reader.ts';
import { type GetFile, httpFiles } from '../../src/site/shards.ts';
import { type SiteServer, serveSite } from './serve.ts';

const MODELS = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
let folder: string;
let site: SiteServer;
let encoder: Encoder;
let cache: VectorCache & { close(): void };
let firstBuild: Awaited<ReturnType<typeof build>>;

const build = async (adapters: readonly QueryAdapter[] = []) =>
  buildSite(await pagesIn(folder, join(folder, 'nearfield')), { encoder, models: MODELS, cache, adapters });
const open = (full = false) => openSite({ getFile: httpFiles(`${site.url}nearfield/`), ...(full && { encoder }) });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nearfield-reader-'));
  cpSync(join(import.meta.dirname, '../fixtures/site'), folder, { recursive: true });
  encoder = createNodeEncoder();
  cache = openVectorCache(join(folder, '.cache/vectors.bin'));
  firstBuild = await build();
  await writeIndex(join(folder, 'nearfield'), firstBuild);
  site = await serveSite(folder);
});
afterAll(async () => {
  await site?.close();
  cache?.close();
  await encoder?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  site.fault = undefined;
  site.forget();
});

test('words, the query table and the full model all find the passage, and say which they were', async () => {
  const index = open(true);
  for (const tier of ['keywords', 'instant', 'full'] as const) {
    const answer = await index.search('replace the battery', { tier });
    expect(answer.tier).toBe(tier);
    expect(answer.passages[0]!.page.url).toBe('guide/repair.html');
  }
});

test('a site that was taught ranks by what it learned in both tiers, and shows and refuses by the question as it was asked', async () => {
  const { key, dim } = await encoder.load(MODELS.en);
  const [members] = (await open().search('Who may become a member?')).passages;
  const { dense } = await encoder.embed(MODELS.en, 'passage', [members!.chunk.text]);
  // Whatever is asked, it was taught to mean the members' page.
  const taught = { model: key, dim, matrix: new Float32Array(dim * dim), bias: dense.map((value) => value * 3) };
  const built = await build([taught]);
  const untaught = open(true);
  const index = openSite({ getFile: async (name) => built.files.get(name)!, encoder });
  for (const tier of ['instant', 'full'] as const) {
    const ask = (one: SiteIndex) => one.search('replace the battery', { tier, limit: 40 });
    const [before, after] = [await ask(untaught), await ask(index)];
    const placeIn = ({ passages }: SiteAnswer) => passages.findIndex(({ page }) => page.url === 'guide/members.html');
    expect(placeIn(after)).toBeLessThan(placeIn(before));
    expect(after.confidence).toBeCloseTo(before.confidence, 2);
    const cosines = ({ passages }: SiteAnswer) =>
      Object.fromEntries(
        passages.map(({ chunk, reasons }) => [chunk.id, reasons.find(({ kind }) => kind === 'meaning')] as const),
      );
    const then = cosines(before);
    for (const [id, reason] of Object.entries(cosines(after))) if (then[id]) expect(reason).toEqual(then[id]);
  }
  const lane = JSON.parse(new TextDecoder().decode(built.files.get('manifest.json'))).lanes[0];
  expect(built.files.get(lane.adapters[0])!.length).toBeLessThan(20_000);
  // What the adapter is in cannot be had: the site is searched as it was before.
  const without = openSite({
    getFile: async (name) => {
      if (name.includes('adapter')) throw new EngineError('file-unreadable', 'The adapter is gone.');
      return built.files.get(name)!;
    },
  });
  const said = await without.search('replace the battery');
  expect(said.passages[0]!.page.url).toBe('guide/repair.html');
  expect(said.notes).toEqual(['The adapter is gone.']);

  const strange = { ...taught, model: 'other@1' as typeof key };
  await expect(build([strange])).rejects.toMatchObject({ code: 'model-mismatch' });
  await expect(build([taught, taught])).rejects.toMatchObject({ code: 'model-mismatch' });
});

test('a question whose answer is known finds it in every tier, and so does one that a page marks up as its own', async () => {
  const faq = {
    '@type': 'Question',
    name: 'Is there a discount for pensioners?',
    acceptedAnswer: { text: 'Yes, see above.' },
  };
  const marked = `<html lang="en"><title>Money</title><script type="application/ld+json">${JSON.stringify(faq)}</script><main><p>Coins are taken at the desk.</p></main></html>`;
  const pages = [
    ...(await pagesIn(folder, join(folder, 'nearfield'))),
    { url: 'money.html', file: { path: 'money.html', data: new Blob([marked]) } },
  ];
  const known = 'My dog ate the paperback, what now?';
  const questions = [
    { question: known, url: '/guide/lending.html#late' },
    { question: 'Where is the moon?', url: 'moon.html' },
  ];
  const built = await buildSite(pages, { encoder, models: MODELS, cache, questions });
  expect(built.skipped).toEqual([{ url: 'moon.html', message: expect.stringContaining('Where is the moon?') }]);
  const getFile = async (name: string) => built.files.get(name)!;
  const before = openSite({ getFile: async (name) => firstBuild.files.get(name)!, encoder });
  const index = openSite({ getFile, encoder });
  for (const tier of ['keywords', 'instant', 'full'] as const) {
    for (const query of [known, 'my dog ate the paperback: what now!']) {
      const { passages, refused } = await index.search(query, { tier });
      expect(passages[0]!.chunk.anchor).toBe('late');
      expect(refused).toBe(false);
    }
    const near = 'the dog has eaten a paperback';
    const placeIn = ({ passages }: SiteAnswer) => passages.findIndex(({ chunk }) => chunk.anchor === 'late') >>> 0;
    expect(placeIn(await index.search(near, { tier }))).toBeLessThanOrEqual(
      placeIn(await before.search(near, { tier })),
    );
    const { passages } = await index.search('is there a discount for pensioners', { tier });
    expect(passages[0]!.page.url).toBe('money.html');
  }
});

test('pages that have moved and pages that want no index are left out, unless told or unless all are such', async () => {
  const paged = (url: string, head: string) => ({
    url,
    file: {
      path: url,
      data: new Blob([`<html lang="en">${head}<title>T</title><main><p>Coins are taken at ${url}.</p></main>`]),
    },
  });
  const noindex = (url: string) => paged(url, '<meta name="robots" content="noindex">');
  const moved = paged('old.html', '<meta http-equiv="refresh" content="0; url=new.html">');
  const build = async (pages: Parameters<typeof buildSite>[0], options = {}) => {
    const built = await buildSite(pages, { encoder, models: MODELS, cache, samples: 20, ...options });
    return [built.pages, built.leftOut.map(({ url, why }) => `${url} ${why}`)];
  };
  const site = [paged('new.html', ''), moved, noindex('print.html')];
  expect(await build(site)).toEqual([1, ['old.html redirect', 'print.html noindex']]);
  expect(await build(site, { noindex: true })).toEqual([2, ['old.html redirect']]);
  expect(await build([moved, noindex('a.html'), noindex('b.html')])).toEqual([2, ['old.html redirect']]);
});

test('pages are left out by their path', async () => {
  const urls = async (...exclude: string[]) => (await pagesIn(folder, '', exclude)).map(({ url }) => url);
  const all = await urls();
  expect(all).toContain('guide/repair.html');
  expect(await urls('guide/*', 'zh.html')).toEqual(all.filter((url) => !/^(?:guide\/|zh)/.test(url)));
  expect(await urls('./guide/re*r.html')).toEqual(all.filter((url) => url !== 'guide/repair.html'));
  await expect(urls('guide/rep?ir.html')).rejects.toThrow(/Expected --exclude to fit a page, got “guide\/rep\?ir/);
});

test('a glossary puts the words of the pages beside those of the question, and costs nothing where there is none', async () => {
  const glossary = [{ term: 'velocipede', means: ['kiosk', 'lost card'] }];
  const pages = await pagesIn(folder, join(folder, 'nearfield'));
  const built = await buildSite(pages, { encoder, models: MODELS, cache, glossary });
  const get = async (name: string) => built.files.get(name)!;
  const query = 'velocipede';
  expect((await open().search(query, { tier: 'keywords' })).passages).toEqual([]);
  const found = await openSite({ getFile: get }).search(query, { tier: 'keywords' });
  expect(found.passages[0]!.page.url).toBe('guide/members.html');
  expect(found.refused).toBe(false);
  expect(site.asked.some((path) => path.includes('glossary'))).toBe(false);

  const broken = openSite({
    getFile: async (name) => (name.includes('glossary') ? Uint8Array.of(1, 2, 3) : get(name)),
  });
  const without = await broken.search('replace the battery');
  expect(without.passages[0]!.page.url).toBe('guide/repair.html');
  expect(without.notes).toEqual([expect.stringContaining('glossary')]);
});

test('for a host without ranges every text shard is a file of its own, and answers are the same', async () => {
  const words = 'harbour lantern meadow copper violin glacier pepper saddle thunder walnut'.split(' ');
  const pages = words.map((word, i) => {
    const text = Array.from({ length: 150 }, (_, n) => `The ${word} of day ${n} was seen by ${words[(i + n) % 10]}.`);
    const html = `<html lang="en"><title>${word}</title><main><h1>${word}</h1><p>${text.join(' ')}</p></main></html>`;
    return { url: `${word}.html`, file: { path: `${word}.html`, data: new Blob([html]) } };
  });
  const options = { encoder, models: MODELS, cache, samples: 100 };
  const asked: (readonly [string, boolean])[] = [];
  const answers = [];
  for (const ranges of [true, false]) {
    const { files } = await buildSite(pages, { ...options, ranges });
    const texts = [...files.keys()].filter((name) => name.includes('-text-'));
    const getFile = async (name: string, part?: { start: number; end: number }) => {
      asked.push([name, part !== undefined]);
      return files.get(name)!;
    };
    answers.push(await openSite({ getFile }).search('the glacier of day 7', { limit: 5 }));
    const fetched = asked.splice(0).filter(([name]) => name.includes('-text-'));
    const bytes = fetched.reduce((sum, [name]) => sum + files.get(name)!.length, 0);
    const all = texts.reduce((sum, name) => sum + files.get(name)!.length, 0);
    if (ranges) expect(fetched.some(([, part]) => part)).toBe(true);
    else {
      expect(fetched.every(([, part]) => !part)).toBe(true);
      expect(new Set(fetched.map(([name]) => name)).size).toBe(fetched.length);
      expect(bytes).toBeLessThan(all);
    }
  }
  const shown = ({ passages }: SiteAnswer) => passages.map(({ chunk, score }) => [chunk.id, chunk.text, score]);
  expect(shown(answers[1]!)).toEqual(shown(answers[0]!));
});

test('the full tier reads the best passages again, as many as there is time for, and puts the ones that answer first', async () => {
  const calls: string[] = [];
  const slow: Encoder = {
    ...encoder,
    async embed(model, role, texts, options) {
      calls.push(`${role} ${texts.length}`);
      return encoder.embed(model, role, texts, options);
    },
  };
  const getFile = httpFiles(`${site.url}nearfield/`);
  const index = openSite({ getFile, encoder: slow });
  const query = 'what happens if I bring a book back too late';
  const before = await index.search(query, { tier: 'full' });
  expect(before.reranked).toBe(false);
  const after = await index.search(query, { tier: 'full', reread: true });
  expect(after.reranked).toBe(true);
  expect(after.tier).toBe('full');
  expect(after.passages[0]!.chunk.anchor).toBe('late');
  const ids = ({ passages }: SiteAnswer) => passages.map(({ chunk }) => chunk.id).sort();
  expect(ids(after)).toEqual(ids(before));
  expect(after.confidence).toBe(before.confidence);
  const met = after.passages.map(({ reasons }) => reasons.find(({ kind }) => kind === 'reread'));
  expect(met.every((reason) => reason?.kind === 'reread' && reason.similarity > 0)).toBe(true);
  // Each was read once; asked again, only the question is.
  calls.length = 0;
  await index.search(query, { tier: 'full', reread: true });
  expect(calls.filter((call) => call.startsWith('passage'))).toEqual([]);

  const hurried = openSite({ getFile, encoder: slow, reread: { milliseconds: 0 } });
  expect((await hurried.search(query, { tier: 'full', reread: true })).reranked).toBe(false);
  // Neither the instant tier nor sorted results are read again.
  expect((await index.search(query, { reread: true })).reranked).toBe(false);
  const sort = { key: 'order', order: 'ascending' } as const;
  expect((await index.search(query, { tier: 'full', reread: true, sort })).reranked).toBe(false);
});

test('reading again ends when the next question comes, and where the model fails the answer stands', async () => {
  const getFile = httpFiles(`${site.url}nearfield/`);
  const stop = new AbortController();
  const stopping: Encoder = {
    ...encoder,
    async embed(model, role, texts, options) {
      if (role === 'passage') stop.abort(new Error('The next one.'));
      options?.signal?.throwIfAborted();
      return encoder.embed(model, role, texts, options);
    },
  };
  const asked = openSite({ getFile, encoder: stopping }).search('late books', {
    ...{ tier: 'full', reread: true, signal: stop.signal },
  });
  await expect(asked).rejects.toThrow('The next one.');
  const failing: Encoder = {
    ...encoder,
    async embed(model, role, texts, options) {
      if (role === 'passage') throw new EngineError('worker-lost', 'The encoder is gone.');
      return encoder.embed(model, role, texts, options);
    },
  };
  const answer = await openSite({ getFile, encoder: failing }).search('late books', { tier: 'full', reread: true });
  expect(answer).toMatchObject({ tier: 'full', reranked: false, notes: [] });
  expect(answer.passages[0]!.page.url).toBe('guide/lending.html');
});

test('a word that is still being typed stands for the words it begins', async () => {
  const { passages } = await open().search('memb', { typing: true });
  expect(passages[0]!.page.url).toBe('guide/members.html');
  expect((await open().search('memb', { tier: 'keywords' })).passages).toEqual([]);
});

test('a question in Chinese asks the Chinese lane only', async () => {
  const { passages } = await open().search('可以续借几次');
  expect(passages.every(({ page }) => page.url === 'zh.html')).toBe(true);
  expect(site.asked.filter((path) => path.includes('/en-'))).toEqual([]);
});

test('the same pages give the same files, byte for byte, and nothing is embedded twice', async () => {
  const again = await build();
  expect(again.embedded).toBe(0);
  expect([...again.files.keys()]).toEqual([...firstBuild.files.keys()]);
  for (const [name, bytes] of again.files) expect(bytes).toEqual(firstBuild.files.get(name));
});

test('what several machines embed is, merged, what one machine builds', async () => {
  const pages = await pagesIn(folder, join(folder, 'nearfield'));
  const parts = [1, 2].map((part) => openVectorCache(join(folder, `.cache/part-${part}.bin`)));
  const counts = await Promise.all(
    parts.map((cache, i) => embedShare(pages, { encoder, models: MODELS, cache }, { part: i + 1, of: 2 })),
  );
  expect(Math.min(...counts)).toBeGreaterThan(firstBuild.embedded / 4);
  expect(counts[0]! + counts[1]!).toBe(firstBuild.embedded);
  const own = openVectorCache(join(folder, '.cache/own.bin'));
  const merged = await buildSite(pages, { encoder, models: MODELS, cache: withCaches(own, parts) });
  expect(merged.embedded).toBe(0);
  expect([...merged.files.keys()]).toEqual([...firstBuild.files.keys()]);
  for (const cache of [own, ...parts]) cache.close();
});

test('results are narrowed to pages that have a value, with counts, and put in an order of the pages’ own', async () => {
  const index = open();
  const filters = { topic: ['Machines'] };
  const { passages, facets } = await index.search('card book screen', { filters, facets: true, refuse: 'off' });
  expect(new Set(passages.map(({ page }) => page.url))).toEqual(new Set(['guide/repair.html']));
  // Another value of the same filter can be chosen beside it, so it is counted as if this one were not.
  expect(facets!.topic!.Books).toBe(1);
  expect(facets!.audience!.staff).toBe(1);
  const sort = { key: 'order', order: 'descending' } as const;
  const values = (await index.search('card book screen', { sort })).passages.map(({ sortValue }) => sortValue);
  expect(values.filter(Boolean)).toEqual(values.filter(Boolean).toSorted().toReversed());
  expect(values.slice(0, 2)).toEqual(['3', '3']);
  expect((await index.search('card', { filters: { topic: ['nothing'] } })).passages).toEqual([]);
});

test('indexes asked as one give absolute addresses; one that is gone costs its own results only', async () => {
  const gone = openSite({ getFile: httpFiles(`${site.url}nowhere/`) });
  const index = mergeIndexes([
    { index: open(), base: 'https://a.example/docs/' },
    { index: gone, base: 'https://b.example/' },
  ]);
  const answer = await index.search('replace the battery');
  expect(answer.passages[0]!.page.url).toBe('https://a.example/docs/guide/repair.html');
  expect(answer.notes.join()).toContain('nowhere/manifest.json');
  await expect(mergeIndexes([{ index: gone, base: site.url }]).search('battery')).rejects.toThrow(EngineError);
});

test('a Traditional question finds Simplified pages, and a misspelt word the nearest one', async () => {
  expect((await open().search('續借')).passages[0]!.chunk.text).toContain('续借');
  expect((await open().search('batery', { tier: 'keywords' })).passages[0]!.chunk.text).toContain('battery');
});

test('a word that stands everywhere is found misspelt, and before it is finished', async () => {
  const rooms = Array.from(
    { length: 70 },
    (_, i) =>
      `<h2 id="r${i}">Room ${i}</h2><p>${`The thermostat of room ${i} is set on the day after the paint of room ${i} has dried. `.repeat(3)}</p>`,
  );
  const html = `<html lang="en"><title>Heating</title><main>${rooms.join('')}<h2 id="roof">Roof</h2><p>The chimney is swept in autumn, long before the first frost has come.</p></main>`;
  const pages = [{ url: 'a.html', file: { path: 'a.html', data: new Blob([html]) } }];
  const built = await buildSite(pages, { encoder, models: MODELS, cache, samples: 20 });
  const index = openSite({ getFile: async (name) => built.files.get(name)! });
  const first = async (query: string, typing = false) =>
    (await index.search(query, { tier: 'keywords', typing })).passages[0]?.chunk.text ?? '';
  expect(await first('thermostat 12')).toContain('room 12');
  expect(await first('termostat')).toContain('thermostat');
  expect(await first('thermo', true)).toContain('thermostat');
});

test('an edited page embeds only what is new, and open pages survive the deploy', async () => {
  const index = open();
  await index.search('battery');
  const [barelyOpen, ahead] = [open(), open()];
  await barelyOpen.search('');
  await ahead.search('');
  const page = join(folder, 'guide/repair.html');
  const before = readFileSync(page, 'utf8');
  writeFileSync(page, before.replace('Check the fuse first.', 'Knock twice on the walrus panel.'));
  const edited = await build();
  expect(edited.embedded).toBeGreaterThan(0);
  expect(edited.embedded).toBeLessThan(firstBuild.embedded / 2);
  await writeIndex(join(folder, 'nearfield'), edited);

  // The old shards are still there: what was open goes on with the version it knows.
  expect((await index.search('late returns')).notes).toEqual([]);
  expect((await ahead.search('walrus', { tier: 'keywords' })).passages).toEqual([]);
  // A second deploy takes them away: the next search that misses one finds the new version by itself.
  await writeIndex(join(folder, 'nearfield'), edited);
  const moved = await barelyOpen.search('walrus');
  expect(moved.passages[0]?.chunk.text).toContain('walrus');
  expect(moved.notes).toEqual([]);
  const names = new Set(edited.files.keys());
  const left = readdirSync(join(folder, 'nearfield')).filter((name) => name.endsWith('.nf'));
  expect(left.every((name) => names.has(name))).toBe(true);

  writeFileSync(page, before);
  await writeIndex(join(folder, 'nearfield'), firstBuild);
  await writeIndex(join(folder, 'nearfield'), firstBuild);
});

test('pages that are no HTML are built from Node, with values of their own; what weighs more comes first', async () => {
  const source = (url: string, path: string, text: string) => ({ url, file: { path, data: new Blob([text]) } });
  const html = (weight: string) =>
    `<!doctype html><html lang="en"><title>Ferries</title><main${weight}><p>The ferry to the island leaves at noon.</p></main></html>`;
  const built = await buildSite(
    [
      { ...source('md/', 'notes.md', '# Lighthouse\n\nThe lamp is lit at dusk.'), filters: { kind: ['note'] } },
      source('https://elsewhere.example/log', 'log.txt', 'Fog horns were heard all night off the northern cape.'),
      source('light.html', 'light.html', html(' data-nearfield-weight="0.2"')),
      source('plain.html', 'plain.html', html('')),
      source('heavy.html', 'heavy.html', html(' data-nearfield-weight="6"')),
    ],
    { encoder, models: MODELS, cache },
  );
  const index = openSite({ getFile: async (name) => built.files.get(name)! });
  const urls = async (query: string) =>
    (await index.search(query, { tier: 'keywords', refuse: 'off' })).passages.map(({ page }) => page.url);
  expect(await urls('ferry island')).toEqual(['heavy.html', 'plain.html', 'light.html']);
  expect(await urls('lamp dusk')).toEqual(['md/']);
  expect(await urls('fog horns')).toEqual(['https://elsewhere.example/log']);
  const noted = await index.search('when is the lamp lit', { filters: { kind: ['note'] }, refuse: 'off' });
  expect(noted.passages.map(({ page }) => page.url)).toEqual(['md/']);
});

test('what only the full model needs costs only its own when it is gone', async () => {
  site.fault = (path, bytes) => (path.includes('-tail') ? undefined : bytes);
  const partly = await open(true).search('replace the battery', { tier: 'full' });
  expect(partly.tier).toBe('keywords');
  expect(partly.notes.join()).toContain('en-tail');
  expect(partly.passages[0]!.page.url).toBe('guide/repair.html');
  site.fault = (path, bytes) => (path.includes('-basis') ? bytes.subarray(0, 40) : bytes);
  const index = open(true);
  await expect(index.search('replace the battery', { tier: 'full' })).rejects.toThrow(/basis 0 is damaged/);
  expect((await index.search('replace the battery')).tier).toBe('instant');
});

test('no manifest, or one that is no manifest, is an error in words', async () => {
  site.fault = () => undefined;
  await expect(open().search('battery')).rejects.toThrow(/manifest\.json answered 404/);
  site.fault = () => new TextEncoder().encode('<!doctype html>');
  await expect(open().search('battery')).rejects.toThrow(EngineError);
});

test('a byte changed anywhere in any file is said, naming the file, or changes no answer', async () => {
  const glossary = [{ term: 'fee', means: ['fine'] }];
  const { files } = await buildSite(await pagesIn(folder, join(folder, 'nearfield')), {
    ...{ encoder, models: MODELS, cache, glossary },
  });
  const names = [...files.keys()];
  expect(new Set(names.map((name) => name.replace(/^..-|[-.].*/g, '')))).toEqual(
    new Set(['manifest', 'map', 'terms', 'cell', 'text', 'facets', 'glossary', 'basis', 'tail']),
  );
  const answerOf = async (held: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, query: string) => {
    const getFile: GetFile = async (name, { start, end } = { start: 0, end: Number.POSITIVE_INFINITY }) =>
      held.get(name)!.slice(start, end);
    const answer = await openSite({ getFile, encoder }).search(query, { tier: 'full', facets: true });
    return { ...answer, timings: undefined };
  };
  const queries = ['is there a fee for bringing a book back too late', '借书证丢了怎么办'];
  const sound = await Promise.all(queries.map((query) => answerOf(files, query)));
  let said = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.nat(2 ** 30),
      fc.integer({ min: 1, max: 255 }),
      async (name, where, flip) => {
        const changed = files.get(name)!.slice();
        changed[where % changed.length]! ^= flip;
        for (const [i, query] of queries.entries()) {
          const held = new Map(files).set(name, changed);
          const answer = await answerOf(held, query).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'block-corrupt' });
            return { notes: [(error as Error).message] };
          });
          if (answer.notes.length === 0) expect(answer).toEqual(sound[i]);
          else {
            const kind = name.replace(/^..-|[-.].*/g, '');
            expect(answer.notes.join()).toMatch(
              new RegExp(`^[^.]*\\b${kind}\\b.*damaged: [^.]*; [^.]*build the site again\\.$`),
            );
            said++;
          }
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(said).toBeGreaterThan(0);
});

test('what could not be fetched is tried again by the next search', async () => {
  const index = open();
  site.fault = (path, bytes) => (path.includes('-terms') ? undefined : bytes);
  await expect(index.search('battery')).rejects.toThrow(/terms.*answered 404/);
  site.fault = undefined;
  expect((await index.search('battery')).notes).toEqual([]);
});

test('an aborted search throws the signal’s reason', async () => {
  const reason = new Error('enough');
  await expect(open().search('battery', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('a cut-off cache gives what was whole', () => {
  const path = join(folder, '.cache/cut.bin');
  const whole = openVectorCache(path);
  whole.set('a', Float32Array.of(1, 2));
  whole.set('b', Float32Array.of(3, 4));
  whole.close();
  writeFileSync(path, readFileSync(path).subarray(0, -3));
  const cut = openVectorCache(path);
  expect(cut.get('a')).toEqual(Float32Array.of(1, 2));
  expect(cut.get('b')).toBeUndefined();
  cut.set('c', Float32Array.of(5));
  cut.close();
  expect(openVectorCache(path).get('c')).toEqual(Float32Array.of(5));
});
