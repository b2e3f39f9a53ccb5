import { expect, test } from 'vitest';
import { applyLinear, createLinear } from '../../src/adapt/linear.ts';
import { pairObjective, readLabelledPairs } from '../../src/adapt/pairs.ts';
import { createRandom } from '../../src/adapt/random.ts';
import { train } from '../../src/adapt/train.ts';
import { auroc } from '../../src/cli/eval/metrics.ts';
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
