import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Encoder } from '../../src/core/encoder.ts';
import { nodeEncoderFor } from '../../src/embed/any.node.ts';
import { packagedModels } from '../../src/embed/encoder.node.ts';
import { createHubEncoder } from '../../src/embed/hub.ts';
import { agreement, references } from './reference.ts';
import { transformersFolder } from './transformers-folder.ts';

let encoder: Encoder;
let made: Awaited<ReturnType<typeof transformersFolder>>;
beforeAll(async () => {
  made = await transformersFolder();
  encoder = createHubEncoder({ folder: made.folder });
});
afterAll(async () => {
  await encoder.close();
  await made.remove();
});

/** What the transformers.js tokenizer splits as Python does; ours makes up for the rest. */
const ASTRAL_OR_SIGMA = /[\u{20000}-\u{2FA1F}]|Σ/u;

test.each([...references()])('%s through transformers.js gives the reference vectors', async (id, rows) => {
  const alike = rows.filter(({ text }) => !ASTRAL_OR_SIGMA.test(text));
  expect(alike.length).toBeGreaterThanOrEqual(rows.length - 1);
  const cosines = await agreement(encoder, id, alike);
  for (const [i, cosine] of cosines.entries()) expect(cosine, alike[i]!.text.slice(0, 60)).toBeGreaterThan(0.999);
});

test('the card is made from config.json and the habits of the model’s family', async () => {
  const card = await encoder.load('bge-small-zh-v1.5');
  expect(card).toMatchObject({ dim: 512, pooling: 'cls', languages: ['zh'], maxTokens: 512 });
  expect(card.queryInstruction).toMatch(/^为这个句子/);
});

test('a name leads to the encoder that can open it', async () => {
  const ours = nodeEncoderFor('bge-small-zh-v1.5');
  const folder = nodeEncoderFor(join(packagedModels(), 'bge-small-zh-v1.5'));
  const theirs = nodeEncoderFor(join(made.folder, 'bge-small-zh-v1.5'));
  const hub = nodeEncoderFor('someone/some-model');
  expect([ours, folder, theirs, hub].map(({ id }) => id)).toEqual([
    ...Array(3).fill('bge-small-zh-v1.5'),
    'someone/some-model',
  ]);
  const keys = await Promise.all([ours, folder, theirs].map(async (it) => (await it.encoder.load(it.id)).key));
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
  expect((await hub.encoder.info()).backend).toMatch(/hub/);
  await Promise.all([ours, folder, theirs, hub].map((it) => it.encoder.close()));
});

test('a model that is not there is a clear error, and a later load is tried anew', async () => {
  for (let i = 0; i < 2; i++) {
    await expect(encoder.load('no-such-model')).rejects.toMatchObject({
      code: 'model-unavailable',
      message: /no-such-model/,
    });
  }
});

test('tokens are counted as the model counts them', async () => {
  expect([...(await encoder.countTokens('bge-small-en-v1.5', ['', 'hello world']))]).toEqual([0, 2]);
});
