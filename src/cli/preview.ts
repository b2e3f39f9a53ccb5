import { watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { EngineError } from '../core/errors.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/**
 * Serves a folder to this machine, for a look at a built site.
 *
 * @returns its address. @throws EngineError `bad-input` if the port is taken.
 */
export function serveFolder(folder: string, port: number): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = pathOf(request.url ?? '/');
    const found = path === undefined ? undefined : await fileAt(join(folder, path));
    if (!found) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream' });
    response.end(await readFile(found));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new EngineError('bad-input', `Expected port ${port} to be free, got ${error.code}; give another with --port.`),
      ),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}/`);
    });
  });
}

/** Of a request, below the folder; nothing for one that leads out of it, or that is no path at all. */
function pathOf(url: string): string | undefined {
  try {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    return path.includes(`..${sep}`) ? undefined : path;
  } catch {
    return undefined;
  }
}

/** The file itself, a folder's `index.html`, or a page named without `.html`. */
async function fileAt(path: string): Promise<string | undefined> {
  for (const candidate of [path, join(path, 'index.html'), `${path}.html`]) {
    if ((await stat(candidate).catch(() => undefined))?.isFile()) return candidate;
  }
  return undefined;
}

/** Runs `build` again when HTML under `folder` has changed and then been quiet for half a second. Never returns. */
export function watchFolder(folder: string, except: string, build: () => Promise<void>): Promise<never> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  watch(folder, { recursive: true }, (_event, name) => {
    if (!name || !/\.x?html?$/i.test(name) || join(folder, name).startsWith(except + sep)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(build).catch((error: Error) => void process.stderr.write(`nearfield: ${error.message}\n`));
    }, 500);
  });
  return new Promise(() => {});
}
