import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCollections } from '../../src/cli/eval/collection.ts';
import { evaluate } from '../../src/cli/eval/evaluate.ts';
import { passagesOf } from '../../src/cli/eval/passages.ts';

const EVAL = join(import.meta.dirname, '../../../shared/eval');
const names = ['covid-faq', 'vue-docs-en', 'vue-docs-zh', 'cmrc2018'];

/** `meta.json` holds what a reference BM25 (its own tokenizer, k1 1.2, b .75) reaches on the collection. */
test.skipIf(!existsSync(EVAL)).each(names)(
  'BM25 alone is within .01 of the reference on %s, or better',
  async (name) => {
    const [collection] = readCollections(join(EVAL, name));
    const meta = JSON.parse(readFileSync(join(EVAL, name, 'meta.json'), 'utf8')) as {
      bm25: { nDCG10: number; n: number };
    };
    const { retrievers } = await evaluate(collection!, { passages: await passagesOf(collection!) }, () => {});
    expect(retrievers.bm25!.n).toBe(meta.bm25.n);
    expect(retrievers.bm25!.ndcg10).toBeGreaterThan(meta.bm25.nDCG10 - 0.01);
  },
);
