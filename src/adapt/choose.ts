import type { EpochRecord } from '../core/adapt.ts';

/** Fewer questions of a kind than this say nothing of it. */
const ENOUGH = 10;

export interface KindCounts {
  readonly shared: number;
  readonly untouched: number;
}

/**
 * How much better than identity an epoch at a strength is: the mean of the gains on shared and on untouched questions,
 * each kind that has enough questions counting the same, however many there are of the other.
 *
 * A strength at which untouched questions fare worse than with identity is out (-Infinity): what was learned there are
 * the documents, not the domain.
 */
export function gainOver(identity: EpochRecord, record: EpochRecord, counts: KindCounts): number {
  const shared = record.shared - identity.shared;
  const untouched = record.untouched - identity.untouched;
  if (counts.untouched >= ENOUGH && untouched < 0) return -Infinity;
  const gains = [...(counts.shared >= ENOUGH ? [shared] : []), ...(counts.untouched >= ENOUGH ? [untouched] : [])];
  if (gains.length === 0) return record.all - identity.all;
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
}

/** The best of several; the earlier, and so the weaker, wins a tie. */
export function bestOf(identity: EpochRecord, records: readonly EpochRecord[], counts: KindCounts): EpochRecord {
  let best = identity;
  for (const record of records) {
    if (gainOver(identity, record, counts) > Math.max(0, gainOver(identity, best, counts))) best = record;
  }
  return best;
}
