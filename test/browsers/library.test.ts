/** The library as another project's bundler takes it in, on a page that is not isolated, in every browser. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineError, openEngine } from '../../src/index.ts';
import { type LibraryProject, libraryProject } from '../browser/library-project.ts';
import { inEachBrowser } from './each.ts';
import { type Tab, until } from './tab.ts';

interface Library {
  readonly openEngine: typeof openEngine;
  readonly EngineError: typeof EngineError;
}
const TEXTS: Readonly<Record<string, string>> = {
  'tides.md': '# Tides\n\nThe moon pulls the oceans, so the sea rises twice a day.',
  'bread.md': '# Bread\n\nA sourdough starter is fed with flour and water until wild yeast makes it bubble.',
  '合同.md': '# 劳动合同\n\n用人单位单方面解除劳动合同，应当提前三十日书面通知劳动者本人。',
};
const QUESTIONS = ['what lifts the water at the coast?', '要提前几天告诉员工才能辞退他？'];

let project: LibraryProject;
let server: Awaited<ReturnType<LibraryProject['serve']>>;
beforeAll(async () => {
  project = await libraryProject();
  server = await project.serve();
});
afterAll(async () => {
  await server?.close();
  await project?.remove();
});

type Found = [document: string, score: number][];
let reference: Found[];

inEachBrowser((browser, name) => {
  let tab: Tab;
  const answers = (collection: string): Promise<Found[]> =>
    tab.run(
      async (collection, questions) => {
        const { nearfield } = globalThis as unknown as { nearfield: Library };
        const engine = nearfield.openEngine({ collection, models: '/models' });
        const found: Found[] = [];
        for (const question of questions) {
          const { tier, refused, passages } = await engine.search(question, { tier: 'full' });
          if (tier !== 'full' || refused) throw new Error(`${question}: ${tier}, ${refused ? 'refused' : 'answered'}`);
          found.push(passages.map(({ chunk, score }) => [chunk.document, score]));
        }
        await engine.close();
        return found;
      },
      collection,
      QUESTIONS,
    );

  test('opens, adds with progress, and answers in both languages with Chromium’s scores', async () => {
    tab = await browser().open();
    await tab.goto(server.url);
    await until(tab, 'the library', () => 'nearfield' in globalThis);
    const { added, steps, threads } = await tab.run(async (texts) => {
      const { nearfield } = globalThis as unknown as { nearfield: Library };
      const engine = nearfield.openEngine({ collection: 'first', models: '/models' });
      const files = Object.entries(texts).map(([path, text]) => ({ path, data: new File([text], path) }));
      let steps = 0;
      const { added } = await engine.add(files, { onProgress: () => void steps++ });
      const { encoder } = await engine.status();
      await engine.close();
      return { added, steps, threads: encoder.threads };
    }, TEXTS);
    expect({ added, some: steps > 0 }).toEqual({ added: 3, some: true });
    process.stdout.write(`${name}: ${threads} encode on a page that is not isolated\n`);
    const found = await answers('first');
    expect(found.map(([best]) => best![0])).toEqual(['tides.md', '合同.md']);
    if (name === 'Chromium') reference = found;
    for (const [i, one] of found.entries()) {
      expect(one.map(([document]) => document)).toEqual(reference[i]!.map(([document]) => document));
      for (const [at, [, score]] of one.entries()) {
        expect(Math.abs(score - reference[i]![at]![1])).toBeLessThan(1e-6);
      }
    }
  });

  test('errors come with their class and code, and an abort with its reason', async () => {
    const said = await tab.run(async () => {
      const { nearfield } = globalThis as unknown as { nearfield: Library };
      const engine = nearfield.openEngine({ collection: 'first', models: '/models' });
      const wrong = await engine.search(7 as never).catch((error: unknown) => error);
      const stop = new AbortController();
      const long = Array.from(
        { length: 40 },
        (_, i) => `# Part ${i}\n\n${'The tide comes in and goes out. '.repeat(30)}`,
      );
      const adding = engine
        .add([{ path: 'long.md', data: new File(long, 'long.md') }], {
          signal: stop.signal,
          onProgress: () => stop.abort('enough'),
        })
        .catch((reason: unknown) => reason);
      const reason = await adding;
      await engine.close();
      return {
        isEngineError: wrong instanceof nearfield.EngineError,
        code: (wrong as { code?: string }).code,
        reason: String(reason),
      };
    });
    expect(said).toEqual({ isEngineError: true, code: 'bad-input', reason: 'enough' });
  });

  test('a collection goes as a file into another one, which answers alike', async () => {
    const copied = await tab.run(async () => {
      const { nearfield } = globalThis as unknown as { nearfield: Library };
      const from = nearfield.openEngine({ collection: 'first', models: '/models' });
      await from.remove((await from.documents()).filter(({ id }) => id === 'long.md').map(({ id }) => id));
      const file = await from.exportCollection();
      await from.close();
      const to = nearfield.openEngine({ collection: 'second', models: '/models' });
      await to.importCollection(file);
      const { length } = await to.documents();
      await to.close();
      return length;
    });
    expect(copied).toBe(3);
    expect(await answers('second')).toEqual(await answers('first'));
  });

  test('the map is laid out in a worker of its own, and the page’s own run was done', async () => {
    const { documents, first } = await tab.run(async () => {
      const { done, mapped } = globalThis as unknown as {
        done: Promise<{ passages: { chunk: { document: string } }[] }>;
        mapped: Promise<{ documents: { id: string }[] }>;
      };
      return {
        documents: (await mapped).documents.map(({ id }) => id),
        first: (await done).passages[0]!.chunk.document,
      };
    });
    expect({ documents, first }).toEqual({ documents: ['tides.md'], first: 'tides.md' });
    expect(await tab.complaints()).toEqual([]);
  });
});
