import { dot } from './dot.ts';
import type { Kernels, Pack, Refine, ScanQuantised } from './kernels.ts';
import type { LinearMemory } from './memory.ts';
import { plainPostings } from './plain-postings.ts';
import { nearest, plainSigns } from './plain-signs.ts';

const { fround } = Math;

/**
 * Every kernel as a plain loop: what runs where WebAssembly may not, and what the tests hold the WebAssembly to.
 * Same arguments, same bits out, whatever the form; only the prepared query may be laid out otherwise.
 */
export function plainKernels(memory: LinearMemory): Kernels {
  const copyQuery = (query: number, groups: number, prepared: number) => {
    memory.views.u8.copyWithin(prepared, query, query + groups * 128);
  };

  const scan =
    (sumRow: (query: number, row: number, groups: number) => number, groupBytes: number, unit: number): ScanQuantised =>
    (query, rows, count, groups, present, scale, base, scores) => {
      const { f32, u8 } = memory.views;
      const each = fround(fround(scale) / unit);
      for (let row = 0; row < count; row++) {
        const sum = isSet(u8, present, row) ? sumRow(query, rows + row * groups * groupBytes, groups) : undefined;
        f32[scores / 4 + row] = sum === undefined ? -Infinity : fround(fround(sum) * each) + fround(base);
      }
    };

  const refine =
    (sumRow: (query: number, row: number, groups: number) => number, groupBytes: number, unit: number): Refine =>
    (query, rows, groups, scale, base, scores, list, found) => {
      const { f32, u32 } = memory.views;
      const each = fround(fround(scale) / unit);
      for (const row of u32.subarray(list / 4, list / 4 + found)) {
        const sum = sumRow(query, rows + row * groups * groupBytes, groups);
        f32[scores / 4 + row] = fround(fround(sum) * each) + fround(base);
      }
    };

  const prepareInt4 = (query: number, groups: number, prepared: number) => {
    const { i8, i32 } = memory.views;
    let rounding = 0;
    for (let i = 0; i < groups * 128; i++) {
      if (i & 16) continue;
      const [low, high] = [i8[query + i]!, i8[query + i + 16]!];
      const a = (high >> 1) + Number((high & 3) === 3);
      const c = (120 * low - 15 * a + 64) >> 7;
      i8[prepared + 64 + i] = a;
      i8[prepared + 64 + i + 16] = c;
      rounding += 120 * (low + high) - 255 * a - 128 * c;
    }
    i32[prepared / 4] = (15 * rounding) >> 1;
  };

  const sumInt4 = (query: number, row: number, groups: number) => {
    const { i8, i32, u8 } = memory.views;
    let [bytes, halves] = [0, 0];
    for (let block = 0; block < groups * 4; block++) {
      for (let j = 0; j < 16; j++) {
        const two = u8[row + block * 16 + j]!;
        const q = query + 64 + block * 32 + j;
        bytes += i8[q]! * two;
        halves += i8[q + 16]! * (two & 15);
      }
    }
    return 15 * bytes + 128 * halves + i32[query / 4]!;
  };

  const sumInt8 = (query: number, row: number, groups: number) => {
    const { i8, u8 } = memory.views;
    let sum = 0;
    for (let i = 0; i < groups * 128; i++) sum += i8[query + i]! * u8[row + i]!;
    return sum;
  };

  const pack =
    (top: number, put: (row: number, dimension: number, value: number) => void): Pack =>
    (rows, count, groups, low, inverse, packed) => {
      const { f32, u8 } = memory.views;
      const dim = groups * 128;
      if (top === 15) u8.fill(0, packed, packed + (count * dim) / 2);
      for (let row = 0; row < count; row++) {
        for (let i = 0; i < dim; i++) {
          const scaled = fround(fround(f32[rows / 4 + row * dim + i]! - f32[low / 4 + i]!) * f32[inverse / 4 + i]!);
          put(packed + (row * dim * (top === 15 ? 1 : 2)) / 2, i, Math.min(Math.max(fround(scaled + 0.5), 0), top) | 0);
        }
      }
    };

  const insert = (score: number, row: number, k: number, best: number, rows: number) => {
    const { f32, u32 } = memory.views;
    if (!(score > f32[best / 4 + k - 1]!)) return;
    let place = k - 1;
    for (; place > 0 && f32[best / 4 + place - 1]! < score; place--) {
      f32[best / 4 + place] = f32[best / 4 + place - 1]!;
      u32[rows / 4 + place] = u32[rows / 4 + place - 1]!;
    }
    f32[best / 4 + place] = score;
    u32[rows / 4 + place] = row;
  };

  const kernels: Kernels = {
    ...plainPostings(memory),
    ...plainSigns(memory, insert),
    prepareInt4,
    prepareInt8: copyQuery,
    scanInt4: scan(sumInt4, 64, 120),
    scanInt8: scan(sumInt8, 128, 1),

    refineInt4: refine(sumInt4, 64, 120),
    refineInt8: refine(sumInt8, 128, 1),

    scanFloat32(query, rows, count, bytes, present, scores) {
      const { f32, u8 } = memory.views;
      const vector = f32.subarray(query / 4, (query + bytes) / 4);
      for (let row = 0; row < count; row++) {
        f32[scores / 4 + row] = isSet(u8, present, row) ? dot(vector, f32, (rows + row * bytes) / 4) : -Infinity;
      }
    },

    scoreFloat32(query, rows, count, bytes, scores) {
      const { f32, u32 } = memory.views;
      const vector = f32.subarray(query / 4, (query + bytes) / 4);
      for (let i = 0; i < count; i++) f32[scores / 4 + i] = dot(vector, f32, u32[rows / 4 + i]! / 4);
    },

    multiply(out, a, row, inner, b, n, k, m) {
      const { f32 } = memory.views;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          let sum = 0;
          for (let p = 0; p < k; p++) {
            sum = fround(sum + fround(f32[(a + i * row + p * inner) / 4]! * f32[b / 4 + p * m + j]!));
          }
          f32[out / 4 + i * m + j]! += sum;
        }
      }
    },

    multiplyTransposed(out, a, b, n, k, m) {
      const { f32 } = memory.views;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          const [left, right] = [a / 4 + i * k, b / 4 + j * k];
          let [s0, s1, s2, s3] = [0, 0, 0, 0];
          for (let p = 0; p < k; p += 4) {
            s0 = fround(s0 + fround(f32[left + p]! * f32[right + p]!));
            s1 = fround(s1 + fround(f32[left + p + 1]! * f32[right + p + 1]!));
            s2 = fround(s2 + fround(f32[left + p + 2]! * f32[right + p + 2]!));
            s3 = fround(s3 + fround(f32[left + p + 3]! * f32[right + p + 3]!));
          }
          f32[out / 4 + i * m + j]! += fround(fround(s0 + s2) + fround(s1 + s3));
        }
      }
    },

    foldQuery(query, fit, dim, folded, fold) {
      const { f32, i8 } = memory.views;
      const product = (i: number) => fround(f32[query / 4 + i]! * f32[fit / 4 + dim + i]!);
      let largest = 0;
      for (let i = 0; i < dim; i++) largest = Math.max(largest, Math.abs(product(i)));
      const inverse = largest > 0 ? fround(127 / largest) : 0;
      for (let i = 0; i < dim; i++) i8[folded + i] = nearest(fround(product(i) * inverse));
      f32[fold / 4] = largest / 127;
      f32[fold / 4 + 1] = dot(f32.subarray(query / 4, query / 4 + dim), f32, fit / 4);
    },

    scanSegments(form, segments, count, queries, queryCount, groups, present, scores, stride, k, best, sums, scratch) {
      const { f32, f64, u32 } = memory.views;
      const dim = groups * 128;
      const folds = scratch + dim;
      const prepared = folds + 48 * queryCount;
      for (let at = segments; at < segments + count * 32; at += 32) {
        const [first, rows, withLevels, int4, int4Fit, int8, int8Fit, float32] = u32.subarray(at / 4, at / 4 + 8);
        const [levels, fit] = form === 4 ? [int4!, int4Fit!] : form === 8 ? [int8!, int8Fit!] : [0, 0];
        const packed = levels === 0 ? 0 : withLevels!;
        const each = (use: (query: number, fold: number, prepared: number, q: number) => void) => {
          for (let q = 0; q < queryCount; q++)
            use(queries + q * dim * 4, folds + q * 48, prepared + q * (dim * 2 + 64), q);
        };
        each((query, fold, room) => {
          f32.fill(0, fold / 4 + 4, fold / 4 + 12);
          if (packed === 0) return;
          kernels.foldQuery(query, fit, dim, scratch, fold);
          kernels[form === 4 ? 'prepareInt4' : 'prepareInt8'](scratch, groups, room);
        });
        for (let from = 0; from < rows!; ) {
          const exact = from >= packed;
          const bytes = exact ? dim * 4 : form === 4 ? dim / 2 : dim;
          const size = Math.min((exact ? rows! : packed) - from, Math.floor(98_304 / bytes / 16) * 16);
          each((query, fold, room, q) => {
            const out = stride === 0 ? scores : scores + 4 * (q * stride + first! + from);
            const bits = present + (first! + from) / 8;
            if (!exact) {
              const scan = form === 4 ? kernels.scanInt4 : kernels.scanInt8;
              scan(room, levels + from * bytes, size, groups, bits, f32[fold / 4]!, f32[fold / 4 + 1]!, out);
            } else if (float32 === 0) f32.fill(-Infinity, out / 4, out / 4 + size);
            else kernels.scanFloat32(query, float32! + from * bytes, size, bytes, bits, out);
            kernels.moments(out, size, fold + 16);
            if (k > 0) kernels.select(out, size, first! + from, k, best + 4 * q * k, best + 4 * (queryCount + q) * k);
          });
          from += size;
        }
        each((_, fold, __, q) => {
          for (let i = 0; i < 2; i++) {
            const [a, b, c, d] = f32.subarray(fold / 4 + 4 + i * 4, fold / 4 + 8 + i * 4);
            f64[sums / 8 + q * 2 + i]! += a! + b! + c! + d!;
          }
        });
      }
    },

    packInt4: pack(15, (row, i, value) => {
      memory.views.u8[row + (i >> 5) * 16 + (i & 15)]! |= i & 16 ? value << 4 : value;
    }),
    packInt8: pack(127, (row, i, value) => {
      memory.views.u8[row + i] = value;
    }),

    select(scores, count, first, k, best, rows) {
      for (let i = 0; i < count; i++) insert(memory.views.f32[scores / 4 + i]!, first + i, k, best, rows);
    },

    selectListed(scores, list, found, first, k, best, rows) {
      const { f32, u32 } = memory.views;
      for (const row of u32.subarray(list / 4, list / 4 + found)) {
        insert(f32[scores / 4 + row]!, first + row, k, best, rows);
      }
    },

    tally(scores, count, low, scale, bins, counts) {
      const { f32, u32 } = memory.views;
      for (let i = 0; i < count; i += 8) {
        const bin = fround(fround(f32[scores / 4 + i]! - fround(low)) * fround(scale));
        if (bin >= 0) u32[counts / 4 + Math.min(Math.trunc(bin), bins - 1)]!++;
      }
    },

    moments(scores, count, sums) {
      const { f32 } = memory.views;
      for (let i = 0; i < count; i++) {
        const score = f32[scores / 4 + i]!;
        if (!(score > -Infinity)) continue;
        f32[sums / 4 + (i & 3)]! += score;
        f32[sums / 4 + 4 + (i & 3)]! += fround(score * score);
      }
    },

    sum(from, bytes) {
      const { i32 } = memory.views;
      let sum = 0;
      for (let i = from / 4; i < (from + bytes) / 4; i++) sum = (sum + i32[i]!) | 0;
      return sum;
    },
  };
  return kernels;
}

const isSet = (bytes: Uint8Array, bitmap: number, row: number) => (bytes[bitmap + (row >> 3)]! >> (row & 7)) & 1;
