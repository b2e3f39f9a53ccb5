import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchSource } from '../../src/embed/source.browser.ts';

// Node has no Cache API, so this is the path of a page that has none either; the cache is tested in test/browser.
const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) & 255);
const file = { path: 'model.onnx', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };

let server: Server;
let answer: (response: ServerResponse) => void;
beforeEach(async () => {
  server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(() => server.close());

const read = (signal = new AbortController().signal, onBytes = (_: number) => {}) => {
  const source = fetchSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/models/`);
  return source.file('bge', file, { signal, onBytes });
};
const sound = (response: ServerResponse) => response.end(bytes);

test('a file arrives whole, with its progress', async () => {
  answer = sound;
  const seen: number[] = [];
  expect(Buffer.compare(await read(undefined, (n) => seen.push(n)), bytes)).toBe(0);
  expect(seen.at(-1)).toBe(bytes.length);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

const faults: [string, string, (response: ServerResponse) => void][] = [
  ['a 404', 'model-unavailable', (r) => r.writeHead(404).end('no')],
  [
    'an HTML page with status 200',
    'model-unavailable',
    (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
  ],
  ['one changed byte', 'model-corrupt', (r) => r.end(bytes.map((b, i) => (i === 99_999 ? b ^ 1 : b)))],
  ['a file that is too long', 'model-corrupt', (r) => r.end(Buffer.concat([bytes, bytes]))],
  ['a file that is too short', 'model-unavailable', (r) => r.end(bytes.subarray(0, 1000))],
  ...Array.from({ length: 9 }, (_, i): [string, string, (r: ServerResponse) => void] => [
    `a connection that breaks after ${(i + 1) * 10} %`,
    'model-unavailable',
    (r) => {
      r.writeHead(200, { 'content-length': bytes.length });
      r.write(bytes.subarray(0, ((i + 1) * bytes.length) / 10), () => r.destroy());
    },
  ]),
];
test.each(faults)('%s is a clear error, and the next try works', async (_, code, fault) => {
  answer = fault;
  await expect(read()).rejects.toMatchObject({ name: 'EngineError', code, message: /model\.onnx/ });
  answer = sound;
  expect((await read()).length).toBe(bytes.length);
});

test('a server that is not there is a clear error', async () => {
  const source = fetchSource('http://127.0.0.1:9/models/');
  const signal = new AbortController().signal;
  await expect(source.manifest('bge', signal)).rejects.toMatchObject({ code: 'model-unavailable' });
});

test('a manifest that is not JSON is a clear error', async () => {
  answer = (response) => response.end('{ "id": ');
  const source = fetchSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/models/`);
  const signal = new AbortController().signal;
  await expect(source.manifest('bge', signal)).rejects.toMatchObject({
    code: 'model-unavailable',
    message: /not JSON/,
  });
});

test('an abort in the middle of a download throws the signal’s reason', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1000));
  };
  const stop = new AbortController();
  await expect(read(stop.signal, () => stop.abort(new Error('enough')))).rejects.toThrow('enough');
  server.closeAllConnections();
});
