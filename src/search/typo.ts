/** Rows of the table of `edits`, for words of up to so many letters; longer ones get their own. */
const ROOM = 64;
const kept = [0, 1, 2].map(() => new Int32Array(ROOM));

/**
 * Edits (insert, delete, replace, swap two neighbours) from one word to another, or `limit + 1` if there are more.
 *
 * Source   optimal string alignment: Levenshtein's table, with swaps looked up two rows back.
 * Cost     length × (2 limit + 1) steps; stops at the first row that lies wholly above the limit.
 */
export function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  const rows = b.length < ROOM ? kept : [0, 1, 2].map(() => new Int32Array(b.length + 1));
  let [before, last, row] = rows as [Int32Array, Int32Array, Int32Array];
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    // Beyond this band there are more edits than allowed.
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    row[from - 1] = from === 1 ? i : limit + 1;
    if (i + limit <= b.length) last[i + limit] = limit + 1;
    let least = row[from - 1]!;
    const x = a.charCodeAt(i - 1);
    for (let j = from; j <= to; j++) {
      const y = b.charCodeAt(j - 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (x === y ? 0 : 1));
      if (i > 1 && j > 1 && x === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === y) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, last, row] = [last, row, before];
  }
  return Math.min(last[b.length]!, limit + 1);
}

/**
 * A word in 32 bits: which letters it has (26, others folded upon them) and how long it is (6). Every edit changes at
 * most two of the letters, so most words that are not near are told without their letters being looked at.
 */
export function outlineOf(word: string): number {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << ((word.charCodeAt(i) + 7) % 26);
  return letters | (Math.min(word.length, 63) << 26);
}
