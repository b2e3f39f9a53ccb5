import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clean } from '../../src/adapt/filters.ts';
import { nearDuplicates, resemblance, signature } from '../../src/adapt/minhash.ts';
import { quality } from '../../src/adapt/quality.ts';
import type { Sample } from '../../src/core/adapt.ts';

const sample = (query: string, pos: readonly string[] = ['d1'], neg: readonly string[] = []): Sample => ({
  query,
  pos,
  neg,
  kind: 'question-document',
  origin: 'file',
});
const reasons = async (samples: readonly Sample[], options = {}) =>
  Object.assign({}, ...(await clean(samples, options)).steps.map((step) => step.reasons)) as Record<string, number>;

test('white space, control characters and full-width forms are folded', async () => {
  expect((await clean([sample('  Ｗｈｏ\u0000\n  pays？ ')])).samples[0]!.query).toBe('Who pays?');
});

test('every step reports what it dropped and why', async () => {
  const found = await reasons(
    [
      sample('谁来支付押金？'),
      sample('x'),
      sample('Who returns the deposit to the tenant?'.repeat(20)),
      sample(
        'Who returns the deposit to the tenant?',
        Array.from({ length: 30 }, (_, i) => `d${i}`),
      ),
      sample('The tenant pays the deposit.', ['The tenant pays the deposit.']),
      sample('Is my password hunter2 safe to keep?'),
      sample('?!?! 77-12 ;;;; 88--99'),
      sample('May a landlord keep the deposit?', ['d1'], ['d1']),
      sample('What does a landlord owe the tenant?'),
    ],
    { language: 'en', blocked: ({ query }: Sample) => (query.includes('password') ? 'names a password' : undefined) },
  );
  expect(found).toEqual({
    'language is zh, not en': 1,
    'question shorter than 2 characters': 1,
    'question longer than 600 characters': 1,
    'more than 20 documents': 1,
    'the document is the question itself': 1,
    'names a password': 1,
    'not readable text': 1,
    'a document is called both right and wrong': 1,
  });
});

test('a question asked twice in the same words becomes one with the documents of both', async () => {
  const { samples } = await clean([sample('Who pays the rent?', ['d1']), sample('who pays the RENT?', ['d2', 'd1'])]);
  expect(samples).toEqual([sample('Who pays the rent?', ['d1', 'd2'])]);
});

test('what is only known to be wrong counts where the question has an answer, and is left out where it has none', async () => {
  const { samples, steps } = await clean([
    sample('Who pays the rent?', [], ['d7']),
    sample('who pays the rent?', ['d1']),
    sample('Who mends the roof?', [], ['d8']),
  ]);
  expect(samples).toEqual([sample('Who pays the rent?', ['d1'], ['d7'])]);
  expect(steps.find(({ step }) => step === 'answers')?.reasons).toEqual({ 'only wrong answers to it are known': 1 });
});

test('near duplicates with a document in common are dropped, with other documents kept', async () => {
  const long = 'What happens to the deposit when the tenant leaves the flat before the end of the lease';
  const { samples } = await clean([sample(`${long}?`), sample(`${long}??`), sample(`${long}!`, ['d2'])]);
  expect(samples.map(({ pos }) => pos)).toEqual([['d1'], ['d2']]);
});

test('a file of one question ten thousand times is one sample', async () => {
  const { samples } = await clean(
    Array.from({ length: 10_000 }, (_, i) => sample('Who pays the rent in advance?', [`d${i % 7}`])),
  );
  expect(samples).toHaveLength(1);
});

test('clean never invents, changes the order of or mutates samples', async () => {
  const words = fc.array(fc.constantFrom('who', 'pays', 'rent', 'deposit', '谁', '付'), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 30 }), async (lists) => {
      const given = lists.map((list, i) => sample(list.join(' '), [`d${i % 3}`]));
      const copy = structuredClone(given);
      const { samples, steps } = await clean(given);
      expect(given).toEqual(copy);
      const order = samples.map(({ query }) => given.findIndex((one) => one.query === query));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order).not.toContain(-1);
      expect(steps.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(given.length - samples.length);
    }),
  );
});

test('MinHash estimates the Jaccard overlap of 3-grams', async () => {
  const grams = (text: string) => new Set(Array.from({ length: text.length - 2 }, (_, i) => text.slice(i, i + 3)));
  const text = fc.string({ unit: fc.constantFrom(...'abcd'), minLength: 8, maxLength: 60 });
  let [error, pairs] = [0, 0];
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [left, right] = [grams(a), grams(b)];
      const both = [...left].filter((gram) => right.has(gram)).length;
      error += resemblance(signature(a), signature(b)) - both / (left.size + right.size - both);
      pairs++;
    }),
    { numRuns: 400, seed: 7 },
  );
  // The estimate is unbiased, with a standard error of at most 1/16 a pair: over 400 pairs .0031.
  expect(Math.abs(error / pairs)).toBeLessThan(0.0125);
});

test('a near duplicate points to the first of its kind, which is no duplicate itself', async () => {
  const base = 'the landlord returns the deposit within two weeks of the end of the lease';
  const texts = [base, 'something else altogether, about rivers', `${base}.`, `${base}..`, base.toUpperCase()];
  expect([...nearDuplicates(texts)]).toEqual([-1, -1, 0, 0, 0]);
});

test('readable questions are told from noise', async () => {
  for (const good of ['Who pays the deposit?', '被撤销监护资格的父母还要支付抚养费吗？', 'What is HTTP 404?']) {
    expect(quality(good), good).toBeGreaterThanOrEqual(0.5);
  }
  for (const bad of [
    '',
    '???!!!###',
    'ï¿½Ã©Ã¨Ã¼Ã¶ Ã¤Ã¶Ã¼',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    `x${'0123456789abcdef'.repeat(10)}`,
  ]) {
    expect(quality(bad), bad).toBeLessThan(0.5);
  }
});
