/** Builds the service worker last, when it is known which files make up the page. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type Plugin, transformWithOxc } from 'vite';

const SOURCE = 'workers/service.worker.ts';
const TARGET = 'service-worker.js';
/** For the few that have a use for them, kept when they are first used: ONNX Runtime (12 MB, for GPUs 27), transformers.js. */
const isForFew = (file: string) => /\/ort[.-][^/]+$|\/transformers\.web-[^/]+$/.test(file);
/** Models keep themselves: large, fetched when first needed, verified by the encoder. */
const isLeftOut = (file: string) =>
  file.startsWith('models/') || isForFew(file) || file === TARGET || file === 'index.html' || file.endsWith('.map');

export function offline(): Plugin {
  let root = '';
  let outDir = '';
  return {
    name: 'nearfield-offline',
    apply: 'build',
    // The page looks for a service worker only where one was built.
    config: () => ({ define: { 'import.meta.env.OFFLINE': 'true' } }),
    configResolved(config) {
      root = config.root;
      outDir = resolve(root, config.build.outDir);
    },
    async closeBundle() {
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(outDir.length + 1)
            .split(sep)
            .join('/'),
        )
        .filter((file) => !isLeftOut(file))
        .sort();
      const version = createHash('sha256');
      for (const file of ['index.html', ...files]) version.update(file).update(await readFile(join(outDir, file)));
      const shell = { version: version.digest('hex').slice(0, 12), files };

      const script = await classicScript(root, SOURCE);
      await writeFile(join(outDir, TARGET), `const SHELL = ${JSON.stringify(shell)};\n${script}`);
    },
  };
}

/** The part of a site's service worker that keeps a static index: `offline.js` beside the widget. */
export function siteOffline(): Plugin {
  let root = '';
  let outDir = '';
  return {
    name: 'nearfield-site-offline',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      outDir = resolve(root, config.build.outDir);
    },
    async closeBundle() {
      await writeFile(join(outDir, 'offline.js'), await classicScript(root, 'workers/offline.worker.ts'));
    },
  };
}

/** Not every browser runs service workers that are modules. */
async function classicScript(root: string, path: string): Promise<string> {
  const { code } = await transformWithOxc(await readFile(join(root, path), 'utf8'), path, { lang: 'ts' });
  return code.replace(/^export\s*\{\s*\};?$/m, '');
}
