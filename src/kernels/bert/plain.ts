import type { BertKernels } from './kernels.ts';

/**
 * The kernels of `wasm/` as plain loops over typed arrays, giving the same bits: every step is rounded to float32, and
 * sums run in the same order. The oracle of the tests, and what computes where WebAssembly is refused.
 */
export function plainBertKernels(buffer: ArrayBuffer | SharedArrayBuffer): BertKernels {
  const [u8, i8, i32, f32] = [
    new Uint8Array(buffer),
    new Int8Array(buffer),
    new Int32Array(buffer),
    new Float32Array(buffer),
  ];
  return {
    lookUp(codes, scales, ids, count, width, out) {
      for (let i = 0; i < count; i++) {
        const id = i32[ids / 4 + i]!;
        for (let c = 0; c < width; c++) {
          f32[out / 4 + i * width + c] = i8[codes + id * width + c]! * f32[scales / 4 + id]!;
        }
      }
    },

    addNorm(out, x, y, gamma, beta, count, width) {
      for (let i = 0; i < count; i++) {
        const at = i * width;
        const z = Float32Array.from({ length: width }, (_, c) => f32[x / 4 + at + c]! + f32[y / 4 + at + c]!);
        const mean = fround(lanesTotal(z) / width);
        const apart = z.map((value) => value - mean);
        const variance = fround(lanesTotal(apart.map((value) => value * value)) / width);
        const inverse = fround(1 / fround(Math.sqrt(fround(variance + fround(1e-12)))));
        for (let c = 0; c < width; c++) {
          const scaled = fround(fround(apart[c]! * inverse) * f32[gamma / 4 + c]!);
          f32[out / 4 + at + c] = scaled + f32[beta / 4 + c]!;
        }
      }
    },

    pack(codes, inputs, outputs, packed, columns) {
      for (let j = 0; j < outputs; j++) {
        let sum = 0;
        for (let p = 0; p < inputs; p++) {
          const code = u8[codes + p * outputs + j]! - 128;
          i8[packed + weightAt(p, j, inputs)] = code;
          sum += code;
        }
        i32[columnAt(columns, j)] = sum;
      }
    },

    quantise(x, smooth, count, width, activate, _, codes, rows) {
      u8.fill(0, codes, codes + Math.ceil(count / 4) * 4 * width);
      i32.fill(0, rows / 4, rows / 4 + Math.ceil(count / 4) * 8);
      for (let row = 0; row < count; row++) {
        const values = new Float32Array(width);
        for (let c = 0; c < width; c++) {
          const value = f32[x / 4 + row * width + c]!;
          values[c] = (activate ? gelu(value) : value) * f32[smooth / 4 + c]!;
        }
        const least = values.reduce((least, value) => Math.min(least, value), 0);
        const range = fround(values.reduce((most, value) => Math.max(most, value), 0) - least);
        const inverse = range > 0 ? fround(127 / range) : 0;
        const zero = fround(ROUNDER - fround(least * inverse)) - ROUNDER;
        f32[rows / 4 + row * 2] = range / 127;
        i32[rows / 4 + row * 2 + 1] = zero;
        for (let c = 0; c < width; c++) {
          const code = fround(fround(values[c]! * inverse) + ROUNDER) - ROUNDER + zero;
          u8[codes + codeAt(row, c, width)] = Math.min(Math.max(code, 0), 127);
        }
      }
    },

    multiply(out, stride, codes, rows, count, packed, columns, inputs, outputs) {
      for (let row = 0; row < count; row++) {
        const [scale, zero] = [f32[rows / 4 + row * 2]!, i32[rows / 4 + row * 2 + 1]!];
        for (let j = 0; j < outputs; j++) {
          let sum = 0;
          for (let p = 0; p < inputs; p++) {
            sum += i8[packed + weightAt(p, j, inputs)]! * u8[codes + codeAt(row, p, inputs)]!;
          }
          const column = columnAt(columns, j);
          const exact = fround(sum - zero * i32[column]!);
          const product = fround(exact * fround(scale * f32[column + 4]!));
          f32[(out + row * stride) / 4 + j] = product + f32[column + 8]!;
        }
      }
    },

    attend(out, outStride, queries, queryStride, count, keys, values, stride, tokens, heads, d) {
      const scale = fround(1 / fround(Math.sqrt(d)));
      const weights = new Float32Array(tokens);
      for (let head = 0; head < heads; head++) {
        for (let i = 0; i < count; i++) {
          const q = (queries + i * queryStride) / 4 + head * d;
          let largest = -Infinity;
          for (let t = 0; t < tokens; t++) {
            const k = (keys + t * stride) / 4 + head * d;
            let sum = 0;
            for (let c = 0; c < d; c++) sum = fround(sum + fround(f32[k + c]! * fround(f32[q + c]! * scale)));
            weights[t] = sum;
            largest = Math.max(largest, sum);
          }
          let sum = 0;
          for (let t = 0; t < tokens; t++) {
            weights[t] = exponential(fround(weights[t]! - largest));
            sum = fround(sum + weights[t]!);
          }
          const inverse = fround(1 / sum);
          for (let c = 0; c < d; c++) {
            let mixed = 0;
            for (let t = 0; t < tokens; t++) {
              mixed = fround(mixed + fround(f32[(values + t * stride) / 4 + head * d + c]! * weights[t]!));
            }
            f32[(out + i * outStride) / 4 + head * d + c] = mixed * inverse;
          }
        }
      }
    },
  };
}

const { fround } = Math;
/** Added to a float32, it leaves the nearest integer, ties to even. */
const ROUNDER = 12_582_912;

/** Panels of eight outputs, in them four inputs of each output after the other. */
const weightAt = (input: number, output: number, inputs: number) =>
  (output >> 3) * inputs * 8 + (input >> 2) * 32 + (output & 7) * 4 + (input & 3);
/** Blocks of four rows, in them four columns of each row after the other. */
const codeAt = (row: number, column: number, width: number) =>
  (row >> 2) * width * 4 + (column >> 2) * 16 + (row & 3) * 4 + (column & 3);
/** Index of a column's sum; its scale stands four further, its bias eight. */
const columnAt = (columns: number, j: number) => columns / 4 + (j >> 2) * 12 + (j & 3);

/** The sum as eight lanes make it. */
function lanesTotal(values: Float32Array): number {
  const lanes = new Float32Array(8);
  for (let i = 0; i < values.length; i++) lanes[i & 7] = lanes[i & 7]! + values[i]!;
  const [a, b, c, d] = [0, 1, 2, 3].map((lane) => fround(lanes[lane]! + lanes[lane + 4]!));
  return fround(fround(a! + c!) + fround(b! + d!));
}

/** As `exponential` of wasm/maths.ts. */
export function exponential(x: number): number {
  const bounded = Math.max(x, -87);
  const n = fround(fround(fround(bounded * LOG2_E) + ROUNDER) - ROUNDER);
  let r = fround(bounded - fround(n * 0.693359375));
  r = fround(r + fround(n * fround(2.1219444e-4)));
  const p = EXPONENTIAL.reduce((p, next) => fround(fround(p * r) + next));
  return fround(fround(fround(fround(fround(p * r) * r) + r) + 1) * 2 ** n);
}

/** As `gelu` of wasm/maths.ts. */
export function gelu(x: number): number {
  const t = Math.max(Math.min(fround(x * SQRT_HALF), 4), -4);
  const u = fround(t * t);
  const p = NUMERATOR.reduce((p, next) => fround(fround(p * u) + next));
  const q = DENOMINATOR.reduce((q, next) => fround(fround(q * u) + next));
  const erf = fround(fround(t * p) / q);
  const half = fround(x * 0.5);
  return fround(half + fround(half * erf));
}

const LOG2_E = fround(Math.LOG2E);
const SQRT_HALF = fround(Math.SQRT1_2);
const EXPONENTIAL = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
].map(fround);
const NUMERATOR = [
  -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4,
  -2.95459980854025e-3, -1.60960333262415e-2,
].map(fround);
const DENOMINATOR = [
  -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
].map(fround);
