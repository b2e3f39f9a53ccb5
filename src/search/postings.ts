/**
 * Which rows hold a term, and how often: compressed sparse rows, one list a term, rows ascending.
 *
 * Term `t` of `terms` has its list in `rows[offsets[t] … offsets[t + 1])`, with the counts beside it in `counts`.
 * Rows are numbered through the whole index, from `base` on. Immutable; two neighbours can be merged.
 */
export interface Postings {
  readonly base: number;
  /** Rows covered, dead ones included. */
  readonly size: number;
  readonly terms: ReadonlyMap<string, number>;
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
  readonly counts: Uint16Array;
}

/** @param documents the terms of each row, in any order; row `base + i` is `documents[i]`. Cost: linear. */
export function buildPostings(base: number, documents: readonly (readonly string[])[]): Postings {
  const lists = new Map<string, number[]>();
  for (const [i, terms] of documents.entries()) {
    for (const term of terms) {
      const list = lists.get(term);
      if (!list) lists.set(term, [base + i, 1]);
      else if (list.at(-2) === base + i) list[list.length - 1]!++;
      else list.push(base + i, 1);
    }
  }
  const made = allocate(base, documents.length, lists.keys(), (term) => lists.get(term)!.length / 2);
  for (const [term, t] of made.terms) {
    const list = lists.get(term)!;
    for (let i = 0, at = made.offsets[t]!; i < list.length; i += 2, at++) {
      made.rows[at] = list[i]!;
      made.counts[at] = Math.min(list[i + 1]!, 0xffff);
    }
  }
  return made;
}

/** `right` begins where `left` ends. Cost: linear in both; the inputs are not changed. */
export function mergePostings(left: Postings, right: Postings): Postings {
  const size = left.size + right.size;
  const made = allocate(
    left.base,
    size,
    new Set([...left.terms.keys(), ...right.terms.keys()]),
    (t) => span(left, t) + span(right, t),
  );
  for (const [term, t] of made.terms) {
    let at = made.offsets[t]!;
    for (const part of [left, right]) {
      const from = part.terms.get(term);
      if (from === undefined) continue;
      made.rows.set(part.rows.subarray(part.offsets[from], part.offsets[from + 1]), at);
      made.counts.set(part.counts.subarray(part.offsets[from], part.offsets[from + 1]), at);
      at += part.offsets[from + 1]! - part.offsets[from]!;
    }
  }
  return made;
}

/** Rows that hold the term. */
export function span(postings: Postings, term: string): number {
  const t = postings.terms.get(term);
  return t === undefined ? 0 : postings.offsets[t + 1]! - postings.offsets[t]!;
}

function allocate(base: number, size: number, terms: Iterable<string>, length: (term: string) => number) {
  const ids = new Map<string, number>();
  for (const term of terms) ids.set(term, ids.size);
  const offsets = new Uint32Array(ids.size + 1);
  for (const [term, t] of ids) offsets[t + 1] = offsets[t]! + length(term);
  const total = offsets[ids.size]!;
  return { base, size, terms: ids, offsets, rows: new Uint32Array(total), counts: new Uint16Array(total) };
}
