import { expect, test } from 'vitest';
import type { Evaluation, Report } from '../../../src/cli/eval/evaluate.ts';
import { ablation, table } from '../../../src/cli/eval/table.ts';

const report = (ndcg10: number): Report => ({
  ndcg10,
  mrr10: 0.5,
  recall10: 0.75,
  recall100: 1,
  n: 4,
  ci: { ndcg10: [0.4, 0.6], mrr10: [0, 1], recall10: [0, 1], recall100: [0, 1] },
});
const results = new Map<string, Evaluation>([
  [
    'cats',
    {
      retrievers: {
        bm25: report(0.5),
        dense: report(0.45),
        fused: report(0.6),
        full: report(0.625),
        'without bm25': report(0.525),
        'without dense': report(0.575),
        'with feedback': report(0.65),
      },
      refusal: { unanswerable: { auroc: 0.9, falseRefusal: 0.05, trueRefusal: 0.8, n: 2 } },
    },
  ],
  ['dogs', { retrievers: { bm25: report(1) }, refusal: {} }],
]);

test('the table has a row a retriever with its interval, and one a kind of unanswerable question', () => {
  const lines = table(results).split('\n');
  expect(lines).toHaveLength(1 + 4 + 1 + 1 + 2);
  expect(lines[1]!.split(/\s+/)).toEqual(['cats', 'bm25', '.5000', '.4000–.6000', '.5000', '.7500', '1.0000', '4']);
  expect(lines.at(-1)).toMatch(/cats\s+unanswerable\s+\.9000\s+5\.0 %\s+80\.0 %\s+2/);
});

test('the ablation says what is lost with each method off, and leaves out what has only one', () => {
  const lines = ablation(results).split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/no reranking\s+no bm25\s+no dense\s+with feedback\s+best part$/);
  expect(lines[1]).toMatch(
    /cats\s+full\s+\.6250\s+\.6000 \(−\.0250\)\s+\.5250 \(−\.1000\)\s+\.5750 \(−\.0500\)\s+\.6500 \(\+\.0250\)\s+bm25 \.5000 \(−\.1250\)/,
  );
});
