import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeEncoderFor, withCrossEncoder } from '../../src/embed/any.node.ts';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { createHubEncoder } from '../../src/embed/hub.ts';

/** A cross-encoder of BERT's shape and numpy's logits, made by `tools/models/cross.py`. */
const folder = join(import.meta.dirname, '../fixtures/embed');
const references = JSON.parse(readFileSync(join(folder, 'tiny-cross/reference.json'), 'utf8')) as {
  query: string;
  passage: string;
  tokens: number;
  logit: number;
}[];

const encoder = createHubEncoder({ folder });
afterAll(() => encoder.close());

test('a query and a passage are read together as numpy reads them, in both languages, empty and cut', async () => {
  expect(references.at(-1)!.tokens).toBe(64); // as long as the model takes
  for (const { query, passage, logit } of references) {
    const [score] = await encoder.score('tiny-cross', query, [passage]);
    expect(Math.abs(score! - logit), `${query} · ${passage.slice(0, 20)}`).toBeLessThan(1e-3);
  }
});

test('a passage scores the same whatever stands beside it', async () => {
  const { query } = references[0]!;
  const asked = references.filter((one) => one.query === query);
  const together = await encoder.score(
    'tiny-cross',
    query,
    asked.map(({ passage }) => passage),
  );
  for (const [i, { passage }] of asked.entries()) {
    expect(together[i]).toBe((await encoder.score('tiny-cross', query, [passage]))[0]);
  }
  expect(await encoder.score('tiny-cross', query, [])).toHaveLength(0);
});

test('an abort is heard between two passages', async () => {
  const stop = new AbortController();
  const scoring = encoder.score('tiny-cross', 'sea', Array(50).fill('moon'), { signal: stop.signal });
  stop.abort(new Error('typed on'));
  await expect(scoring).rejects.toThrow('typed on');
});

test('beside our own models it is found by its folder, and what is no cross-encoder says so', async () => {
  const { encoder: both, crossEncoder } = withCrossEncoder(createNodeEncoder(), join(folder, 'tiny-cross'));
  expect(crossEncoder).toBe('tiny-cross');
  expect(await both.score(crossEncoder, 'sea', ['moon'])).toHaveLength(1);
  await expect(both.score('bge-small-zh-v1.5', '海', ['月'])).rejects.toMatchObject({
    code: 'model-unavailable',
    message: expect.stringMatching(/cross-encoder/),
  });
  await both.close();
  const { encoder: none, id } = nodeEncoderFor(join(folder, 'no-such-model'));
  await none.close();
  await expect(none.score(id, 'sea', ['moon'])).rejects.toMatchObject({ code: 'worker-lost' });
});
