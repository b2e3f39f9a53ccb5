/** Builds everything that people get, once, serves it, and says which browsers will run it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type PreviewServer, preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { POLICY } from '../browser/policy.ts';
import { serveSite } from '../site/serve.ts';
import { browsers } from './found.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses, each ending in `/`: the explorer; a page that uses the library; a site that `nearfield build` went over. */
    explorerUrl: string;
    libraryUrl: string;
    siteUrl: string;
    /** The same site on a host that answers no range requests. */
    rangelessUrl: string;
  }
}

const root = resolve('.');
const HEADERS = { 'Content-Security-Policy': POLICY };
const quiet = { logLevel: 'error' } as const;

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  sayWhichThereAre();
  for (const mode of ['production', 'widget', 'node', 'library']) await build({ mode, ...quiet });
  const explorer = await preview({ preview: { port: 0, host: '127.0.0.1' }, ...quiet });
  provide('explorerUrl', addressOf(explorer));

  const folder = mkdtempSync(join(tmpdir(), 'nearfield-browsers-'));
  const built = buildSite(join(folder, 'site'));
  const [site, rangeless] = await Promise.all([serveSite(built, HEADERS), serveSite(built, HEADERS)]);
  rangeless.ranges = false;
  provide('siteUrl', site.url);
  provide('rangelessUrl', rangeless.url);

  const library = await serveLibraryPage(join(folder, 'page'));
  provide('libraryUrl', addressOf(library));
  return async () => {
    await Promise.all([explorer.close(), library.close(), site.close(), rangeless.close()]);
    rmSync(folder, { recursive: true, force: true });
  };
}

const addressOf = (server: PreviewServer) => server.resolvedUrls!.local[0]!;

function sayWhichThereAre(): void {
  const lines = browsers().map(
    ({ name, launch, install }) => `  ${name}: ${launch ? 'found' : `not found (${install})`}`,
  );
  process.stdout.write(`Browsers on this machine:\n${lines.join('\n')}\n`);
}

/** The small site of the fixtures after `nearfield build`, as its owner would have it. */
function buildSite(folder: string): string {
  cpSync(join(root, 'test/fixtures/site'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'full.html'),
    '<!doctype html><html lang="en"><title>Full</title><script type="module" src="/nearfield/nearfield.js"></script><main><nearfield-search tier="full"></nearfield-search></main></html>',
  );
  execFileSync(process.execPath, [join(root, 'dist/node/nearfield.js'), 'build', folder, '--models'], {
    stdio: 'pipe',
  });
  return folder;
}

/** Another project's page, bundled by its own Vite, with this package in its `node_modules`. */
async function serveLibraryPage(project: string): Promise<PreviewServer> {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  symlinkSync(root, join(project, 'node_modules/nearfield'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(project, 'index.html'),
    '<!doctype html><title>Page</title><script type="module" src="/main.ts"></script>',
  );
  writeFileSync(
    join(project, 'main.ts'),
    `import { EngineError, openEngine } from 'nearfield';
     Object.assign(globalThis, { EngineError, open: (collection: string) => openEngine({ collection, models: '/models' }) });`,
  );
  await build({ root: project, configFile: false, publicDir: join(root, 'public'), ...quiet });
  return preview({ root: project, configFile: false, preview: { port: 0, host: '127.0.0.1' }, ...quiet });
}
