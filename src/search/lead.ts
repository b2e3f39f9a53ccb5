import { plain } from './text.ts';

/** What a known question does for the passage that answers it. */
export interface Lead {
  readonly row: number;
  readonly question: string;
  /** Word score of the question, and how near it is (NaN without vectors). */
  readonly words: number;
  readonly cosine: number;
  /** How far the passage's own word score and cosine move towards the question's where that is higher, 0–1. */
  readonly wordsTrust: number;
  readonly trust: number;
  /** The query is this question, spelling and punctuation apart. */
  readonly same: boolean;
}

/**
 * A question that a person accepted says that one passage answers it, and nothing of the passages that no question is
 * known of: leaning on it costs those (measured, docs/quality.md). So it moves its passage a fifth of the way, by
 * meaning alone, unless it is asked again as it was. An author's question counts as much as the collection is an FAQ.
 */
const ACCEPTED_TRUST = 0.2;

/** How far an author's question is trusted, where so many of the passages that there are have one. */
export function authorsTrust(authored: number, live: number): Pick<Lead, 'wordsTrust' | 'trust'> {
  const share = Math.min(1, authored / Math.max(1, live));
  return { wordsTrust: share, trust: Math.max(ACCEPTED_TRUST, share) };
}
export const ACCEPTED = { wordsTrust: 0, trust: ACCEPTED_TRUST };

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

/** Raises the rows that answered this very question before above all others; of those that `skip` names none. */
export function knownFirst<Scores extends Float32Array>(
  score: Scores,
  led: ReadonlyMap<number, Lead>,
  skip: Uint8Array,
): Scores {
  const top = score.reduce((most, value) => (value > most ? value : most), 0);
  for (const [row, { same }] of led) if (same && skip[row] === 0) score[row] = top + 1;
  return score;
}

const rank = ({ cosine, words }: Lead) => (Number.isNaN(cosine) ? words : 1000 + cosine);

/** What is equal of two questions that are one, spelling and punctuation apart. */
export const sameAs = (text: string): string =>
  plain(text)
    .replace(/[\s?!.,;:？！。，；：]+/gu, ' ')
    .trim();
