import type { StepReport } from '../core/adapt.ts';

/** Counts what a step drops, by reason. */
export interface Tally {
  drop(query: string, why: string): void;
  report(kept: number): StepReport;
  /** “3 not an object, 1 “pos” is empty” */
  summary(): string;
}

const EXAMPLES = 5;
const EXAMPLE_LENGTH = 120;

export function createTally(step: string): Tally {
  const reasons: Record<string, number> = {};
  const examples: { query: string; why: string }[] = [];
  let dropped = 0;
  return {
    drop(query, why) {
      dropped++;
      reasons[why] = (reasons[why] ?? 0) + 1;
      if (examples.length < EXAMPLES) examples.push({ query: query.slice(0, EXAMPLE_LENGTH), why });
    },
    report: (kept) => ({ step, kept, dropped, reasons: { ...reasons }, examples: [...examples] }),
    summary: () =>
      Object.entries(reasons)
        .map(([why, count]) => `${count} ${why}`)
        .join(', ') || 'the file is empty',
  };
}
