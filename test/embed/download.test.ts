import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { download } from '../../src/embed/download.ts';
import type { Keep } from '../../src/embed/keep.ts';

const PART = 1 << 21;
const bytes = Uint8Array.from({ length: 3 * PART + 1234 }, (_, i) => (i ^ (i >> 8) ^ (i >> 16)) & 255);
const fileOf = (content: Uint8Array) => ({
  path: 'model.onnx',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});

/** A device's memory that a test can look into. */
function memory(room = Number.POSITIVE_INFINITY): Keep & { readonly kept: Map<string, Uint8Array<ArrayBuffer>> } {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    kept,
    get: async (address) => kept.get(address),
    async put(address, part) {
      if (kept.size >= room) throw new DOMException('no room', 'QuotaExceededError');
      kept.set(address, part);
    },
    async forget(prefix, unless = () => false) {
      for (const address of [...kept.keys()]) if (address.startsWith(prefix) && !unless(address)) kept.delete(address);
    },
  };
}

let server: Server;
let asked: (string | undefined)[];
/** Where the reader is in the file. */
let readTo: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  asked = [];
  readTo = 0;
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(() => server.close());

const read = (keep: Keep, content = bytes) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/bge/model.onnx`;
  const onBytes = (loaded: number) => {
    readTo = loaded;
  };
  return download(url, fileOf(content), keep, { signal: new AbortController().signal, onBytes });
};
/** `toEqual` would compare six million elements one by one, at leisure. */
async function expectWhole(reading: Promise<Uint8Array>, expected = bytes): Promise<void> {
  expect(Buffer.compare(await reading, expected)).toBe(0);
}
/** Serves `content`, from where it is asked to, and breaks the connection at byte `until`. */
const serve =
  (content: Uint8Array, until = content.length, ranges = true): typeof answer =>
  (request, response) => {
    const from = ranges ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
    const body = content.subarray(from, Math.max(from, until));
    if (until === content.length) return void response.end(body);
    response.write(body);
    // Only what has been read by then is sure to be kept.
    void expect
      .poll(() => readTo)
      .toBe(until)
      .then(() => response.destroy());
  };
const refuse: typeof answer = (_, response) => response.writeHead(500).end();

test('what was read once needs no network again', async () => {
  const keep = memory();
  answer = serve(bytes);
  await expectWhole(read(keep));
  answer = refuse;
  await expectWhole(read(keep));
  expect(asked).toHaveLength(1);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('broken off at %i0 %, it goes on from the last whole part', async (tenths) => {
  const keep = memory();
  const until = Math.floor((bytes.length * tenths) / 10);
  answer = serve(bytes, until);
  await expect(read(keep)).rejects.toMatchObject({ code: 'model-unavailable' });
  answer = serve(bytes);
  await expectWhole(read(keep));
  const whole = Math.floor(until / PART) * PART;
  expect(asked[1]).toBe(whole > 0 ? `bytes=${whole}-` : undefined);
});

test('a server without ranges is read from the start again', async () => {
  const keep = memory();
  answer = serve(bytes, 2.5 * PART, false);
  await expect(read(keep)).rejects.toMatchObject({ code: 'model-unavailable' });
  answer = serve(bytes, bytes.length, false);
  await expectWhole(read(keep));
});

test('a file with a wrong hash leaves nothing behind', async () => {
  const keep = memory();
  answer = serve(bytes.map((b, i) => (i === PART + 7 ? b ^ 1 : b)));
  await expect(read(keep)).rejects.toMatchObject({ code: 'model-corrupt' });
  expect(keep.kept.size).toBe(0);
});

test.each([
  ['damaged', (part: Uint8Array) => part.map((b, i) => (i === 5 ? b ^ 1 : b))],
  ['cut short', (part: Uint8Array) => part.slice(0, 10)],
])('a kept part that is %s costs a download and no error', async (_, damage) => {
  const keep = memory();
  answer = serve(bytes);
  await read(keep);
  const second = [...keep.kept.keys()][1]!;
  keep.kept.set(second, damage(keep.kept.get(second)!) as Uint8Array<ArrayBuffer>);
  await expectWhole(read(keep));
  answer = refuse;
  await expectWhole(read(keep));
});

test('a device without room uses the file all the same, and keeps what it could for a resumption', async () => {
  const keep = memory(1);
  answer = serve(bytes);
  await expectWhole(read(keep));
  await expectWhole(read(keep));
  expect(asked).toEqual([undefined, `bytes=${PART}-`]);
});

test('a new version takes nothing from the old one and puts it out of the way', async () => {
  const keep = memory();
  answer = serve(bytes);
  await read(keep);
  const next = bytes.map((b) => b ^ 255);
  answer = serve(next);
  await expectWhole(read(keep, next), next);
  expect(keep.kept.size).toBe(4);
});

test('what was kept of a file that has become shorter on the server is thrown away', async () => {
  const keep = memory();
  answer = serve(bytes, 2.5 * PART);
  await expect(read(keep)).rejects.toThrow();
  answer = (request, response) =>
    request.headers.range ? response.writeHead(416).end() : serve(bytes)(request, response);
  await expectWhole(read(keep));
});
