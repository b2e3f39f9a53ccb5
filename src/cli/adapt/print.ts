import type { Comparison, Judgements, StepReport, TrainProgress } from '../../core/adapt.ts';

/** “near duplicates   780 kept   4 dropped (4 nearly the same question, with the same document)” */
export function stepLines(steps: readonly StepReport[]): string {
  return steps
    .map(({ step, kept, dropped, reasons }) => {
      const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
      return `  ${step.padEnd(16)} ${String(kept).padStart(6)} kept ${String(dropped).padStart(6)} dropped${why.length > 0 ? `  (${why.join('; ')})` : ''}`;
    })
    .join('\n');
}

/** One line an epoch; nothing for a step. */
export function progressText(progress: TrainProgress): string | undefined {
  if (progress.kind === 'phase') return PHASES[progress.phase];
  if (progress.kind === 'note') return progress.text;
  if (progress.kind === 'step') return undefined;
  const { epoch, loss, alpha, all, shared, untouched } = progress.record;
  const figures = `all ${share(all)}  shared ${share(shared)}  untouched ${share(untouched)}`;
  return `  epoch ${String(epoch).padStart(2)}  loss ${loss.toFixed(3)}  strength ${alpha}  ${figures}`;
}

const PHASES = {
  negatives: 'mining hard negatives',
  folds: 'choosing epochs and strength on held-out folds (validation nDCG@10)',
  final: 'training on all of it',
  test: 'judging on the questions kept out',
} as const;

/** Both figures always side by side: what adaptation gives where it was taught, and what it costs where it was not. */
export function judgementTable(title: string, { all, shared, untouched }: Judgements): string {
  const rows = (
    [
      ['all', all],
      ['shared documents', shared],
      ['untouched documents', untouched],
    ] as const
  )
    .filter(([, { questions }]) => questions > 0)
    .flatMap(([name, { questions, dense, fused }]) => [
      line(name, questions, 'dense', dense),
      ...(fused ? [line(name, questions, 'fused', fused)] : []),
    ]);
  return [`${title} (nDCG@10, paired bootstrap 95 %)`, ...rows].join('\n');
}

function line(
  name: string,
  n: number,
  method: string,
  { before, after, gain, low, high, wins, losses }: Comparison,
): string {
  const change = `${signed(gain)} [${signed(low)}, ${signed(high)}]`;
  return `  ${name.padEnd(20)} ${String(n).padStart(5)}  ${method}  ${share(before)} → ${share(after)}  ${change}  ${wins} better, ${losses} worse`;
}

const share = (value: number) => value.toFixed(4).replace(/^0/, '');
const signed = (value: number) => `${value < 0 ? '−' : '+'}${share(Math.abs(value))}`;
