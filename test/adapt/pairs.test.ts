import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyLinear, createLinear } from '../../src/adapt/linear.ts';
import { pairObjective, readLabelledPairs } from '../../src/adapt/pairs.ts';
import { PAIR_DEFAULTS, auroc as ranksAuroc, tellApart } from '../../src/adapt/tell-apart.ts';
import { train } from '../../src/adapt/train.ts';
import { auroc } from '../../src/cli/eval/metrics.ts';
import { createRandom } from '../../src/core/random.ts';
import { teach } from './teach.ts';

test('labelled pairs are read from a TSV, quotes and all; other rows are left out', () => {
  const file = '他说“好”。\t他同意了。\t1\nA "b\tc\t0\nno label\tx\t\nonly one\n\n';
  expect(readLabelledPairs('p.tsv', file)).toEqual([
    { left: '他说“好”。', right: '他同意了。', label: 1 },
    { left: 'A "b', right: 'c', label: 0 },
  ]);
});

test('pairs of one label only are refused: there is nothing to tell apart', () => {
  expect(() => readLabelledPairs('p.tsv', 'a\tb\t1\nc\td\t1\n')).toThrow(/got 2 with 1 and 0 with 0/);
});

test.each([
  { kind: 'cosent', temperature: 0.05 },
  { kind: 'binary', temperature: 0.05, threshold: 0.5 },
] as const)('the $kind loss tells pairs apart that it was not trained on', (loss) => {
  const { dim, queries, documents } = teach({ questions: 200, documents: 200, dim: 8 });
  // Even rows keep their own document, odd rows get another's.
  const right = new Float32Array(queries.length);
  const labels = Uint8Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : 0));
  for (const [i, label] of labels.entries()) {
    const row = label === 1 ? i : (i + 50) % 200;
    right.set(documents.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  const random = createRandom(1);
  const linear = createLinear(dim, 0, false, random);
  const half = 100 * dim;
  const objective = pairObjective(linear, queries.slice(0, half), right.slice(0, half), labels.slice(0, 100), loss);
  const schedule = { epochs: 20, batch: 20, rate: 0.03, weightDecay: 0, warmUp: 0.1 };
  const separation = () => {
    const change = applyLinear(linear, queries, 200);
    const scores = Array.from({ length: 100 }, (_, i) => {
      let [sum, squares] = [0, 0];
      for (let at = (100 + i) * dim; at < (101 + i) * dim; at++) {
        sum += (queries[at]! + change[at]!) * right[at]!;
        squares += (queries[at]! + change[at]!) ** 2;
      }
      return sum / Math.sqrt(squares);
    });
    const of = (label: number) => scores.filter((_, i) => labels[100 + i] === label);
    return auroc(of(1), of(0));
  };
  const before = separation();
  for (const _ of train(linear.parameters, objective, schedule, random));
  expect(separation()).toBeGreaterThan(Math.max(0.95, before));
});

test('AUROC agrees with counting every pair of pairs, ties half', () => {
  const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(list, (scored) => {
      const labels = scored.map(([, same]) => (same ? 1 : 0));
      fc.pre(new Set(labels).size === 2);
      const of = (label: number) => scored.flatMap(([score], i) => (labels[i] === label ? [score] : []));
      const byRanks = ranksAuroc(
        scored.map(([score]) => score),
        labels,
      );
      expect(byRanks).toBeCloseTo(auroc(of(1), of(0)), 10);
    }),
  );
});

/** Pairs of which the even ones belong together, a turn away from one another. */
function pairSet(turned: boolean) {
  const { dim, queries, documents, model } = teach({
    questions: 300,
    documents: 300,
    dim: 8,
    kind: turned ? 'rotated' : 'random',
  });
  const right = new Float32Array(queries.length);
  const labels = Uint8Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 1 : 0));
  for (const [i, label] of labels.entries()) {
    const row = label === 1 ? i : (i + 50) % 300;
    right.set(documents.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  return { model, dim, left: queries, right, labels, sentences: [...labels.keys()].map((i) => [i]) };
}

test('an adapter learns to tell pairs apart, on pairs that took no part; equal seeds give equal adapters', () => {
  const options = { ...PAIR_DEFAULTS, rate: 0.02 };
  const told = tellApart(pairSet(true), options);
  expect(told.after).toBeGreaterThan(Math.max(0.9, told.before));
  expect(told.low).toBeGreaterThan(0);
  expect(told.adapter).toBeDefined();
  expect(tellApart(pairSet(true), options)).toEqual(told);
});

test('where there is nothing to learn, an adapter never does worse in the test; too few pairs are refused', () => {
  const told = tellApart(pairSet(false), { ...PAIR_DEFAULTS, rate: 0.02 });
  if (told.adapter) expect(told.after).toBeGreaterThanOrEqual(told.before);
  const few = pairSet(true);
  expect(() => tellApart({ ...few, labels: few.labels.slice(0, 50) })).toThrow('at least 100 labelled pairs');
});
