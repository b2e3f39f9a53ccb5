// Postings: ascending local row numbers (16 bits) and how often a term stands in each (8 bits). A query brings the lists of
// its terms in one table, so that it takes a few calls and not one a list. An entry of the table is 24 bytes:
const ROWS: usize = 0; // address of the row numbers
const COUNTS: usize = 4; // … and of the counts
const LENGTH: usize = 8;
const FIRST: usize = 12; // the row that row numbers count from
const WEIGHT: usize = 16; // float32: the idf of a word that stands alone, or what a term is worth beside others
const TELLS: usize = 20; // float32: the idf again for a word that says what the query is about, else 0
const LIST_BYTES: usize = 24;

/**
 * BM25's part of the terms that may stand for one word: best[row] = max(best[row], weight × tf / (tf + norm[row])), and
 * bit `row mod 32` of word `row div 32` of `marks` is set where that is above 0, as it never is for a norm of Infinity.
 */
export function raiseLists(lists: usize, count: i32, norms: usize, best: usize, marks: usize): void {
  touch(lists, count);
  for (const end = lists + <usize>count * LIST_BYTES; lists < end; lists += LIST_BYTES) {
    const first = load<i32>(lists, FIRST);
    const weight = load<f32>(lists, WEIGHT);
    let rows = <usize>load<u32>(lists, ROWS);
    let counts = <usize>load<u32>(lists, COUNTS);
    for (const last = counts + load<u32>(lists, LENGTH); counts < last; counts++) {
      const row = first + <i32>load<u16>(rows);
      const at = <usize>row << 2;
      const tf = <f32>load<u8>(counts);
      const value: f32 = (weight * tf) / (tf + load<f32>(norms + at));
      const before = load<f32>(best + at);
      if (value > before) {
        store<f32>(best + at, value);
        if (before == 0) {
          const mark = marks + ((<usize>row >> 5) << 2);
          store<u32>(mark, load<u32>(mark) | (<u32>1 << (row & 31)));
        }
      }
      rows += 2;
    }
  }
}

/** What was touched, so that touching is not left out. */
let touched: u32 = 0;

/** Asks for where each list begins: they lie scattered, and so they come side by side and not one after the other. */
function touch(lists: usize, count: i32): void {
  let any: u32 = 0;
  for (const end = lists + <usize>count * LIST_BYTES; lists < end; lists += LIST_BYTES) {
    any += <u32>load<u8>(load<u32>(lists, ROWS)) + <u32>load<u8>(load<u32>(lists, COUNTS));
  }
  touched = any;
}

/** Moves the marked ones of `count` rows to `rows`, ascending, and their `best` to `values`; both are 0 again. Returns how many. */
export function gather(marks: usize, count: i32, best: usize, rows: usize, values: usize): i32 {
  let n: usize = 0;
  for (let first: u32 = 0; first < <u32>count; first += 32) {
    let bits = load<u32>(marks + (first >> 3));
    if (bits == 0) continue;
    store<u32>(marks + (first >> 3), 0);
    for (; bits != 0; bits &= bits - 1) {
      const row = first + ctz(bits);
      const at = best + (<usize>row << 2);
      store<u32>(rows + (n << 2), row);
      store<f32>(values + (n << 2), load<f32>(at));
      store<f32>(at, 0);
      n++;
    }
  }
  return <i32>n;
}

// What `scoreRows` works on, 32-bit numbers one behind the other:
const COLUMNS: usize = 0; // address of entries of COLUMN_BYTES …
const COLUMN_COUNT: usize = 4;
const LISTS: usize = 8; // … of LIST_BYTES
const LIST_COUNT: usize = 12;
const GATHERED: usize = 16; // … and of GATHERED_BYTES, the same for all parts
const GATHERED_COUNT: usize = 20;
const FIRST_ROW: usize = 24; // of the part
const ROW_COUNT: usize = 28;
const NORMS: usize = 32; // address of a float32 a row of the index …
const SCORES: usize = 36; // … and of another
const SKIP: usize = 40; // address of a byte a row of the index, 1 for a row that does not count; 0 if every row does
const WORDS: usize = 44; // of the query
const WORK: usize = 48; // address of bytes of anything, 5 a row to a multiple of sixteen rows: `telling`, and behind it `held`
const FOUND: usize = 52; // address of: float32, the most telling so far; how many rows are listed; those rows

const COLUMN_BYTES: usize = 12; // address of a byte a row; float32 idf; 1 for a word that says what the query is about, else 0

// Rows and values that `gather` gave: their addresses and how many they are; idf, and the same again if it tells.
const VALUES: usize = 4;
const LEFT: usize = 8;
const IDF: usize = 12;
const TELLING: usize = 16;
const GATHERED_BYTES: usize = 20;

/**
 * What the words of a query say of the rows of one part, parts in ascending order:
 *
 *   scores[row] = Σ idf × tf / (tf + norm), Σ idf × value for gathered rows
 *   telling     = Σ idf of the words that tell and that the row holds
 *   held        = how many words the row holds, 255 at most
 *
 * in the order of columns, lists and gathered rows. `held` and `telling` are not kept: of rows that count
 * the greatest `telling` is, and those that hold all words (of more than 255, 255) are listed.
 *
 * Words that most rows hold come as columns, a byte a row, in which nothing is looked up; they are 0 up to a multiple of
 * eight rows. Rows behind the last, to a multiple of eight, are scored 0.
 */
export function scoreRows(sheet: usize): void {
  touch(load<u32>(sheet, LISTS), load<i32>(sheet, LIST_COUNT));
  addColumns(sheet);
  addLists(sheet);
  addGathered(sheet);
  finish(sheet);
}

// @ts-ignore: decorator
@inline
function heldOf(sheet: usize): usize {
  return <usize>load<u32>(sheet, WORK) + (((<usize>load<u32>(sheet, ROW_COUNT) + 15) & ~15) << 2);
}

function addColumns(sheet: usize): void {
  const columns = <usize>load<u32>(sheet, COLUMNS);
  const end = columns + load<u32>(sheet, COLUMN_COUNT) * COLUMN_BYTES;
  const first = <usize>load<u32>(sheet, FIRST_ROW) << 2;
  let norms = <usize>load<u32>(sheet, NORMS) + first;
  let scores = <usize>load<u32>(sheet, SCORES) + first;
  let telling = <usize>load<u32>(sheet, WORK);
  let held = heldOf(sheet);
  for (let row: usize = 0, last = <usize>load<u32>(sheet, ROW_COUNT); row < last; row += 8) {
    // Behind the last row a norm may be 0, and 0 ÷ 0 is no number.
    const norm0 = f32x4.max(v128.load(norms), f32x4.splat(f32.MIN_NORMAL_VALUE));
    const norm1 = f32x4.max(v128.load(norms, 16), f32x4.splat(f32.MIN_NORMAL_VALUE));
    let score0 = f32x4.splat(0);
    let score1 = f32x4.splat(0);
    let tells0 = f32x4.splat(0);
    let tells1 = f32x4.splat(0);
    let words = i16x8.splat(0);
    for (let column = columns; column < end; column += COLUMN_BYTES) {
      const eight = v128.load_ext<u8>(<usize>load<u32>(column) + row);
      const tf0 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(eight));
      const tf1 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(eight));
      const idf = v128.load32_splat(column, 4);
      score0 = f32x4.add(score0, f32x4.mul(idf, f32x4.div(tf0, f32x4.add(tf0, norm0))));
      score1 = f32x4.add(score1, f32x4.mul(idf, f32x4.div(tf1, f32x4.add(tf1, norm1))));
      words = i16x8.sub(words, i16x8.gt_s(eight, i16x8.splat(0)));
      if (load<i32>(column, 8)) {
        tells0 = f32x4.add(tells0, v128.and(idf, f32x4.gt(tf0, f32x4.splat(0))));
        tells1 = f32x4.add(tells1, v128.and(idf, f32x4.gt(tf1, f32x4.splat(0))));
      }
    }
    v128.store(scores, score0);
    v128.store(scores, score1, 16);
    v128.store(telling, tells0);
    v128.store(telling, tells1, 16);
    v128.store64_lane(held, i8x16.narrow_i16x8_u(words, words), 0);
    norms += 32;
    scores += 32;
    telling += 32;
    held += 8;
  }
}

function addLists(sheet: usize): void {
  let list = <usize>load<u32>(sheet, LISTS);
  const first = <usize>load<u32>(sheet, FIRST_ROW) << 2;
  const norms = <usize>load<u32>(sheet, NORMS) + first;
  const scores = <usize>load<u32>(sheet, SCORES) + first;
  const telling = <usize>load<u32>(sheet, WORK);
  const held = heldOf(sheet);
  for (const end = list + load<u32>(sheet, LIST_COUNT) * LIST_BYTES; list < end; list += LIST_BYTES) {
    const idf = load<f32>(list, WEIGHT);
    const tells = load<f32>(list, TELLS);
    let rows = <usize>load<u32>(list, ROWS);
    let counts = <usize>load<u32>(list, COUNTS);
    for (const last = counts + load<u32>(list, LENGTH); counts < last; counts++) {
      const row = <usize>load<u16>(rows);
      const at = row << 2;
      const tf = <f32>load<u8>(counts);
      const score: f32 = idf * (tf / (tf + load<f32>(norms + at)));
      store<f32>(scores + at, load<f32>(scores + at) + score);
      if (tells != 0) store<f32>(telling + at, load<f32>(telling + at) + tells);
      addOne(held + row);
      rows += 2;
    }
  }
}

function addGathered(sheet: usize): void {
  let entry = <usize>load<u32>(sheet, GATHERED);
  const first = load<u32>(sheet, FIRST_ROW);
  const scores = <usize>load<u32>(sheet, SCORES);
  const telling = <usize>load<u32>(sheet, WORK) - (<usize>first << 2);
  const held = heldOf(sheet) - first;
  const bound = first + load<u32>(sheet, ROW_COUNT);
  for (const end = entry + load<u32>(sheet, GATHERED_COUNT) * GATHERED_BYTES; entry < end; entry += GATHERED_BYTES) {
    const left = load<u32>(entry, LEFT);
    const idf = load<f32>(entry, IDF);
    const tells = load<f32>(entry, TELLING);
    const rows = <usize>load<u32>(entry);
    const values = <usize>load<u32>(entry, VALUES);
    let i: u32 = 0;
    for (; i < left; i++) {
      const row = load<u32>(rows + (i << 2));
      if (row >= bound) break;
      const at = <usize>row << 2;
      store<f32>(scores + at, load<f32>(scores + at) + idf * load<f32>(values + (i << 2)));
      if (tells != 0) store<f32>(telling + at, load<f32>(telling + at) + tells);
      addOne(held + row);
    }
    store<u32>(entry, <u32>rows + (i << 2));
    store<u32>(entry, <u32>values + (i << 2), VALUES);
    store<u32>(entry, left - i, LEFT);
  }
}

// @ts-ignore: decorator
@inline
function addOne(held: usize): void {
  const count = <i32>load<u8>(held);
  store<u8>(held, count + i32(count < 255));
}

function finish(sheet: usize): void {
  const found = <usize>load<u32>(sheet, FOUND);
  const skip = <usize>load<u32>(sheet, SKIP);
  const first = load<u32>(sheet, FIRST_ROW);
  const size = load<u32>(sheet, ROW_COUNT);
  const all = i8x16.splat(<i8>min(load<i32>(sheet, WORDS), 255));
  let telling = <usize>load<u32>(sheet, WORK);
  let held = heldOf(sheet);
  const end = held + size;
  let most = f32x4.splat(load<f32>(found));
  let listed = load<u32>(found, 4);
  for (let row = first; held < end; held += 16, row += 16) {
    const whole = i8x16.eq(v128.load(held), all);
    if (held + 16 > end || skip) {
      const count = min(<i32>(end - held), 16);
      for (let i = 0; i < count; i++) {
        if (skip && load<u8>(skip + row + i)) continue;
        most = f32x4.pmax(most, v128.load32_zero(telling + (i << 2)));
      }
    } else {
      const some = f32x4.pmax(v128.load(telling), v128.load(telling, 16));
      most = f32x4.pmax(most, f32x4.pmax(some, f32x4.pmax(v128.load(telling, 32), v128.load(telling, 48))));
    }
    if (v128.any_true(whole)) {
      for (let bits = i8x16.bitmask(whole); bits != 0; bits &= bits - 1) {
        const one = row + ctz(bits);
        if (one >= first + size || (skip && load<u8>(skip + one))) continue;
        store<u32>(found + 8 + (<usize>listed << 2), one);
        listed++;
      }
    }
    telling += 64;
  }
  const greatest = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  store<f32>(found, greatest);
  store<u32>(found, listed, 4);
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
