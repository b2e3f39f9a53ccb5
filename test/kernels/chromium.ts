import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';
import { launch } from '../browser/chromium.ts';

export interface RunOptions {
  /** Files of this machine to serve, by the path the page asks for. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the page finds in `location.search`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
  /** What the page may do; by default what Nearfield asks of the pages it lives in; '' for anything. */
  readonly policy?: string;
}

const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Bundles a module, runs it in Chromium and returns what the promise in its `globalThis.result` becomes. */
export async function runInChromium<T>(entry: string, options: RunOptions = {}): Promise<T> {
  const { url, close } = await serveModule(entry, options);
  const { context, dispose } = await launch();
  try {
    const page = await context.newPage();
    page.on('console', (message) => options.log?.(message.text()));
    page.on('pageerror', (error) => options.log?.(String(error)));
    await page.goto(`${url}?${new URLSearchParams(options.query)}`);
    await page.waitForFunction(() => 'result' in globalThis, undefined, { timeout: 0 });
    const crash = new Promise<never>((_, reject) => {
      page.once('crash', () => reject(new Error('the page crashed, most likely for want of memory')));
    });
    const result = page.evaluate(() => (globalThis as unknown as { result: unknown }).result);
    return (await Promise.race([result, crash])) as T;
  } finally {
    await dispose();
    close();
  }
}

/**
 * A module, bundled, on a page of its own. The page is cross-origin isolated, so its clock has steps of 5 µs.
 *
 * @returns its address, ending in `/`.
 */
export async function serveModule(
  entry: string,
  { files, policy = STRICT }: Pick<RunOptions, 'files' | 'policy'> = {},
): Promise<{ url: string; close(): void }> {
  const bundle = await bundleOf(entry);
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0]!;
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    if (policy !== '') response.setHeader('Content-Security-Policy', policy);
    const file = files?.[path];
    if (file) return void createReadStream(file).pipe(response);
    const code = path === '/' ? '<!doctype html><script type="module" src="/entry.js"></script>' : bundle.get(path);
    response.statusCode = code === undefined ? 404 : 200;
    response.setHeader('Content-Type', typeFor(path));
    response.end(code ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close(),
  };
}

/** Path → content of everything the module needs. */
async function bundleOf(entry: string): Promise<Map<string, string | Uint8Array>> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    worker: { format: 'es' },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rolldownOptions: { input: entry, output: { entryFileNames: 'entry.js' } },
    },
  });
  const files = new Map<string, string | Uint8Array>();
  for (const each of Array.isArray(built) ? built : [built]) {
    if (!('output' in each)) continue;
    for (const part of each.output) files.set(`/${part.fileName}`, part.type === 'chunk' ? part.code : part.source);
  }
  return files;
}

const typeFor = (path: string) =>
  path.endsWith('.js') ? 'text/javascript' : path.endsWith('.wasm') ? 'application/wasm' : 'text/html';
