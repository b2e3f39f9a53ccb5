// What becomes of scores: the best of them, and their mean and spread.

/**
 * Moves the scores that beat the worst of `k` best into the list, which is descending and starts as all -Infinity.
 * Scores are given in ascending order of row and only a better one displaces, so of equals the lower row stays ahead.
 * `count` is a multiple of sixteen; `first` is the row of the first score; `rows[i]` belongs to `best[i]`.
 */
export function select(scores: usize, count: i32, first: u32, k: i32, best: usize, rows: usize): void {
  const last = best + ((k - 1) << 2);
  let worst = load<f32>(last);
  let bar = f32x4.splat(worst);
  for (let i = 0; i < count; i += 16) {
    const at = scores + (i << 2);
    const beats = v128.or(
      v128.or(f32x4.gt(v128.load(at), bar), f32x4.gt(v128.load(at, 16), bar)),
      v128.or(f32x4.gt(v128.load(at, 32), bar), f32x4.gt(v128.load(at, 48), bar)),
    );
    if (v128.any_true(beats)) {
      for (let j = 0; j < 16; j++) {
        const score = load<f32>(at + (j << 2));
        if (score > worst) {
          insert(score, first + i + j, k, best, rows);
          worst = load<f32>(last);
        }
      }
      bar = f32x4.splat(worst);
    }
  }
}

/** As `select`, for the `found` scores that `list` names, in ascending order. */
export function selectListed(
  scores: usize,
  list: usize,
  found: i32,
  first: u32,
  k: i32,
  best: usize,
  rows: usize,
): void {
  const last = best + (<usize>(k - 1) << 2);
  for (const end = list + (<usize>found << 2); list < end; list += 4) {
    const row = load<u32>(list);
    const score = load<f32>(scores + (<usize>row << 2));
    if (score > load<f32>(last)) insert(score, first + row, k, best, rows);
  }
}

/** Shifts what is worse one place down, the last out, and puts the newcomer in the gap. */
function insert(score: f32, row: u32, k: i32, best: usize, rows: usize): void {
  let place = k - 1;
  while (place > 0 && load<f32>(best + ((place - 1) << 2)) < score) {
    store<f32>(best + (place << 2), load<f32>(best + ((place - 1) << 2)));
    store<u32>(rows + (place << 2), load<u32>(rows + ((place - 1) << 2)));
    place--;
  }
  store<f32>(best + (place << 2), score);
  store<u32>(rows + (place << 2), row);
}

/**
 * Adds to four sums of scores and four sums of their squares (eight float32 at `sums`); score `i` goes to sum
 * `i mod 4`, and -Infinity counts as 0. `count` is a multiple of four.
 */
export function moments(scores: usize, count: i32, sums: usize): void {
  let sum = v128.load(sums);
  let squares = v128.load(sums, 16);
  for (const end = scores + (count << 2); scores < end; scores += 16) {
    const score = v128.load(scores);
    const value = v128.and(score, f32x4.gt(score, f32x4.splat(-Infinity)));
    sum = f32x4.add(sum, value);
    squares = f32x4.add(squares, f32x4.mul(value, value));
  }
  v128.store(sums, sum);
  v128.store(sums, squares, 16);
}

/**
 * Counts every eighth of `count` scores (a multiple of eight) by where it lies: counts[(score − low) × scale], and those
 * beyond the last of `bins` with the last; what is below `low` is not counted.
 */
export function tally(scores: usize, count: i32, low: f32, scale: f32, bins: i32, counts: usize): void {
  const last = <f32>(bins - 1);
  for (const end = scores + (<usize>count << 2); scores < end; scores += 32) {
    const bin = (load<f32>(scores) - low) * scale;
    if (bin >= 0) {
      const at = counts + (<usize>(<i32>min(bin, last)) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
  }
}
