import fc from 'fast-check';
import {
  attendScratch,
  type BertKernels,
  bertKernels,
  bertMemory,
  bertModule,
  bufferOf,
  CODE_BYTES,
  COLUMNS_BYTES,
  ROW_BYTES,
} from '../../src/kernels/bert/kernels.ts';
import type { KernelForm } from '../../src/kernels/kernels.ts';
import { uniform } from './twins.ts';

/** Every kernel of the encoder against its plain twin, bit for bit; run as `twins` are. A check throws when it fails. */
export const bertTwins: Record<string, (form: KernelForm) => void> = {
  'lookUp and addNorm give what their twins give': (form) => {
    compare(form, fc.record({ count, width, seed }), ({ count, width, seed }, { kernels, place, u8, f32, i32 }) => {
      const [codes, scales, ids, x] = [place(9 * width), place(36), place(count * 4), place(count * width * 4)];
      const [y, gamma, beta] = [place(count * width * 4), place(width * 4), place(width * 4)];
      const values = floats(9 + count * width + 2 * width, seed);
      for (let i = 0; i < 9 * width; i++) u8[codes + i] = (i * 31 + seed) & 255;
      for (let i = 0; i < count; i++) i32[ids / 4 + i] = (i * 7 + seed) % 9;
      f32.set(values.subarray(0, 9), scales / 4);
      f32.set(values.subarray(9, 9 + count * width), y / 4);
      f32.set(values.subarray(9 + count * width, 9 + (count + 1) * width), gamma / 4);
      f32.set(values.subarray(9 + (count + 1) * width), beta / 4);
      kernels.lookUp(codes, scales, ids, count, width, x);
      const looked = f32.slice(x / 4, x / 4 + count * width);
      kernels.addNorm(x, x, y, gamma, beta, count, width);
      return [looked, f32.slice(x / 4, x / 4 + count * width)];
    });
  },

  'pack, quantise and multiply give what their twins give, and nearly the product of the floats': (form) => {
    const input = fc.record({ count, width, outputs: width, seed, activate: fc.constantFrom(0, 1), size });
    compare(form, input, ({ count, width, outputs, seed, activate, size }, { kernels, place, u8, f32, i32 }) => {
      const padded = Math.ceil(count / 4) * 4;
      const [x, smooth, scratch] = [place(count * width * 4), place(width * 4), place(width * 4)];
      const [matrix, packed, columns] = [place(width * outputs), place(width * outputs), place(outputs * 12)];
      const [codes, rows, out] = [place(padded * width * CODE_BYTES), place(padded * 8), place(padded * outputs * 4)];
      f32.set(
        floats(count * width, seed).map((value) => value * size),
        x / 4,
      );
      f32.set(
        floats(width, seed + 1).map((value) => value + 1.5),
        smooth / 4,
      );
      for (let i = 0; i < width * outputs; i++) u8[matrix + i] = 1 + ((i * 7919 + seed) % 255);
      // What was there before must not show.
      u8.fill(77, codes, codes + padded * width * CODE_BYTES);
      i32.fill(7, rows / 4, rows / 4 + (padded * ROW_BYTES) / 4);
      const scales = floats(outputs * 2, seed + 2);
      kernels.pack(matrix, width, outputs, packed, columns);
      for (let j = 0; j < outputs; j++) {
        const at = columns / 4 + (j >> 2) * (COLUMNS_BYTES / 4) + (j & 3);
        f32[at + 4] = scales[j]!;
        f32[at + 8] = scales[outputs + j]!;
      }
      kernels.quantise(x, smooth, count, width, activate as 0 | 1, scratch, codes, rows);
      kernels.multiply(out, outputs * 4, codes, rows, padded, packed, columns, width, outputs);
      const product = f32.slice(out / 4, out / 4 + padded * outputs);
      if (!activate) {
        for (let row = 0; row < count; row++) {
          // Half a step of each input, in the worst case, times each weight.
          const step = f32[rows / 4 + row * 2]!;
          for (let j = 0; j < outputs; j++) {
            let [exact, slack] = [0, 0];
            for (let p = 0; p < width; p++) {
              const weight = (u8[matrix + p * outputs + j]! - 128) * scales[j]!;
              exact += f32[x / 4 + row * width + p]! * f32[smooth / 4 + p]! * weight;
              slack += Math.abs(weight) * step;
            }
            const off = Math.abs(product[row * outputs + j]! - exact - scales[outputs + j]!);
            if (off > slack + 1e-4 * size)
              throw new Error(`row ${row}, column ${j} is off by ${off}, at most ${slack}`);
          }
        }
      }
      return [product, f32.slice(rows / 4, rows / 4 + padded * 2)];
    });
  },

  'attend gives what its twin gives, and nearly the softmax of the dot products times the values': (form) => {
    const input = fc.record({
      tokens: fc.integer({ min: 1, max: 37 }),
      share: fc.integer({ min: 1, max: 4 }),
      heads: fc.integer({ min: 1, max: 3 }),
      quarters: fc.integer({ min: 1, max: 5 }),
      seed,
      size,
    });
    compare(form, input, ({ tokens, share, heads, quarters, seed, size }, { kernels, place, f32 }) => {
      const [d, count] = [quarters * 4, Math.ceil(tokens / share)];
      const width = heads * d;
      const [qkv, out] = [place(tokens * width * 12), place(count * width * 4)];
      const scratch = place(attendScratch(tokens, d));
      f32.set(
        floats(tokens * width * 3, seed).map((value) => value * size),
        qkv / 4,
      );
      const stride = width * 12;
      kernels.attend(
        out,
        width * 4,
        qkv,
        stride,
        count,
        qkv + width * 4,
        qkv + width * 8,
        stride,
        tokens,
        heads,
        d,
        scratch,
      );
      const at = (part: number, row: number, head: number, c: number) =>
        f32[qkv / 4 + row * width * 3 + part * width + head * d + c]!;
      const mixed = f32.slice(out / 4, out / 4 + count * width);
      const sum = (length: number, value: (i: number) => number) =>
        Array.from({ length }, (_, i) => value(i)).reduce((a, b) => a + b, 0);
      for (let head = 0; head < heads; head++) {
        for (let i = 0; i < count; i++) {
          const scores = Array.from(
            { length: tokens },
            (_, t) => sum(d, (c) => at(0, i, head, c) * at(1, t, head, c)) / Math.sqrt(d),
          );
          const largest = Math.max(...scores);
          const weights = scores.map((score) => Math.exp(score - largest));
          const total = sum(tokens, (t) => weights[t]!);
          for (let c = 0; c < d; c++) {
            const exact = sum(tokens, (t) => (weights[t]! / total) * at(2, t, head, c));
            const off = Math.abs(mixed[i * width + head * d + c]! - exact);
            if (off > 2e-5 * size * (1 + size)) throw new Error(`query ${i} of head ${head} is off by ${off}`);
          }
        }
      }
      return [mixed];
    });
  },
};

const count = fc.integer({ min: 1, max: 11 });
const width = fc.integer({ min: 1, max: 6 }).map((eighths) => eighths * 8);
const seed = fc.integer({ min: 0, max: 1 << 20 });
const size = fc.constantFrom(0, 1e-3, 1, 8);

function floats(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  uniform(values, seed);
  return values;
}

interface Machine {
  readonly kernels: BertKernels;
  /** The address of so many bytes. */
  place(bytes: number): number;
  readonly u8: Uint8Array;
  readonly f32: Float32Array;
  readonly i32: Int32Array;
}

function machine(form: KernelForm): Machine {
  const memory = bertMemory(form, 1 << 19);
  const buffer = bufferOf(memory);
  let top = 64;
  return {
    kernels: bertKernels(memory, modules[form]),
    place(bytes) {
      const at = top;
      top += Math.ceil(bytes / 64) * 64;
      if (top > buffer.byteLength) throw new Error('the test needs more memory');
      return at;
    },
    u8: new Uint8Array(buffer),
    f32: new Float32Array(buffer),
    i32: new Int32Array(buffer),
  };
}

const modules: Partial<Record<KernelForm, WebAssembly.Module | undefined>> = {};

function compare<T>(
  form: KernelForm,
  input: fc.Arbitrary<T>,
  use: (given: T, machine: Machine) => Float32Array[],
): void {
  modules[form] ??= bertModule(form);
  fc.assert(
    fc.property(input, (given) => {
      const plain = use(given, machine('typed-arrays'));
      const other = use(given, machine(form));
      for (const [i, values] of plain.entries()) {
        const at = values.findIndex((value, j) => value !== other[i]![j]);
        if (at >= 0) throw new Error(`result ${i}, value ${at}: expected ${values[at]}, got ${other[i]![at]}`);
      }
    }),
    { numRuns: 60 },
  );
}
