import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Encoder } from '../../src/core/encoder.ts';
import { decodeSparseHead, sparseRow, sparseVector } from '../../src/core/sparse.ts';
import { createNodeEncoder, packagedModels } from '../../src/embed/encoder.node.ts';
import { createModel } from '../../src/embed/model.ts';
import { nativeRuntime } from '../../src/embed/runtime.node.ts';
import { folderSource } from '../../src/embed/source.node.ts';
import { references } from './reference.ts';

const ZH = 'bge-small-zh-v1.5';
let encoder: Encoder;
let scratch: string;

beforeAll(async () => {
  encoder = createNodeEncoder(packagedModels(), nativeRuntime(1));
  scratch = await mkdtemp(join(tmpdir(), 'nearfield-models-'));
});
afterAll(async () => {
  await encoder.close();
  await rm(scratch, { recursive: true });
});

/** A copy of the Chinese model that a test may damage. */
async function copyOf(name: string): Promise<string> {
  const models = join(scratch, name);
  await cp(join(packagedModels(), ZH), join(models, ZH), { recursive: true });
  return models;
}

test('row i is text i, each of length 1, and the array is the caller’s own', async () => {
  const texts = ['猫坐在垫子上', '', '股票下跌'];
  const together = await encoder.embed(ZH, 'passage', texts);
  expect([together.rows, together.dim, together.dense.length]).toEqual([3, 512, 3 * 512]);
  for (const [i, text] of texts.entries()) {
    const alone = await encoder.embed(ZH, 'passage', [text]);
    const row = together.dense.subarray(i * 512, (i + 1) * 512);
    expect(row).toEqual(alone.dense);
    expect(Math.abs(Math.hypot(...row) - 1)).toBeLessThan(1e-5);
  }
  expect(together.dense.byteLength).toBe(together.dense.buffer.byteLength);
});

test('no texts give no rows', async () => {
  expect(await encoder.embed(ZH, 'passage', [])).toMatchObject({ rows: 0, dim: 512, dense: new Float32Array(0) });
});

test('a query is put after the instruction, a passage is not', async () => {
  const { queryInstruction } = await encoder.load(ZH);
  const [query, passage, spelt] = await Promise.all([
    encoder.embed(ZH, 'query', ['灯塔']),
    encoder.embed(ZH, 'passage', ['灯塔']),
    encoder.embed(ZH, 'passage', [`${queryInstruction}灯塔`]),
  ]);
  expect(query.dense).toEqual(spelt.dense);
  expect(query.dense).not.toEqual(passage.dense);
});

test('token vectors: one per id, the first of each text being what the sentence vector is made of', async () => {
  const { dense, tokens } = await encoder.embed(ZH, 'passage', ['灯塔', '', '灯塔看守人'], { tokens: true });
  expect([...tokens!.offsets]).toEqual([0, 4, 6, 13]);
  expect([...tokens!.ids.slice(4, 6)]).toEqual([101, 102]);
  expect([...tokens!.ids.slice(1, 3)]).toEqual([...tokens!.ids.slice(7, 9)]);
  expect(tokens!.values.length).toBe(13 * 512);
  for (const [row, at] of [0, 4, 6].entries()) {
    const first = tokens!.values.subarray(at * 512, (at + 1) * 512);
    const cosine = first.reduce((sum, v, j) => sum + v * dense[row * 512 + j]!, 0) / Math.hypot(...first);
    expect(cosine).toBeGreaterThan(0.99999);
  }
});

test('the sentence vector is the same, to .999, whether token vectors are asked for or not', async () => {
  const texts = references()
    .get(ZH)!
    .map(({ text }) => text);
  const plain = await encoder.embed(ZH, 'passage', texts);
  const withTokens = await encoder.embed(ZH, 'passage', texts, { tokens: true });
  expect(plain.tokens).toBeUndefined();
  for (let i = 0; i < texts.length; i++) {
    const [a, b] = [plain, withTokens].map(({ dense }) => dense.subarray(i * 512, (i + 1) * 512));
    expect(
      a!.reduce((sum, v, j) => sum + v * b![j]!, 0),
      texts[i]!.slice(0, 40),
    ).toBeGreaterThan(0.999);
  }
});

test('sparse vectors are those of the head over the text’s own tokens, a query’s without its instruction', async () => {
  const head = decodeSparseHead(
    JSON.parse(await readFile(join(packagedModels(), ZH, 'sparse-head.json'), 'utf8')),
    (await encoder.load(ZH)).encoderKey,
    512,
  );
  const texts = ['灯塔看守人住在灯塔里', ''];
  for (const [role, leading] of [
    ['passage', 0],
    ['query', 20],
  ] as const) {
    const { tokens, sparse } = await encoder.embed(ZH, role, texts, { tokens: true, sparse: true });
    for (const row of texts.keys()) {
      const [from, to] = [tokens!.offsets[row]!, tokens!.offsets[row + 1]!];
      const vectors = tokens!.values.subarray(from * 512, to * 512);
      expect(sparseRow(sparse!, row)).toEqual(sparseVector(head, vectors, tokens!.ids.subarray(from, to), leading));
    }
    expect(sparseRow(sparse!, 0).indices.length).toBeGreaterThan(2);
    expect(sparseRow(sparse!, 1).indices).toHaveLength(0);
  }
  expect((await encoder.embed(ZH, 'passage', texts)).sparse).toBeUndefined();
});

test('a head of other weights, or a file that is none, is refused by name', async () => {
  const models = await copyOf('headed');
  const [card, file] = [join(models, ZH, 'model.json'), join(models, ZH, 'sparse-head.json')];
  const head = JSON.parse(await readFile(file, 'utf8'));
  const manifest = JSON.parse(await readFile(card, 'utf8'));
  for (const [wrong, code] of [
    [{ ...head, model: 'other' }, 'model-mismatch'],
    ['nothing of the kind', 'model-corrupt'],
  ] as const) {
    const bytes = Buffer.from(JSON.stringify(wrong));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeFile(file, bytes);
    const sparseHead = { path: 'sparse-head.json', bytes: bytes.length, sha256 };
    await writeFile(card, JSON.stringify({ ...manifest, sparseHead }));
    const other = createNodeEncoder(models);
    await expect(other.load(ZH)).rejects.toMatchObject({ code });
    await other.close();
  }
});

test('a passage’s vector is mixed with the mean of its tokens in their window, where a context is given', async () => {
  const models = await copyOf('late');
  const path = join(models, ZH, 'model.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  const window = '灯塔看守人住在海边。他每天晚上点灯。船只因此平安。';
  const passages = ['灯塔看守人住在海边。', '他每天晚上点灯。'];
  const contexts = passages.map((text) => ({
    text: window,
    start: window.indexOf(text),
    end: window.indexOf(text) + text.length,
  }));
  const plain = await encoder.embed(ZH, 'passage', passages);
  const whole = await encoder.embed(ZH, 'passage', [window], { tokens: true });
  for (const mix of [0.4, 1]) {
    await writeFile(path, JSON.stringify({ ...manifest, lateChunking: { window: 64, mix, upTo: 32 } }));
    const late = createNodeEncoder(models, nativeRuntime(1));
    expect((await late.load(ZH)).key).not.toBe((await encoder.load(ZH)).key);
    const { dense } = await late.embed(ZH, 'passage', passages, { contexts });
    for (const [row, { start, end }] of contexts.entries()) {
      const mean = new Float64Array(512);
      // A token a character, after [CLS].
      for (let t = start + 1; t < end + 1; t++) {
        for (let j = 0; j < 512; j++) mean[j]! += whole.tokens!.values[t * 512 + j]!;
      }
      const length = Math.hypot(...mean);
      const own = plain.dense.subarray(row * 512, (row + 1) * 512);
      const wanted = mean.map((value, j) => (1 - mix) * own[j]! + (mix * value) / length);
      const norm = Math.hypot(...wanted);
      const cosine = wanted.reduce((sum, value, j) => sum + (value / norm) * dense[row * 512 + j]!, 0);
      expect(cosine).toBeGreaterThan(0.99999);
    }
    const alone = await late.embed(ZH, 'passage', passages, { contexts: [undefined, undefined] });
    expect(alone.dense).toEqual(plain.dense);
    await late.close();
  }
});

test('tokens are counted without [CLS] and [SEP], and beyond what the model takes', async () => {
  expect([...(await encoder.countTokens(ZH, ['', '灯塔', 'API', '的'.repeat(1000)]))]).toEqual([0, 2, 1, 1000]);
});

test('tokens can be counted while the weights are missing', async () => {
  const models = await copyOf('no-weights');
  await rm(join(models, ZH, 'model.onnx'));
  const other = createNodeEncoder(models);
  expect([...(await other.countTokens(ZH, ['灯塔']))]).toEqual([2]);
  await expect(other.embed(ZH, 'query', ['灯塔'])).rejects.toMatchObject({ code: 'model-unavailable' });
  await other.close();
});

test('weights of another hash are refused, and loading works once the file is restored', async () => {
  const models = await copyOf('damaged');
  const file = join(models, ZH, 'model.onnx');
  const sound = await readFile(file);
  const other = createNodeEncoder(models);
  const damaged = Uint8Array.from(sound);
  damaged[20_000_000]! ^= 1;
  await writeFile(file, damaged);
  await expect(other.load(ZH)).rejects.toMatchObject({ code: 'model-corrupt', message: /expected SHA-256/ });
  await truncate(file, 1000);
  await expect(other.load(ZH)).rejects.toMatchObject({ code: 'model-corrupt', message: /got 1000/ });
  await writeFile(file, sound);
  expect(await other.load(ZH)).toMatchObject({ id: ZH, dim: 512 });
  await other.close();
});

test('a model that is not there, and a name that is no folder’s, are told apart', async () => {
  await expect(encoder.load('bge-huge')).rejects.toMatchObject({ code: 'model-unavailable', message: /bge-huge/ });
  for (const name of ['../secret', '', '.hidden', 'a/b']) {
    await expect(encoder.load(name)).rejects.toMatchObject({ code: 'bad-input' });
  }
});

test('the key changes with the weights and with the instruction', async () => {
  const models = await copyOf('rekeyed');
  const path = join(models, ZH, 'model.json');
  const card = JSON.parse(await readFile(path, 'utf8'));
  const keyOf = async (changed: object) => {
    await writeFile(path, JSON.stringify({ ...card, sparseHead: undefined, lateChunking: undefined, ...changed }));
    const other = createNodeEncoder(models);
    const { key } = await other.load(ZH);
    await other.close();
    return key;
  };
  const plain = await keyOf({});
  expect(plain).toBe((await encoder.load(ZH)).encoderKey);
  expect(await keyOf({ queryInstruction: '' })).not.toBe(plain);
});

test('progress ends at the model’s whole size', async () => {
  const other = createNodeEncoder();
  const seen: number[][] = [];
  await other.load(ZH, { onProgress: (loaded, total) => seen.push([loaded, total]) });
  const [loaded, total] = seen.at(-1)!;
  expect(loaded).toBe(total);
  expect(total).toBeGreaterThan(24_000_000);
  await other.close();
});

test('an abort while passages are embedded throws the signal’s reason, and the encoder goes on', async () => {
  await encoder.load(ZH);
  const stop = new AbortController();
  const many = encoder.embed(ZH, 'passage', Array(500).fill('租赁物'), { signal: stop.signal });
  const query = await encoder.embed(ZH, 'query', ['灯塔']);
  stop.abort(new Error('changed my mind'));
  await expect(many).rejects.toThrow('changed my mind');
  expect(query.rows).toBe(1);
});

test('an aborted load throws the signal’s reason and the next one succeeds', async () => {
  const other = createNodeEncoder();
  const stop = new AbortController();
  const load = other.load(ZH, { signal: stop.signal });
  stop.abort(new Error('not now'));
  await expect(load).rejects.toThrow('not now');
  expect((await other.load(ZH)).id).toBe(ZH);
  await other.close();
});

test('a closed encoder says so', async () => {
  const other = createNodeEncoder();
  await other.close();
  await expect(other.load(ZH)).rejects.toMatchObject({ code: 'worker-lost' });
});

test('of several damaged files the same one is always named, whichever is read first', async () => {
  const models = await copyOf('several');
  for (const path of ['tokenizer.json', 'sparse-head.json', 'model.onnx']) await truncate(join(models, ZH, path), 9);
  const source = folderSource(models);
  for (const late of ['tokenizer.json', 'sparse-head.json', 'model.onnx']) {
    const model = createModel(
      ZH,
      {
        ...source,
        file: async (id, file, options) => {
          if (file.path === late) await new Promise((resolve) => setTimeout(resolve, 50));
          return source.file(id, file, options);
        },
      },
      nativeRuntime(1),
    );
    await expect(model.open()).rejects.toThrow(/tokenizer\.json: expected/);
    await expect(model.load({})).rejects.toThrow(/tokenizer\.json: expected/);
  }
});
