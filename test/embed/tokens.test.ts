import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openTokenizer } from '../../src/embed/tokenizer.ts';

/** Made by `tools/models/tokens.py`. */
interface Fixture {
  readonly texts: readonly string[];
  /** By the folder of the tokenizer, for each text: how many ids Python's `tokenizers` give it, and their hash. */
  readonly ids: Readonly<Record<string, readonly (readonly [count: number, hash: number])[]>>;
}

const root = join(import.meta.dirname, '../..');
const file = join(root, 'test/fixtures/embed/tokens.json.gz');
const { texts, ids } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Fixture;

const fnv1a = (ids: readonly number[]) => ids.reduce((hash, id) => Math.imul(hash ^ id, 0x01000193), 0x811c9dc5) >>> 0;
test.each(Object.keys(ids))('%s: the ids of 2,000 varied texts are those of Python’s tokenizers', (name) => {
  expect(texts).toHaveLength(2000);
  const tokenizer = openTokenizer(readFileSync(join(root, name, 'tokenizer.json')), name);
  const wrong = texts.filter((text, i) => {
    const found = tokenizer.encode(text, Number.POSITIVE_INFINITY);
    const [count, hash] = ids[name]![i]!;
    return found.length !== count || fnv1a(found) !== hash;
  });
  expect(wrong.map((text) => text.slice(0, 100))).toEqual([]);
});
