import type { Match } from '../core/answer.ts';
import type { Range } from '../core/types.ts';

/** Matches as ranges to mark: ascending, and where they overlap or touch, one range for all. */
export function highlights(matches: readonly Match[]): Range[] {
  const ranges: Range[] = [];
  for (const { start, end } of matches.toSorted((a, b) => a.start - b.start)) {
    const last = ranges.at(-1);
    if (last && start <= last.end) ranges[ranges.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else ranges.push({ start, end });
  }
  return ranges;
}
