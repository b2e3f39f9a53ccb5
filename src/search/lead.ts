import type { Lead } from './questions.ts';

/** What is known of every row, and may be raised. */
export interface Raised {
  readonly words: Float32Array;
  /** NaN where there is no vector to compare with. */
  readonly cosine: Float32Array;
  lift(row: number, by: number): void;
}

/**
 * Raises each passage towards the known question that leads to it, by as much as the question is trusted, and returns
 * the leads that raised something, one a row: the nearest. Nothing is ever lowered.
 */
export function follow(leads: readonly Lead[], { words, cosine, lift }: Raised): Map<number, Lead> {
  const byRow = new Map<number, Lead[]>();
  for (const lead of leads) {
    const list = byRow.get(lead.row);
    if (list) list.push(lead);
    else byRow.set(lead.row, [lead]);
  }
  const followed = new Map<number, Lead>();
  for (const [row, list] of byRow) {
    const nearer = (lead: Lead) => (lead.cosine > cosine[row]! ? lead.trust * (lead.cosine - cosine[row]!) : 0);
    const louder = (lead: Lead) => lead.wordsTrust * Math.max(0, lead.words - words[row]!);
    const [by, more] = [Math.max(...list.map(nearer)), Math.max(...list.map(louder))];
    if (by > 0) lift(row, by);
    const nearest = list.reduce((a, b) => (b.same || (!a.same && rank(b) > rank(a)) ? b : a));
    if (by > 0 || more > 0 || nearest.same) followed.set(row, nearest);
    words[row]! += more;
  }
  return followed;
}

const rank = ({ cosine, words }: Lead) => (Number.isNaN(cosine) ? words : 1000 + cosine);
