import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Encoder } from '../../src/core/encoder.ts';
import { sparseRow } from '../../src/core/sparse.ts';
import { createEncoder } from '../../src/embed/encoder.ts';
import { wasmRuntime } from '../../src/embed/runtime.wasm.ts';
import { fetchSource } from '../../src/embed/source.browser.ts';
import { decodeTokenHead } from '../../src/embed/token-head.ts';
import { createEngine } from '../../src/engine.ts';
import { createMemoryStore } from '../../src/store/memory.ts';

/** A model of BGE-M3's shape and numpy's answers, made by `tools/models/m3.py`. */
const folder = join(import.meta.dirname, '../fixtures/embed');
const references = JSON.parse(readFileSync(join(folder, 'tiny-m3/reference.json'), 'utf8')) as {
  text: string;
  tokens: number;
  dense: string;
  last: string;
  mean: string;
  sparse: [id: number, impact: number][];
}[];
const floats = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);

let server: Server;
let encoder: Encoder;
beforeAll(async () => {
  server = createServer(async ({ url = '' }, response) => response.end(await readFile(join(folder, url))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const source = fetchSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  encoder = createEncoder({ source, runtime: wasmRuntime({ threads: 1 }) });
});
afterAll(async () => {
  await encoder.close();
  server.close();
});

test('dense, sparse and token vectors of one pass are those of numpy, up to 8,192 tokens, the tokens through their head', async () => {
  expect(references.at(-1)!.tokens).toBe(8192);
  const texts = references.map(({ text }) => text);
  const result = await encoder.embed('tiny-m3', 'passage', texts, { tokens: true, sparse: true });
  const { dim, dense, tokens, sparse } = result;
  const near = (found: Float32Array, expected: string, what: string) => {
    for (const [i, value] of floats(expected).entries()) expect(Math.abs(found[i]! - value), what).toBeLessThan(2e-3);
  };
  for (const [row, { text, tokens: count, dense: vector, last, mean, sparse: impacts }] of references.entries()) {
    const what = text.slice(0, 40);
    const [from, to] = [tokens!.offsets[row]!, tokens!.offsets[row + 1]!];
    expect(to - from, what).toBe(count);
    near(dense.subarray(row * dim, (row + 1) * dim), vector, what);
    near(tokens!.values.subarray((to - 1) * dim, to * dim), last, what);
    const sum = new Float64Array(dim);
    for (let i = from * dim; i < to * dim; i++) sum[i % dim]! += tokens!.values[i]!;
    near(
      Float32Array.from(sum, (value) => value / count),
      mean,
      what,
    );

    const found = sparseRow(sparse!, row);
    const asked = new Map(impacts);
    const ids = new Set([...asked.keys(), ...found.indices]);
    const got = new Map(Array.from(found.indices, (id, i) => [id, found.values[i]!]));
    // A weight on the edge of two impacts may fall to either side.
    for (const id of ids) expect(Math.abs((asked.get(id) ?? 0) - (got.get(id) ?? 0)), `${what}: ${id}`).toBeLessThan(2);
  }
});

test('a collection is indexed and searched with such a model, its sparse vectors included', async () => {
  const store = createMemoryStore();
  const engine = createEngine({ store: async () => store, encoder, models: { en: 'tiny-m3', zh: 'tiny-m3' } });
  const files = [
    ['tides.md', 'The moon pulls the oceans, so the sea level rises and falls twice a day.'],
    ['bread.md', 'A sourdough starter is fed with flour and water.'],
    ['灯塔.md', '灯塔看守人把风向写进一本谁也没有翻开过的册子里。'],
  ].map(([path, text]) => ({ path: path!, data: new File([text!], path!) }));
  expect(await engine.add(files)).toMatchObject({ added: 3, skipped: [] });
  for await (const { segment } of store.segments(() => {})) expect(segment.sparse?.indices.length).toBeGreaterThan(0);
  const answer = await engine.search('灯塔看守人把风向写进册子', { tier: 'full' });
  expect(answer.passages[0]!.chunk.document).toBe('灯塔.md');
  expect((await engine.status()).encoder.loaded).toEqual(['tiny-m3']);
});

test('a head for tokens of another size is refused by name', () => {
  expect(() => decodeTokenHead(new Uint8Array(32 * 32 * 4), 32, 'tiny-m3/token-head.f32')).toThrow(
    'tiny-m3/token-head.f32: expected 4224 bytes, a matrix of 32 × 32 and a bias, got 4096; write weight and bias as little-endian float32.',
  );
});
