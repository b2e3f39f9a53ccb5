import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cachedEncoder, TokenCache } from '../../../src/cli/eval/tokens.ts';
import type { Encoder } from '../../../src/core/encoder.ts';
import { type SparseHead, sparseRow } from '../../../src/core/sparse.ts';
import type { ModelCard, ModelKey } from '../../../src/core/types.ts';

const DIM = 2;
const card = { id: 'toy', encoderKey: 'toy@1' as ModelKey, dim: DIM, queryInstruction: 'find' } as ModelCard;
let folder: string;
let asked: string[];
/** A token a letter: its code as id, its place as vector; as dense vector the text's length. */
const encoder = {
  load: async () => card,
  countTokens: async (_: string, texts: readonly string[]) => Uint32Array.from(texts, ({ length }) => length),
  embed: async (_: string, role: string, texts: readonly string[]) => {
    asked.push(...texts);
    const spelt = texts.map((text) => `[${role === 'query' ? card.queryInstruction : ''}${text}]`);
    const letters = [...spelt.join('')];
    const offsets = Uint32Array.from([0, ...spelt.map((_, i) => spelt.slice(0, i + 1).join('').length)]);
    const ids = Int32Array.from(letters, (letter) => letter.charCodeAt(0));
    const values = Float32Array.from(letters.flatMap((_, i) => [1 + (i % 7), -(i % 3)]));
    const dense = Float32Array.from(texts.flatMap((text) => [text.length, 0.5]));
    return { rows: texts.length, dim: DIM, dense, tokens: { offsets, ids, values } };
  },
} as unknown as Encoder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearfield-'));
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

test('tokens come back within a hundredth, after a restart too, and a text is encoded once', async () => {
  const expected = await encoder.embed('toy', 'passage', ['one', 'three', 'one'], { tokens: true });
  asked = [];
  for (let start = 0; start < 2; start++) {
    const cache = new TokenCache(encoder, folder);
    const cached = cachedEncoder(encoder, cache, () => undefined);
    const got = await cached.embed('toy', 'passage', ['one', 'three'], { tokens: true });
    expect(got.dense).toEqual(expected.dense.slice(0, 4));
    expect(got.tokens!.ids).toEqual(expected.tokens!.ids.slice(0, 12));
    for (const [i, value] of got.tokens!.values.entries()) {
      expect(Math.abs(value - expected.tokens!.values[i]!)).toBeLessThan(0.03);
    }
    expect(got.sparse).toBeUndefined();
    cache.close();
  }
  expect(asked.toSorted()).toEqual(['one', 'three']);
});

test('a record that was cut short is dropped, the ones before it are kept', async () => {
  const once = async (...texts: string[]) => {
    const cache = new TokenCache(encoder, folder);
    const { dense } = await cachedEncoder(encoder, cache, () => undefined).embed('toy', 'passage', texts);
    cache.close();
    return [...dense];
  };
  await once('a');
  appendFileSync(join(folder, readdirSync(folder)[0]!), Buffer.alloc(45, 1));
  expect(await once('a', 'bb')).toEqual([1, 0.5, 2, 0.5]);
  expect(await once('bb', 'a')).toEqual([2, 0.5, 1, 0.5]);
  expect(asked).toEqual(['a', 'bb']);
});

test('sparse vectors are made of what is cached, a query’s without its instruction', async () => {
  const special = new Set(['['.charCodeAt(0), ']'.charCodeAt(0)]);
  const head: SparseHead = {
    model: card.encoderKey,
    weights: Float32Array.of(1, 0),
    bias: 1,
    scale: 1,
    keep: 9,
    special,
  };
  const cache = new TokenCache(encoder, folder);
  const cached = cachedEncoder(encoder, cache, () => head);
  const letters = async (role: 'query' | 'passage') => {
    const { sparse } = await cached.embed('toy', role, ['xy'], { sparse: true });
    return String.fromCharCode(...sparseRow(sparse!, 0).indices);
  };
  expect(await letters('passage')).toBe('xy');
  expect(await letters('query')).toBe('xy');
  cache.close();
});
