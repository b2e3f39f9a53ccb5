import type { Evaluation } from './evaluate.ts';

/** One table for people: a row a retriever, nDCG@10 with its 95 % interval, and one a kind of unanswerable question. */
export function table(results: ReadonlyMap<string, Evaluation>): string {
  const rows = [['collection', 'retriever', 'nDCG@10', '95 %', 'MRR@10', 'R@10', 'R@100', 'n']];
  const refusals = [['collection', 'unanswerable', 'AUROC', 'false refusal', 'true refusal', 'n']];
  for (const [name, { retrievers, refusal }] of results) {
    for (const [retriever, r] of Object.entries(retrievers)) {
      const [low, high] = r.ci.ndcg10;
      const shown = [r.ndcg10, `${fixed(low)}–${fixed(high)}`, r.mrr10, r.recall10, r.recall100, String(r.n)];
      rows.push([name, retriever, ...shown.map((cell) => (typeof cell === 'number' ? fixed(cell) : cell))]);
    }
    for (const [kind, r] of Object.entries(refusal)) {
      refusals.push([name, kind, fixed(r.auroc), percent(r.falseRefusal), percent(r.trueRefusal), String(r.n)]);
    }
  }
  return refusals.length > 1 ? `${align(rows)}\n\n${align(refusals)}` : align(rows);
}

/** nDCG@10 with everything, and what is left of it with one method off: the table that says what each is worth. */
export function ablation(results: ReadonlyMap<string, Evaluation>): string {
  const rows = [['collection', 'with', 'all', 'no reranking', 'no meaning', 'no words']];
  for (const [name, { retrievers }] of results) {
    const all = retrievers.full ?? retrievers.fused;
    if (!all) continue;
    const without = (method: string) => {
      const left = retrievers[method];
      return left ? `${fixed(left.ndcg10)} (${signed(left.ndcg10 - all.ndcg10)})` : '–';
    };
    const reranking = retrievers.full ? without('fused') : '–';
    rows.push([
      name,
      retrievers.full ? 'full' : 'fused',
      fixed(all.ndcg10),
      reranking,
      without('bm25'),
      without('dense'),
    ]);
  }
  return align(rows);
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${fixed(Math.abs(value))}`;
const fixed = (value: number) => value.toFixed(4).replace(/^0/, '');
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}
