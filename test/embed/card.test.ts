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
