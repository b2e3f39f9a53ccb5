import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
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

test('its types are all there, and a wrong call does not compile', () => {
  const options = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022'];
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, ...options, '--lib', 'es2023,dom', 'main.ts'], {
    cwd: project.folder,
    stdio: 'pipe',
  });
});

test('a script in Node does the same on the models of the package', () => {
  expect(execFileSync(process.execPath, ['search.mjs'], { cwd: project.folder, encoding: 'utf8' }).trim()).toBe(
    'tides.md 1',
  );
});
