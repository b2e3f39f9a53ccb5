import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddingCache } from '../../../src/cli/eval/embeddings.ts';
import type { Encoder } from '../../../src/core/encoder.ts';
import type { ModelCard, ModelKey } from '../../../src/core/types.ts';

const card = { id: 'toy', encoderKey: 'toy@1' as ModelKey, dim: 2 } as ModelCard;
let folder: string;
let asked: string[];
/** Gives each text its length; what it was asked is what was not cached. */
const encoder = {
  embed: async (_: string, __: string, texts: readonly string[]) => {
    asked.push(...texts);
    return { rows: texts.length, dim: 2, dense: Float32Array.from(texts.flatMap((text) => [text.length, 0.5])) };
  },
} as unknown as Encoder;
const embed = (texts: string[], model = card) =>
  new EmbeddingCache(encoder, folder).embed(model, 'passage', texts, () => {});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearfield-'));
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

test('rows come in the order of the texts, and a text is embedded once', async () => {
  expect([...(await embed(['three', 'a', 'three']))]).toEqual([5, 0.5, 1, 0.5, 5, 0.5]);
  expect(asked.toSorted()).toEqual(['a', 'three']);
  expect([...(await embed(['a', 'bb']))]).toEqual([1, 0.5, 2, 0.5]);
  expect(asked.toSorted()).toEqual(['a', 'bb', 'three']);
});

test('another model has another cache', async () => {
  await embed(['a']);
  await embed(['a'], { ...card, encoderKey: 'toy@2' as ModelKey });
  expect(asked).toEqual(['a', 'a']);
});

test('a record that was cut short is dropped, the ones before it are kept', async () => {
  await embed(['a']);
  const [file] = readdirSync(folder);
  appendFileSync(join(folder, file!), Buffer.alloc(17, 7));
  expect([...(await embed(['a', 'bb']))]).toEqual([1, 0.5, 2, 0.5]);
  expect([...(await embed(['bb']))]).toEqual([2, 0.5]);
  expect(asked).toEqual(['a', 'bb']);
});
