import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Encoder } from '../../src/core/encoder.ts';
import type { DocumentId, ModelCard, UnitVector } from '../../src/core/types.ts';
import { createNodeEncoder, packagedModels } from '../../src/embed/encoder.node.ts';
import { nativeRuntime } from '../../src/embed/runtime.node.ts';
import { createSearchIndex, readSearchBlocks, searchBlocks } from '../../src/search/index.ts';
import { chunkOf } from '../chunk-of.ts';

// Real vectors of real sentences, which do not change with the documentation: those that the models are checked by.
const ROOT = join(import.meta.dirname, '../..');
const QUERIES = 24;
/** Times that each sentence stands in the index, moved a little: enough rows that 4 bits make mistakes. */
const COPIES = 12;

let encoder: Encoder;
let card: ModelCard;
let texts: string[];
let vectors: Float32Array<ArrayBuffer>;
let queries: { text: string; values: UnitVector }[];

beforeAll(async () => {
  encoder = createNodeEncoder(packagedModels(), nativeRuntime(1));
  card = await encoder.load('bge-small-en-v1.5');
  const sentences = readFileSync(join(ROOT, 'tools/models/wikipedia-en.txt'), 'utf8')
    .split(/(?<=[.:])\s+/)
    .filter((text) => /^[A-Z][\w ,'’-]{30,140}[.:]$/.test(text));
  const some = [...new Set(sentences)].slice(0, 120);
  const { dense } = await encoder.embed(card.id, 'passage', some);
  texts = Array.from({ length: COPIES }, () => some).flat();
  vectors = new Float32Array(texts.length * card.dim);
  let state = 1;
  for (let i = 0; i < vectors.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    vectors[i] = dense[i % dense.length]! + (i < dense.length ? 0 : 0.06 * (state / 2 ** 32 - 0.5));
  }
  for (let at = 0; at < vectors.length; at += card.dim) {
    const row = vectors.subarray(at, at + card.dim);
    const length = Math.hypot(...row);
    for (let i = 0; i < card.dim; i++) row[i]! /= length;
  }
  const asked = some.filter((_, i) => i % 5 === 0).slice(0, QUERIES);
  const words = asked.map((text) => text.split(' ').slice(1, 8).join(' '));
  const embedded = await encoder.embed(card.id, 'query', words);
  queries = words.map((text, i) => ({
    text,
    values: embedded.dense.slice(i * card.dim, (i + 1) * card.dim) as UnitVector,
  }));
});
afterAll(() => encoder.close());

/** @param many whether the index is told that very many rows are coming, and gets them as a store gives them. */
async function indexOf(exactRows: number, many = false) {
  const index = createSearchIndex({ exactRows, ...(many && { expected: new Map([[card.key, 1e7]]) }) });
  for (const [id, [from, to]] of [
    [0, 700],
    [700, texts.length],
  ].entries() as Iterable<[number, [number, number]]>) {
    const chunks = texts.slice(from, to).map((text, i) => chunkOf(`d${(from + i) % 3}`, text, { ordinal: from + i }));
    const part = vectors.slice(from * card.dim, to * card.dim);
    const segment = { id, model: card.key, language: 'en', dim: card.dim, chunks, vectors: part } as const;
    if (!many) index.add(segment, new Set([5, 6]));
    else {
      const { names, derive } = searchBlocks();
      const blocks = derive(segment);
      const read = async (name: string) => blocks[names.indexOf(name)]!;
      const first = index.load(segment, (await readSearchBlocks(read, card.dim, to - from))!, new Set([5, 6]));
      index.supply(first, part);
    }
  }
  return index;
}

test.each([
  ['fused', 'float32'],
  ['dense', 'float32'],
  ['fused', 'int8'],
  ['dense', 'int8'],
] as const)(
  '%s: a first pass in 4 bits, the best in %s, ranks real passages as scoring all of them exactly does',
  async (method, kept) => {
    const [exact, packed] = [await indexOf(Number.POSITIVE_INFINITY), await indexOf(0, kept === 'int8')];
    expect(packed.status().lanes).toMatchObject([{ exact: kept }]);
    for (const documents of [undefined, new Set(['d1' as DocumentId])]) {
      for (const { text, values } of queries) {
        const query = {
          text,
          language: 'en',
          k: 10,
          vectors: [{ model: card.key, values }],
          ...(documents && { documents }),
        } as const;
        // Of two passages that are almost as likely, the question is moved towards one: by 7 bits it may be the other.
        const without = kept === 'int8' ? (['rocchio'] as const) : [];
        const settings = { method, without, explain: false };
        const [wanted, got] = [exact, packed].map((index) => index.search(query, settings));
        // Of two that score alike either may come first: standard scores rest on the mean of all rows, 4 bits or not.
        const scoreOf = new Map(
          exact.search({ ...query, k: 60 }, settings).hits.map(({ chunk, score }) => [chunk.id, score]),
        );
        for (const [rank, { chunk, score }] of got!.hits.entries()) {
          const exactly = scoreOf.get(chunk.id)!;
          // 7 bits err by some .001 of a cosine, which may put another of the copies of what is found verbatim in its place.
          if (kept === 'int8') expect(Math.abs(exactly - score)).toBeLessThan(0.1);
          else expect(Math.abs(exactly - wanted!.hits[rank]!.score)).toBeLessThan(0.02);
        }
        expect(got!.hits).toHaveLength(wanted!.hits.length);
        // The best cosine is exact in both; mean and deviation from which it stands out, and the 128th best, are of 4 bits
        // in one. By 7 bits another of the copies may be among the four that the first hit is ahead of, and be less like it.
        expect(Math.abs(got!.confidence - wanted!.confidence)).toBeLessThan(kept === 'int8' ? 0.15 : 0.03);
      }
    }
  },
);

test('the status of an index says how it is searched and with what recall', async () => {
  expect((await indexOf(Number.POSITIVE_INFINITY)).status().lanes).toMatchObject([{ firstPass: 'float32', recall: 1 }]);
  const [lane] = (await indexOf(0)).status().lanes;
  expect(lane).toMatchObject({ model: card.key, firstPass: 'int4', rows: texts.length - 4 });
  expect(lane!.recall).toBeGreaterThanOrEqual(0.999);
});
