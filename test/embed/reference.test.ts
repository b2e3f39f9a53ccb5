import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseManifest } from '../../src/embed/card.ts';
import { createNodeEncoder, packagedModels } from '../../src/embed/encoder.node.ts';
import { nativeRuntime } from '../../src/embed/runtime.node.ts';
import { wasmRuntime } from '../../src/embed/runtime.wasm.ts';
import { openTokenizer } from '../../src/embed/tokenizer.ts';
import { agreement, references } from './reference.ts';

const models = packagedModels();
const all = [...references()];

test('the fixture holds 40 texts, an empty one and one longer than the model takes in each language', () => {
  expect(all.flatMap(([, rows]) => rows)).toHaveLength(40);
  for (const [, rows] of all) {
    expect(rows.some(({ text }) => text === '')).toBe(true);
    expect(rows.some(({ ids }) => ids.length === 512)).toBe(true);
  }
});

test.each(all)('%s: token ids are those of Python’s tokenizers', (id, rows) => {
  const read = (file: string) => readFileSync(join(models, id, file));
  const card = parseManifest(JSON.parse(read('model.json').toString()), id);
  const tokenizer = openTokenizer(read('tokenizer.json'), id);
  for (const { role, text, ids } of rows) {
    const input = (role === 'query' ? card.queryInstruction : '') + text;
    expect(tokenizer.encode(input, card.maxTokens), text.slice(0, 60)).toEqual(ids);
  }
});

const runtimes = { 'onnxruntime-web, as in a browser': wasmRuntime(), 'onnxruntime-node': nativeRuntime(1) };

describe.each(Object.entries(runtimes))('%s', (_, runtime) => {
  const encoder = createNodeEncoder(models, runtime);
  afterAll(() => encoder.close());

  test.each(all)('%s: vectors are those of Python’s ONNX Runtime on the same file', async (id, rows) => {
    const cosines = await agreement(encoder, id, rows);
    for (const [i, cosine] of cosines.entries()) {
      expect(cosine, rows[i]!.text.slice(0, 60)).toBeGreaterThan(0.999);
      expect(cosine).toBeLessThan(1.00001);
    }
  });
});
