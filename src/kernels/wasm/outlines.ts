/**
 * Lists the words that may be within `limit` edits of another, by their outlines (a word in 32 bits: its letters in the
 * lower 26, its length above): lengths differ by `limit` at most, and letters by twice as many. Returns how many are listed.
 */
export function findNear(outlines: usize, count: i32, outline: u32, limit: i32, found: usize): i32 {
  const wanted = i32x4.splat(outline);
  const length = i32x4.splat(outline >>> 26);
  const letters = i32x4.splat(0x3ffffff);
  const most = i32x4.splat(limit);
  const mostLetters = i32x4.splat(2 * limit);
  let n: usize = 0;
  for (let i: i32 = 0; i < count; i += 4) {
    const four = v128.load(outlines + (<usize>i << 2));
    const differing = i8x16.popcnt(v128.and(v128.xor(four, wanted), letters));
    const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(differing));
    const lengths = i32x4.abs(i32x4.sub(i32x4.shr_u(four, 26), length));
    const near = v128.and(i32x4.le_s(sums, mostLetters), i32x4.le_s(lengths, most));
    if (!v128.any_true(near)) continue;
    for (let bits = i32x4.bitmask(near); bits != 0; bits &= bits - 1) {
      const word = i + ctz(bits);
      if (word >= count) break;
      store<u32>(found + (n << 2), word);
      n++;
    }
  }
  return <i32>n;
}
