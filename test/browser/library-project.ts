/** The package taken in by another project: through its own bundler into a page, and by a script in Node. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, preview } from 'vite';

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
Object.assign(globalThis, { done, mapped, nearfield: { EngineError, openEngine } });
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

/** Another project with this package in its `node_modules`, as `npm install` would leave it. */
export interface LibraryProject {
  readonly folder: string;
  /** Builds its page with its own bundler and serves it, with the models beside it. */
  serve(): Promise<{ readonly url: string; close(): Promise<void> }>;
  remove(): Promise<void>;
}

export async function libraryProject(): Promise<LibraryProject> {
  await build({ mode: 'library', logLevel: 'warn' });
  const folder = await mkdtemp(join(tmpdir(), 'nearfield-library-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules/nearfield'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.ts"></script>',
  );
  await writeFile(join(folder, 'main.ts'), BROWSER);
  await writeFile(join(folder, 'search.mjs'), NODE);
  const shared = { root: folder, configFile: false, logLevel: 'error' } as const;
  return {
    folder,
    async serve() {
      await build({ ...shared, publicDir: join(root, 'public'), build: { outDir: join(folder, 'dist') } });
      const server = await preview({ ...shared, preview: { port: 0, host: '127.0.0.1' } });
      return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What Node and TypeScript find in the package. */
export async function buildRest(): Promise<void> {
  await build({ mode: 'node', logLevel: 'warn' });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.library.json']);
}
