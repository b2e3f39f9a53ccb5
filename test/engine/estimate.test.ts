import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { countingEncoder, file, markdown } from './parts.ts';

/** An engine whose browser grants so many bytes, of which none are used. */
function engineWith(quotaBytes?: number) {
  const store = createMemoryStore();
  const usage = async () => ({ kind: 'test', usedBytes: 0, ...(quotaBytes !== undefined && { quotaBytes }) });
  return createEngine({
    store: async () => ({ ...store, usage }),
    encoder: countingEncoder(),
    models: { en: 'model-en', zh: 'model-zh' },
  });
}

const FILES = [
  ...Array.from({ length: 6 }, (_, i) => file(`en/${i}.md`, markdown(`alpha${i}`, 40))),
  ...Array.from({ length: 6 }, (_, i) =>
    file(`zh/${i}.txt`, `租赁合同到期后，押金应当在七日内退还。${i}。`.repeat(200)),
  ),
];
const size = FILES.reduce((sum, { data }) => sum + data.size, 0);

test('what fits, what fits without token vectors and what does not are told apart', async () => {
  const { bytes, withoutTokens } = await engineWith(1).estimate(FILES);
  expect(withoutTokens).toBeGreaterThan(size);
  expect(bytes).toBeGreaterThan(withoutTokens);
  for (const [quota, fits] of [
    [bytes, 'whole'],
    [bytes - 1, 'without-tokens'],
    [withoutTokens, 'without-tokens'],
    [withoutTokens - 1, 'no'],
  ] as const) {
    expect(await engineWith(quota).estimate(FILES)).toEqual({ bytes, withoutTokens, freeBytes: quota, fits });
  }
});

test('twice the files come to twice as much, a file that is not text to nothing, and one that is here to nothing', async () => {
  const engine = engineWith(1);
  const once = await engine.estimate(FILES);
  const again = FILES.map(({ path, data }) => ({ path: `again/${path}`, data }));
  const twice = await engine.estimate([...FILES, ...again]);
  expect(twice.bytes / once.bytes).toBeCloseTo(2, 1);
  const image = {
    path: 'photo.bin',
    data: new File([Uint8Array.from({ length: 9000 }, (_, i) => i % 7)], 'photo.bin'),
  };
  expect((await engine.estimate([...FILES, image])).bytes).toBe(once.bytes);

  const roomy = engineWith();
  await roomy.add(FILES.slice(0, 6));
  expect(await roomy.estimate(FILES.slice(0, 6))).toEqual({ bytes: 0, withoutTokens: 0, fits: 'whole' });
});

test('where there is plenty, or nobody says how much there is, no file is read', async () => {
  const unreadable = {
    path: 'a.txt',
    data: new Proxy(new Blob(['x'.repeat(500)]), { get: (blob, key) => (key === 'size' ? blob.size : fail()) }),
  };
  for (const quota of [undefined, 1e9]) {
    expect((await engineWith(quota).estimate([unreadable])).fits).toBe('whole');
  }
});

function fail(): never {
  throw new Error('nobody should read this');
}

test('passages added without token vectors are found all the same', async () => {
  const engine = engineWith();
  await engine.add(FILES.slice(0, 2), { tokens: false });
  const { passages, reranked } = await engine.search('alpha0 1word7', { tier: 'full' });
  expect(passages.length).toBeGreaterThan(0);
  expect(reranked).toBe(false);
});
