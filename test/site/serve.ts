import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface SiteServer {
  /** Ends in `/`. */
  readonly url: string;
  /** Paths asked for since the last `forget`. */
  readonly asked: string[];
  /** Bytes of bodies sent since the last `forget`. */
  sent: number;
  /** Whether it answers with the range it is asked for, as most static hosts do, or with the whole file. */
  ranges: boolean;
  /** Put in the way of files: given a path and its bytes, other bytes, or nothing for a 404. */
  fault: ((path: string, bytes: Buffer) => Uint8Array | undefined) | undefined;
  forget(): void;
  close(): Promise<void>;
}

/** A static host with the given headers on every answer. */
export async function serveSite(folder: string, headers: Record<string, string> = {}): Promise<SiteServer> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    site.asked.push(path);
    const bytes = await readFile(file).catch(() => undefined);
    const body = bytes && site.fault ? site.fault(path, bytes) : bytes;
    if (!body) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end();
      return;
    }
    const type = TYPES[extname(file)];
    const range = site.ranges ? /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') : undefined;
    if (range) {
      const part = body.subarray(Number(range[1]), Number(range[2]) + 1);
      const of = `bytes ${range[1]}-${range[2]}/${body.length}`;
      site.sent += part.length;
      response.writeHead(206, { ...headers, 'Content-Type': type ?? 'application/octet-stream', 'Content-Range': of });
      response.end(part);
      return;
    }
    // As static hosts do: text is compressed, a file of unknown type is not.
    const zipped =
      type !== undefined && type !== 'application/wasm' && /\bgzip\b/.test(String(request.headers['accept-encoding']));
    const sent = zipped ? gzipSync(body) : body;
    site.sent += sent.length;
    response.writeHead(200, {
      ...headers,
      'Content-Type': type ?? 'application/octet-stream',
      ...(zipped && { 'Content-Encoding': 'gzip' }),
    });
    response.end(sent);
  });
  // On a busy machine a client may come back to a connection that has just been closed.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  const site: SiteServer = {
    url: `http://127.0.0.1:${port}/`,
    asked: [],
    sent: 0,
    ranges: true,
    fault: undefined,
    forget() {
      site.asked.length = 0;
      site.sent = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return site;
}
