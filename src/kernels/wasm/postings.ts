// Postings: ascending local row numbers (16 bits) and how often a term stands in each (8 bits). A query brings the lists of
// its terms in one table, so that it takes a few calls and not one a list. An entry of the table is 24 bytes:
const ROWS: usize = 0; // address of the row numbers
const COUNTS: usize = 4; // … and of the counts
const LENGTH: usize = 8;
const FIRST: usize = 12; // the row that row numbers count from
const WEIGHT: usize = 16; // float32: the idf of a word that stands alone, or what a term is worth beside others
const TELLS: usize = 20; // 1 for a word that says what the query is about, else 0
const LIST_BYTES: usize = 24;

/**
 * BM25's part of the terms that may stand for one word: best[row] = max(best[row], weight × tf / (tf + norm[row])).
 *
 * A row whose `best` was 0 is written to `touched`; returns how many were. A row of norm Infinity (a dead one) never is.
 */
export function raiseLists(lists: usize, count: i32, norms: usize, best: usize, touched: usize): i32 {
  let n = 0;
  for (const end = lists + <usize>count * LIST_BYTES; lists < end; lists += LIST_BYTES) {
    const first = load<i32>(lists, FIRST);
    const weight = load<f32>(lists, WEIGHT);
    const norm = norms + (<usize>first << 2);
    const raised = best + (<usize>first << 2);
    let rows = <usize>load<u32>(lists, ROWS);
    let counts = <usize>load<u32>(lists, COUNTS);
    for (const last = counts + load<u32>(lists, LENGTH); counts < last; counts++) {
      const row = <i32>load<u16>(rows);
      const at = <usize>row << 2;
      const tf = <f32>load<u8>(counts);
      const value: f32 = (weight * tf) / (tf + load<f32>(norm + at));
      const before = load<f32>(raised + at);
      if (value > before) {
        if (before == 0) {
          store<i32>(touched + (<usize>n << 2), first + row);
          n++;
        }
        store<f32>(raised + at, value);
      }
      rows += 2;
    }
  }
  return n;
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

/** For each list, a word by itself: scores[row] += idf × tf / (tf + norm[row]), held[row] += idf, telling[row] += idf if it tells. */
export function addLists(lists: usize, count: i32, norms: usize, scores: usize, held: usize, telling: usize): void {
  for (const end = lists + <usize>count * LIST_BYTES; lists < end; lists += LIST_BYTES) {
    const first = <usize>load<u32>(lists, FIRST) << 2;
    const idf = load<f32>(lists, WEIGHT);
    let rows = <usize>load<u32>(lists, ROWS);
    let counts = <usize>load<u32>(lists, COUNTS);
    const last = counts + load<u32>(lists, LENGTH);
    if (load<i32>(lists, TELLS)) {
      for (; counts < last; counts++) {
        const at = first + (<usize>load<u16>(rows) << 2);
        addOne(at, <f32>load<u8>(counts), idf, norms, scores, held);
        store<f32>(telling + at, load<f32>(telling + at) + idf);
        rows += 2;
      }
    } else {
      for (; counts < last; counts++) {
        addOne(first + (<usize>load<u16>(rows) << 2), <f32>load<u8>(counts), idf, norms, scores, held);
        rows += 2;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addOne(at: usize, tf: f32, idf: f32, norms: usize, scores: usize, held: usize): void {
  store<f32>(scores + at, load<f32>(scores + at) + idf * (tf / (tf + load<f32>(norms + at))));
  store<f32>(held + at, load<f32>(held + at) + idf);
}

const COLUMN_BYTES: usize = 12;

/**
 * Starts `count` rows (rounded up to eight) with what their frequent words say: words that most rows hold come as columns,
 * a byte a row, in which nothing is looked up. What the three sums were before is forgotten.
 *
 * columns   12 bytes a word: address of its column; float32 idf; the same again if it tells, else 0.
 */
export function startRows(
  columns: usize,
  words: i32,
  count: i32,
  norms: usize,
  scores: usize,
  held: usize,
  telling: usize,
): void {
  const end = columns + <usize>words * COLUMN_BYTES;
  for (let row: usize = 0; row < <usize>count; row += 8) {
    const at = row << 2;
    const norm0 = v128.load(norms + at);
    const norm1 = v128.load(norms + at, 16);
    let score0 = f32x4.splat(0);
    let score1 = f32x4.splat(0);
    let held0 = f32x4.splat(0);
    let held1 = f32x4.splat(0);
    let tells0 = f32x4.splat(0);
    let tells1 = f32x4.splat(0);
    for (let column = columns; column < end; column += COLUMN_BYTES) {
      const eight = v128.load_ext<u8>(<usize>load<u32>(column) + row);
      const tf0 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(eight));
      const tf1 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(eight));
      const holds0 = f32x4.gt(tf0, f32x4.splat(0));
      const holds1 = f32x4.gt(tf1, f32x4.splat(0));
      const idf = v128.load32_splat(column, 4);
      const tells = v128.load32_splat(column, 8);
      // Behind the last row a norm may be 0, and 0 ÷ 0 is no number: hence the mask.
      score0 = f32x4.add(score0, v128.and(holds0, f32x4.mul(idf, f32x4.div(tf0, f32x4.add(tf0, norm0)))));
      score1 = f32x4.add(score1, v128.and(holds1, f32x4.mul(idf, f32x4.div(tf1, f32x4.add(tf1, norm1)))));
      held0 = f32x4.add(held0, v128.and(holds0, idf));
      held1 = f32x4.add(held1, v128.and(holds1, idf));
      tells0 = f32x4.add(tells0, v128.and(holds0, tells));
      tells1 = f32x4.add(tells1, v128.and(holds1, tells));
    }
    v128.store(scores + at, score0);
    v128.store(scores + at, score1, 16);
    v128.store(held + at, held0);
    v128.store(held + at, held1, 16);
    v128.store(telling + at, tells0);
    v128.store(telling + at, tells1, 16);
  }
}

/** scores[row] += weight × count for each row of each list: impacts of learned-sparse vectors. */
export function addImpacts(lists: usize, count: i32, scores: usize): void {
  for (const end = lists + <usize>count * LIST_BYTES; lists < end; lists += LIST_BYTES) {
    const first = scores + (<usize>load<u32>(lists, FIRST) << 2);
    const weight = load<f32>(lists, WEIGHT);
    let rows = <usize>load<u32>(lists, ROWS);
    let counts = <usize>load<u32>(lists, COUNTS);
    for (const last = counts + load<u32>(lists, LENGTH); counts < last; counts++) {
      const at = first + (<usize>load<u16>(rows) << 2);
      store<f32>(at, load<f32>(at) + weight * <f32>load<u8>(counts));
      rows += 2;
    }
  }
}
