import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pooledEncoder } from '../../src/bridge/pool.ts';
import type { EmbedOptions, Encoder } from '../../src/core/encoder.ts';
import { sparseRows } from '../../src/core/sparse.ts';
import { tokenRows } from '../../src/core/tokens.ts';

/** Encodes a text as its length and the sum of its character codes, and writes down what it was given. */
function counting(seen: string[]): Encoder {
  return {
    embed: async (_model: string, _role: string, texts: readonly string[]) => {
      seen.push(...texts);
      const dense = Float32Array.from(
        texts.flatMap((text) => [text.length, [...text].reduce((s, c) => s + c.codePointAt(0)!, 0)]),
      );
      return { rows: texts.length, dim: 2, dense };
    },
    info: async () => ({ backend: 'wasm', threads: 1, loaded: [], notes: [] }),
  } as unknown as Encoder;
}

test('shared out or not, row i is text i, and every text is encoded once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 40 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      async (texts, count) => {
        const seen = Array.from({ length: count }, () => [] as string[]);
        const pool = pooledEncoder(seen.map(counting));
        const expected = await counting([]).embed('m', 'passage', texts);
        expect(await pool.embed('m', 'passage', texts)).toEqual(expected);
        expect(seen.flat().sort()).toEqual([...texts].sort());
      },
    ),
  );
});

test('work is shared by length, and a query goes to the first alone', async () => {
  const seen: string[][] = [[], []];
  const pool = pooledEncoder(seen.map(counting));
  await pool.embed('m', 'passage', ['x'.repeat(300), 'a', 'b', 'c', 'y'.repeat(200)]);
  expect(seen.map((texts) => texts.map(({ length }) => length))).toEqual([[300], [200, 1, 1, 1]]);
  await pool.embed('m', 'query', ['q', 'r']);
  expect(seen[0]).toContain('r');
  expect((await pool.info()).threads).toBe(2);
});

test('contexts go with their texts, and sparse and token vectors come back in the order of the texts', async () => {
  const whole: Encoder = {
    embed: async (_model: string, _role: string, texts: readonly string[], options?: EmbedOptions) => ({
      rows: texts.length,
      dim: 1,
      dense: Float32Array.from(texts, (text, i) => text.length + (options!.contexts![i]?.start ?? 0)),
      sparse: sparseRows(texts.map((text) => ({ indices: Uint32Array.of(text.length), values: Uint8Array.of(1) }))),
      pooled: tokenRows(texts.map((text) => new Uint8Array(text.length).fill(text.length))),
    }),
    info: async () => ({ backend: 'wasm', threads: 1, loaded: [], notes: [] }),
  } as unknown as Encoder;
  const texts = ['aaaaaaa', 'b', 'cccc', 'dd', 'eeeee'];
  const contexts = texts.map((text, i) => (i % 2 ? { text, start: 100 * i, end: 100 * i + 1 } : undefined));
  const options = { contexts, sparse: true, pooled: true };
  const shared = await pooledEncoder([whole, whole, whole]).embed('m', 'passage', texts, options);
  expect(shared).toEqual(await whole.embed('m', 'passage', texts, options));
});

test('a failure waits until the others have settled, so that nobody works on unheard', async () => {
  let finished = false;
  const slow = {
    embed: () =>
      new Promise((resolve) => {
        setTimeout(() => {
          finished = true;
          resolve({ rows: 1, dim: 1, dense: new Float32Array(1) });
        }, 20);
      }),
  } as unknown as Encoder;
  const broken = { ...counting([]), embed: () => Promise.reject(new Error('broken')) };
  await expect(pooledEncoder([broken, slow]).embed('m', 'passage', ['a', 'b'])).rejects.toThrow('broken');
  expect(finished).toBe(true);
});

test('what another than the first cannot do, the first does', async () => {
  const seen: string[] = [];
  const broken = { ...counting([]), embed: () => Promise.reject(new Error('no memory')) };
  const texts = ['a', 'bb', 'ccc'];
  const pool = pooledEncoder([counting(seen), broken]);
  expect(await pool.embed('m', 'passage', texts)).toEqual(await counting([]).embed('m', 'passage', texts));
  expect(seen.sort()).toEqual(texts);
});

test('one GPU is not shared', async () => {
  const seen: string[][] = [[], []];
  const onGpu = seen.map((list) => ({
    ...counting(list),
    info: async () => ({ backend: 'webgpu: x', threads: 1, loaded: [], notes: [] }),
  }));
  const pool = pooledEncoder(onGpu);
  await pool.embed('m', 'passage', ['a', 'b']);
  expect(seen).toEqual([['a', 'b'], []]);
  expect((await pool.info()).threads).toBe(1);
});
