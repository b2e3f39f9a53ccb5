import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, preview } from 'vite';

/** Builds and serves `pages/<name>.html`, isolated as the product's pages are, with the models and `passages.json` beside it. */
export async function serveBench(
  name: string,
  texts: readonly string[],
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const work = `.cache/bench/${name}`;
  await mkdir(join(work, 'public'), { recursive: true });
  await symlink(join(process.cwd(), 'public/models'), join(work, 'public/models')).catch(() => {}); // there already
  await writeFile(join(work, 'public/passages.json'), JSON.stringify(texts));
  const config = {
    configFile: false as const,
    base: './',
    worker: { format: 'es' as const },
    root: 'test/bench/pages',
    publicDir: join(process.cwd(), work, 'public'),
    build: {
      outDir: join(process.cwd(), work, 'web'),
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: `test/bench/pages/${name}.html` },
    },
    logLevel: 'warn' as const,
    preview: {
      port: 0,
      host: '127.0.0.1',
      // Isolated, so that the model may use threads.
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
  };
  await build(config);
  const server = await preview(config);
  return { url: `${server.resolvedUrls!.local[0]!}${name}.html`, close: () => server.close() };
}

const CHARACTERS = 700;

/** Pieces of the Markdown and type declarations under node_modules, each different. */
export async function passages(count: number): Promise<string[]> {
  const found = new Set<string>();
  const entries = await readdir('node_modules', { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(md|d\.ts|d\.mts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => Number(b.endsWith('.md')) - Number(a.endsWith('.md')) || (a < b ? -1 : 1));
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    for (let at = 0; at < text.length && found.size < count; at += CHARACTERS)
      found.add(text.slice(at, at + CHARACTERS));
    if (found.size >= count) break;
  }
  return [...found];
}
