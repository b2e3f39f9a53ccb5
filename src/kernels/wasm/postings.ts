// Postings of one term: ascending local row numbers (16 bits) and how often the term stands in each (8 bits).
// A word of a query is looked up as several terms; a row counts the best of them.

/**
 * BM25's part of a term in each of its rows: best[row] = max(best[row], weight × tf / (tf + norm[row])).
 *
 * `rows` are local (16 bits); `norms` and `best` begin at row `first`. A row whose `best` was 0 is appended to `touched`
 * by its whole number, behind the `n` that are there; the new `n` is returned. A row of norm Infinity (a dead one) is
 * never touched.
 */
export function raiseFrequencies(
  rows: usize,
  counts: usize,
  count: i32,
  first: i32,
  weight: f32,
  norms: usize,
  best: usize,
  touched: usize,
  n: i32,
): i32 {
  for (const end = counts + count; counts < end; counts++) {
    const row = <i32>load<u16>(rows);
    const at = <usize>row << 2;
    const tf = <f32>load<u8>(counts);
    const value: f32 = (weight * tf) / (tf + load<f32>(norms + at));
    const before = load<f32>(best + at);
    if (value > before) {
      if (before == 0) {
        store<i32>(touched + (<usize>n << 2), first + row);
        n++;
      }
      store<f32>(best + at, value);
    }
    rows += 2;
  }
  return n;
}

/**
 * `raiseFrequencies` and `settle` in one pass, for a word with one list whose rows all count:
 * scores[row] += idf × tf / (tf + norm[row]), held[row] += idf, telling[row] += idf unless `telling` is 0.
 * All four arrays begin at the row that `rows` count from.
 */
export function addFrequencies(
  rows: usize,
  counts: usize,
  count: i32,
  idf: f32,
  norms: usize,
  scores: usize,
  held: usize,
  telling: usize,
): void {
  if (telling) {
    for (const end = counts + count; counts < end; counts++) {
      const at = <usize>load<u16>(rows) << 2;
      addOne(at, <f32>load<u8>(counts), idf, norms, scores, held);
      store<f32>(telling + at, load<f32>(telling + at) + idf);
      rows += 2;
    }
  } else {
    for (const end = counts + count; counts < end; counts++) {
      addOne(<usize>load<u16>(rows) << 2, <f32>load<u8>(counts), idf, norms, scores, held);
      rows += 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function addOne(at: usize, tf: f32, idf: f32, norms: usize, scores: usize, held: usize): void {
  store<f32>(scores + at, load<f32>(scores + at) + idf * (tf / (tf + load<f32>(norms + at))));
  store<f32>(held + at, load<f32>(held + at) + idf);
}

/** For each touched row: scores += idf × best, held += idf, telling += idf unless `telling` is 0; then best = 0. */
export function settle(
  touched: usize,
  n: i32,
  idf: f32,
  best: usize,
  scores: usize,
  held: usize,
  telling: usize,
): void {
  for (const end = touched + (<usize>n << 2); touched < end; touched += 4) {
    const at = <usize>load<u32>(touched) << 2;
    store<f32>(scores + at, load<f32>(scores + at) + idf * load<f32>(best + at));
    store<f32>(best + at, 0);
    store<f32>(held + at, load<f32>(held + at) + idf);
    if (telling) store<f32>(telling + at, load<f32>(telling + at) + idf);
  }
}
