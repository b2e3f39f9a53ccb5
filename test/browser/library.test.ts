import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, preview } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from '../../src/core/answer.ts';
import type { PassageMap } from '../../src/core/map.ts';
import { launch } from './chromium.ts';

/** Another project with this package in its `node_modules`, as `npm install` would leave it. */
let project: string;
const root = resolve('.');

const BROWSER = `
import { EngineError, openEngine, type Answer, type Engine, type PassageMap } from 'nearfield';

const engine: Engine = openEngine({ collection: 'notes', models: '/models' });
const note = new File(['# Tides\\n\\nThe moon pulls the oceans, so the sea rises twice a day.'], 'tides.md');
const done = (async (): Promise<Answer> => {
  await engine.add([{ path: 'tides.md', data: note }]);
  // @ts-expect-error a query is text
  await engine.search(7).catch((error: EngineError) => console.assert(error.code === 'bad-input'));
  return engine.search('what makes the sea rise twice a day?', { tier: 'full' });
})();
const mapped = done.then((): Promise<PassageMap> => engine.map());
Object.assign(globalThis, { done, mapped });
`;
const NODE = `
import { openEngine } from 'nearfield/node';
const engine = openEngine();
await engine.add([{ path: 'tides.md', data: new Blob(['# Tides\\n\\nThe moon pulls the oceans.']) }]);
const { passages } = await engine.search('what moves the sea?', { tier: 'full' });
const { documents } = await engine.map();
await engine.close();
console.log(passages[0].chunk.document, documents.length);
`;

beforeAll(async () => {
  await build({ mode: 'library', logLevel: 'warn' });
  await build({ mode: 'node', logLevel: 'warn' });
  execFileSync(process.execPath, [
    createRequire(import.meta.url).resolve('typescript/bin/tsc'),
    '-p',
    'tsconfig.library.json',
  ]);
  project = await mkdtemp(join(tmpdir(), 'nearfield-library-'));
  await mkdir(join(project, 'node_modules'));
  await symlink(root, join(project, 'node_modules/nearfield'));
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(join(project, 'index.html'), '<!doctype html><script type="module" src="/main.ts"></script>');
  await writeFile(join(project, 'main.ts'), BROWSER);
  await writeFile(join(project, 'search.mjs'), NODE);
});
afterAll(() => rm(project, { recursive: true, force: true }));

test('a page of another project opens an engine, adds a file and asks, through its own bundler', async () => {
  const built = join(project, 'dist');
  await build({
    root: project,
    configFile: false,
    publicDir: join(root, 'public'),
    build: { outDir: built },
    logLevel: 'error',
  });
  const server = await preview({
    root: project,
    configFile: false,
    preview: { port: 0, host: '127.0.0.1' },
    logLevel: 'error',
  });
  const browser = await launch();
  try {
    const page = await browser.context.newPage();
    await page.goto(server.resolvedUrls!.local[0]!);
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
  execFileSync(process.execPath, [tsc, ...options, '--lib', 'es2023,dom', 'main.ts'], { cwd: project, stdio: 'pipe' });
});

test('a script in Node does the same on the models of the package', () => {
  expect(execFileSync(process.execPath, ['search.mjs'], { cwd: project, encoding: 'utf8' }).trim()).toBe('tides.md 1');
});
