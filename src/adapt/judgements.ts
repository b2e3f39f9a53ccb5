import type { Judgement, Judgements } from '../core/adapt.ts';
import { compare, type Figured } from './evaluate.ts';

/** Before and after over all questions, and apart over those whose documents the training points to and those not. */
export function judgements(before: Figured, after: Figured, untouched: readonly boolean[]): Judgements {
  const over = (keep: (i: number) => boolean): Judgement => {
    const pick = <T>(list: readonly T[]) => list.filter((_, i) => keep(i));
    const dense = compare(pick(before.dense), pick(after.dense));
    const fused = before.fused.length > 0 ? { fused: compare(pick(before.fused), pick(after.fused)) } : {};
    return { questions: pick(before.dense).length, dense, ...fused };
  };
  return {
    all: over(() => true),
    shared: over((i) => !untouched[i]),
    untouched: over((i) => untouched[i] === true),
  };
}

/** The comparison that decides: fused where there are keywords. */
export const decisive = ({ fused, dense }: Judgement) => fused ?? dense;
