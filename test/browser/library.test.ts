import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from '../../src/core/answer.ts';
import type { PassageMap } from '../../src/core/map.ts';
import { launch } from './chromium.ts';
import { buildRest, type LibraryProject, libraryProject } from './library-project.ts';

let project: LibraryProject;
beforeAll(async () => {
  project = await libraryProject();
  await buildRest();
});
afterAll(() => project?.remove());

test('a page of another project opens an engine, adds a file and asks, through its own bundler', async () => {
  const server = await project.serve();
  const browser = await launch();
  try {
    const page = await browser.context.newPage();
    await page.goto(server.url);
    const answer = await page.evaluate(() => (globalThis as unknown as { done: Promise<Answer> }).done);
    expect(answer).toMatchObject({ tier: 'full', refused: false });
    expect(answer.passages[0]!.chunk.document).toBe('tides.md');
    // The map is laid out in a worker of its own.
    const map = page.evaluate(() => (globalThis as unknown as { mapped: Promise<PassageMap> }).mapped);
    expect((await map).documents).toEqual([{ id: 'tides.md', first: 0, passages: 1 }]);
    const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    expect(databases).toContain('notes');
  } finally {
    await browser.dispose();
    await server.close();
  }
});

function compile(folder: string, files: readonly string[]): void {
  const options = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022'];
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, ...options, '--lib', 'es2023,dom', ...files], { cwd: folder, stdio: 'pipe' });
}

test('its types are all there, and a wrong call does not compile', () => compile(project.folder, ['main.ts']));

/** What the samples of the docs leave to their readers. */
const GIVEN = `
declare const files: readonly File[], signal: AbortSignal, text: string, markdown: string;
declare const onProgress: (progress: { readonly files: number; readonly filesTotal: number }) => void;
declare function show(share: number): void;
`;

test('the samples of README and docs compile as they are printed, and those for Node run', async () => {
  const pages = ['README.md', 'README.zh.md', 'docs/library.md', 'docs/recipes.md'];
  const samples = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)]
      .map(([, code]) => code!)
      .filter((code) => code.includes("from 'nearfield")),
  );
  expect(samples.length).toBeGreaterThanOrEqual(5);
  const names = samples.map((_, i) => `sample-${i}.ts`);
  for (const [i, code] of samples.entries()) await writeFile(join(project.folder, names[i]!), `${code}${GIVEN}`);
  compile(project.folder, names);

  const forNode = samples.filter((code) => /from 'nearfield\/(?:node|site)'/.test(code) && !code.includes('files.map'));
  expect(forNode.length).toBe(2);
  for (const code of forNode) {
    await writeFile(join(project.folder, 'sample.mjs'), `const markdown = '# Tides', text = '# Tides';\n${code}`);
    execFileSync(process.execPath, ['sample.mjs'], { cwd: project.folder, stdio: 'pipe' });
  }
  expect(readdirSync(join(project.folder, 'dist/nearfield'))).toContain('manifest.json');
});

test('a script in Node does the same on the models of the package', () => {
  expect(execFileSync(process.execPath, ['search.mjs'], { cwd: project.folder, encoding: 'utf8' }).trim()).toBe(
    'tides.md 1',
  );
});
