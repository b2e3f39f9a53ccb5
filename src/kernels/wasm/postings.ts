// Postings of one term: ascending local document numbers (16 bits) and the impact of the term on each (8 bits).
// A word of a query is looked up as several terms; a document counts the best of them.

/** best[document] = max(best[document], weight × impact) for every posting. */
export function raise(documents: usize, impacts: usize, count: i32, weight: i32, best: usize): void {
  for (const end = impacts + count; impacts < end; impacts++) {
    const at = best + (<usize>load<u16>(documents) << 2);
    const value = weight * <i32>load<u8>(impacts);
    if (value > load<i32>(at)) store<i32>(at, value);
    documents += 2;
  }
}

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

/** How many of `count` (a multiple of four) are above 0 and alive; `alive` has -1 for a document, and 0 for a dead one. */
export function countRaised(best: usize, alive: usize, count: i32): i32 {
  let counts = i32x4.splat(0);
  for (const end = best + (count << 2); best < end; best += 16) {
    const raised = v128.and(i32x4.gt_s(v128.load(best), i32x4.splat(0)), v128.load(alive));
    counts = i32x4.sub(counts, raised);
    alive += 16;
  }
  return (
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3)
  );
}

/** sums[i] += scale × best[i] where alive, in float32; then best[i] = 0. `count` is a multiple of four. */
export function drain(best: usize, alive: usize, count: i32, scale: f32, sums: usize): void {
  const scales = f32x4.splat(scale);
  for (const end = best + (count << 2); best < end; best += 16) {
    const values = f32x4.convert_i32x4_s(v128.and(v128.load(best), v128.load(alive)));
    v128.store(sums, f32x4.add(v128.load(sums), f32x4.mul(values, scales)));
    v128.store(best, i32x4.splat(0));
    alive += 16;
    sums += 16;
  }
}
