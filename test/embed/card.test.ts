import { expect, test } from 'vitest';
import { parseManifest } from '../../src/embed/card.ts';

const file = { path: 'f', bytes: 1, sha256: '00' };
const sound = {
  id: 'm',
  languages: ['en'],
  dim: 4,
  pooling: 'cls',
  queryInstruction: '',
  maxTokens: 8,
  licence: 'MIT',
  source: 's',
  tokenizer: file,
  weights: file,
};

test('a whole manifest is read', () => {
  expect(parseManifest(sound, 'm/model.json')).toMatchObject(sound);
});

test.each(Object.keys(sound))('a manifest without %s is refused by name', (field) => {
  const { [field as keyof typeof sound]: _, ...rest } = sound;
  expect(() => parseManifest(rest, 'm/model.json')).toThrow(new RegExp(`m/model.json.*${field}`));
});

test.each([null, [], 'text', 7])('%j is no manifest', (json) => {
  expect(() => parseManifest(json, 'm/model.json')).toThrow(/expected an object/);
});

test('a head is part of the key, and the key without heads is kept beside it', () => {
  const plain = parseManifest(sound, 'm');
  const headed = parseManifest({ ...sound, sparseHead: { ...file, sha256: 'aa' } }, 'm');
  const other = parseManifest({ ...sound, sparseHead: { ...file, sha256: 'bb' } }, 'm');
  expect(plain).toMatchObject({ key: plain.encoderKey, sparse: false });
  expect(headed).toMatchObject({ encoderKey: plain.key, sparse: true });
  expect(new Set([plain.key, headed.key, other.key]).size).toBe(3);
  expect(() => parseManifest({ ...sound, sparseHead: { path: 'x' } }, 'm')).toThrow(/m, sparseHead.*bytes/);
});

const probed = { ...file, probes: [{ ids: [101, 102], vector: btoa('\x01\xff') }] };

test('a packed file and a graph for GPUs are read, and their absence is sound', () => {
  const card = parseManifest({ ...sound, weights: { ...file, unpacked: 7 }, webgpu: probed }, 'm/model.json');
  expect(card.weights.unpacked).toBe(7);
  expect(card.webgpu!.probes).toEqual([{ ids: [101, 102], vector: Int8Array.of(1, -1) }]);
  expect(parseManifest(sound, 'm/model.json').webgpu).toBeUndefined();
});

test.each([
  ['unpacked', { weights: { ...file, unpacked: 'much' } }],
  ['probes', { webgpu: file }],
  ['probes', { webgpu: { ...file, probes: [{ ids: 'none', vector: '' }] } }],
])('a damaged %s is refused by name', (field, fault) => {
  expect(() => parseManifest({ ...sound, ...fault }, 'm/model.json')).toThrow(new RegExp(`m/model.json.*${field}`));
});
