// A query as what its values add up to, four dimensions (a *quad*) at a time, under each of the sixteen ways to sign them.
// Source: André, Kermarrec & Le Scouarnec 2015 (tables in registers); that a query may choose its dimensions: de Vries et al.
// 2002, BOND; Kuffo, Krippner & Boncz 2025, PDX.

/** Where they stand in a table: see `prepareSigns`. */
export const STEP: usize = 4;
export const OFFSET: usize = 8;
const KEPT: usize = 12;
const LEFT: usize = 16;
export const PLACES: usize = 64;
/** The greatest entry, so that eight of them fit a byte. */
const TOP: f32 = 31;

/**
 * Writes a query as the table that `scanSigns` reads. What four dimensions add up to under each of the sixteen ways to
 * sign them is put in 32 steps that all share. Quads whose Σ(q·w)² is below `share` of the mean are left out: they say
 * little, and what their signs say of it is half noise. Which they are is the query's own matter.
 *
 * query, weights   4 × quads float32; `quads` is a multiple of eight.
 * table            quads kept, a multiple of eight (int32); then float32: step and offset, which make a sum over
 *                  entries a sum over the query; Σq² of what is kept, and Σ(q·w)² of what is not. From byte 64 on, where
 *                  a kept quad lies in 32 rows (4 bytes each, room for all); then its sixteen entries.
 */
export function prepareSigns(query: usize, weights: usize, quads: i32, share: f32, table: usize): void {
  const bytes = <usize>quads << 4;
  let squares: f32 = 0;
  for (let i: usize = 0; i < bytes; i += 16) squares += tells(query + i, weights + i);
  const least = (share * squares) / <f32>quads;
  let kept = 0;
  for (let i: usize = 0; i < bytes; i += 16) kept += i32(tells(query + i, weights + i) >= least);
  // Eight at a time: filled up with the first of the others.
  let more = -kept & 7;
  kept += more;
  let to = table + PLACES;
  let most: f32 = 0;
  let offset: f32 = 0;
  let taken: f32 = 0;
  let left: f32 = 0;
  for (let i: usize = 0; i < bytes; i += 16) {
    const telling = tells(query + i, weights + i);
    if (telling >= least || more-- > 0) {
      store<u32>(to, i);
      to += 4;
      const q = v128.load(query + i);
      const half = joined(f32x4.abs(f32x4.mul(q, v128.load(weights + i))));
      most = max(most, half);
      offset -= half;
      taken += joined(f32x4.mul(q, q));
    } else left += telling;
  }
  const step = (most * 2) / TOP;
  store<i32>(table, kept);
  store<f32>(table, step, STEP);
  store<f32>(table, offset, OFFSET);
  store<f32>(table, taken, KEPT);
  store<f32>(table, left, LEFT);
  const inverse = f32x4.splat(step > 0 ? <f32>1 / step : 0);
  to = table + PLACES + (<usize>quads << 2);
  for (let at = table + PLACES; kept > 0; kept--) {
    const i = <usize>load<u32>(at);
    const w = f32x4.mul(v128.load(query + i), v128.load(weights + i));
    const half = f32x4.splat(joined(f32x4.abs(w)));
    const a = f32x4.splat(f32x4.extract_lane(w, 0));
    const b = f32x4.splat(f32x4.extract_lane(w, 1));
    const c = f32x4.extract_lane(w, 2);
    const d = f32x4.extract_lane(w, 3);
    const ab = f32x4.add(f32x4.mul(a, f32x4(-1, 1, -1, 1)), f32x4.mul(b, f32x4(-1, -1, 1, 1)));
    v128.store(
      to,
      i8x16.narrow_i16x8_u(
        i16x8.narrow_i32x4_s(entries(ab, -c - d, half, inverse), entries(ab, c - d, half, inverse)),
        i16x8.narrow_i32x4_s(entries(ab, d - c, half, inverse), entries(ab, c + d, half, inverse)),
      ),
    );
    to += 16;
    at += 4;
  }
}

// @ts-ignore: decorator
@inline
function tells(query: usize, weights: usize): f32 {
  const q = f32x4.mul(v128.load(query), v128.load(weights));
  return joined(f32x4.mul(q, q));
}

// @ts-ignore: decorator
@inline
function entries(ab: v128, cd: f32, half: v128, inverse: v128): v128 {
  const sums = f32x4.add(f32x4.add(ab, f32x4.splat(cd)), half);
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(sums, inverse)));
}

/** The sum of four. */
// @ts-ignore: decorator
@inline
export function joined(four: v128): f32 {
  return (
    f32x4.extract_lane(four, 0) +
    f32x4.extract_lane(four, 2) +
    (f32x4.extract_lane(four, 1) + f32x4.extract_lane(four, 3))
  );
}

