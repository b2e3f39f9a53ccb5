import type { Random } from '../core/random.ts';

/** Which questions are trained on and which are held out, by index. */
export interface Split {
  readonly train: readonly number[];
  readonly held: readonly number[];
}

/**
 * Puts each question into one of `folds` so that holding one fold out tests both things a person wants to know.
 *
 * Half the groups of questions that share documents go into a fold whole: when that fold is held out, no question in
 * training points to their documents (*untouched*, the leakage-free figure). The questions of the other groups are
 * dealt out one by one: their documents are mostly also pointed to in training (*shared*). A group of more than a
 * fifth of all questions is always dealt out, or a fold could take everything.
 *
 * @returns the fold of each question. Cost: linear in the positives.
 */
export function deal(positives: readonly (readonly number[])[], folds: number, random: Random): Uint8Array {
  const fold = new Uint8Array(positives.length);
  for (const group of groups(positives)) {
    const whole = random.next() < 0.5 && group.length <= positives.length / 5;
    const together = random.below(folds);
    for (const question of group) fold[question] = whole ? together : random.below(folds);
  }
  return fold;
}

export function holdOut(fold: Uint8Array, held: number, among: readonly number[]): Split {
  return { train: among.filter((i) => fold[i] !== held), held: among.filter((i) => fold[i] === held) };
}

/** 1 for each held-out question none of whose documents any training question points to. */
export function untouched(positives: readonly (readonly number[])[], { train, held }: Split): Uint8Array {
  const pointedTo = new Set(train.flatMap((i) => [...positives[i]!]));
  return Uint8Array.from(held, (i) => (positives[i]!.some((row) => pointedTo.has(row)) ? 0 : 1));
}

/** Questions linked by shared documents, directly or over other questions; in order of their first question. */
export function groups(positives: readonly (readonly number[])[]): number[][] {
  const parent = positives.map((_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    while (parent[i] !== root) [parent[i], i] = [root, parent[i]!];
    return root;
  };
  const owner = new Map<number, number>();
  for (const [i, rows] of positives.entries()) {
    for (const row of rows) {
      const other = owner.get(row);
      if (other === undefined) owner.set(row, i);
      else parent[find(i)] = find(other);
    }
  }
  const found = new Map<number, number[]>();
  for (let i = 0; i < parent.length; i++) {
    const root = find(i);
    const group = found.get(root);
    if (group) group.push(i);
    else found.set(root, [i]);
  }
  return [...found.values()];
}
