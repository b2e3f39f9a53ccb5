import type { Comparison, Judgement, Judgements } from '../core/adapt.ts';
import { compare, type Figured } from './evaluate.ts';
import type { Figures } from './measure.ts';

/** Before and after over all questions, and apart over those whose documents the training points to and those not. */
export function judgements(before: Figured, after: Figured, untouched: readonly boolean[]): Judgements {
  const over = (keep: (i: number) => boolean): Judgement => {
    const pick = <T>(list: readonly T[]) => list.filter((_, i) => keep(i));
    const compared = (method: 'dense' | 'fused', name: keyof Figures): Comparison =>
      compare(pick(before[method]), pick(after[method]), name);
    const deciding = before.fused.length > 0 ? 'fused' : 'dense';
    return {
      questions: pick(before.dense).length,
      dense: compared('dense', 'ndcg10'),
      ...(deciding === 'fused' ? { fused: compared('fused', 'ndcg10') } : {}),
      mrr10: compared(deciding, 'mrr10'),
      recall10: compared(deciding, 'recall10'),
    };
  };
  return {
    all: over(() => true),
    shared: over((i) => !untouched[i]),
    untouched: over((i) => untouched[i] === true),
  };
}

/** The comparison that decides: fused where there are keywords. */
export const decisive = ({ fused, dense }: Judgement) => fused ?? dense;
