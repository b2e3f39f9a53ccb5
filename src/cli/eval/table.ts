import { type Evaluation, isVariant, WITHOUT } from './evaluate.ts';
import type { LateFigures } from './late.ts';

/** One table for people: a row a retriever, nDCG@10 with its 95 % interval, and one a kind of unanswerable question. */
export function table(results: ReadonlyMap<string, Evaluation>): string {
  const rows = [['collection', 'retriever', 'nDCG@10', '95 %', 'MRR@10', 'R@10', 'R@100', 'n']];
  const refusals = [['collection', 'unanswerable', 'AUROC', 'false refusal', 'true refusal', 'n']];
  for (const [name, { retrievers, refusal }] of results) {
    for (const [retriever, r] of Object.entries(retrievers)) {
      if (isVariant(retriever)) continue;
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

/** nDCG@10 with everything, and what is left of it with one method off, or with one more that is off unless told: the table that says what each is worth. */
export function ablation(results: ReadonlyMap<string, Evaluation>): string {
  const shown = [...results].filter(([, { retrievers }]) => retrievers.fused);
  const off = [...new Set(shown.flatMap(([, { retrievers }]) => Object.keys(retrievers)))].filter(isVariant);
  const rows = [
    ['collection', 'with', 'all', 'no reranking', ...off.map((way) => way.replace(WITHOUT, 'no ')), 'best part'],
  ];
  for (const [name, { retrievers }] of shown) {
    const all = retrievers.full ?? retrievers.fused!;
    const left = (way: string) => {
      const figure = retrievers[way];
      return figure ? `${fixed(figure.ndcg10)} (${signed(figure.ndcg10 - all.ndcg10)})` : '–';
    };
    const parts = Object.keys(retrievers).filter(
      (way) => way !== 'full' && way !== 'cross' && way !== 'fused' && !isVariant(way),
    );
    const best = parts.reduce((a, b) => (retrievers[b]!.ndcg10 > retrievers[a]!.ndcg10 ? b : a));
    rows.push([
      name,
      retrievers.full ? 'full' : 'fused',
      fixed(all.ndcg10),
      retrievers.full ? left('fused') : '–',
      ...off.map(left),
      `${best} ${left(best)}`,
    ]);
  }
  return align(rows);
}

/** nDCG@10 of dense search by chunks alone and in context, a row a size of chunk, with titles before them and without. */
export function lateTable(name: string, figures: readonly LateFigures[]): string {
  const rows = [
    ['collection', 'budget', 'chunks', 'characters', 'in context', 'read', 'alone', 'late', 'gain', '95 %', 'n'],
  ];
  for (const { budget, chunks, characters, inContext, titled, alone, late, gain, questions } of figures) {
    const shown = [...[budget, chunks, Math.round(characters), inContext].map(String), titled ? 'title, text' : 'text'];
    const interval = gain.map(signed).join(' to ');
    rows.push([name, ...shown, fixed(alone), fixed(late), signed(late - alone), interval, String(questions)]);
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
