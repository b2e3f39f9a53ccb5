import type { Kernels } from './kernels.ts';
import type { LinearMemory } from './memory.ts';

const { fround } = Math;

/** The kernels over postings as plain loops: the twins of `wasm/postings.ts`. */
export function plainPostings(memory: LinearMemory): Pick<Kernels, 'raiseFrequencies' | 'addFrequencies' | 'settle'> {
  return {
    raiseFrequencies(rows, counts, count, first, weight, norms, best, touched, n) {
      const { f32, u16, u32, u8 } = memory.views;
      for (let i = 0; i < count; i++) {
        const row = u16[rows / 2 + i]!;
        const tf = u8[counts + i]!;
        const value = fround(fround(fround(weight) * tf) / fround(tf + f32[norms / 4 + row]!));
        const before = f32[best / 4 + row]!;
        if (!(value > before)) continue;
        if (before === 0) u32[touched / 4 + n++] = first + row;
        f32[best / 4 + row] = value;
      }
      return n;
    },

    addFrequencies(rows, counts, count, idf, norms, scores, held, telling) {
      const { f32, u16, u8 } = memory.views;
      const weight = fround(idf);
      for (let i = 0; i < count; i++) {
        const row = u16[rows / 2 + i]!;
        const tf = u8[counts + i]!;
        f32[scores / 4 + row]! += fround(weight * fround(tf / fround(tf + f32[norms / 4 + row]!)));
        f32[held / 4 + row]! += weight;
        if (telling > 0) f32[telling / 4 + row]! += weight;
      }
    },

    settle(touched, n, idf, best, scores, held, telling) {
      const { f32, u32 } = memory.views;
      for (let i = 0; i < n; i++) {
        const row = u32[touched / 4 + i]!;
        f32[scores / 4 + row]! += fround(fround(idf) * f32[best / 4 + row]!);
        f32[best / 4 + row] = 0;
        f32[held / 4 + row]! += fround(idf);
        if (telling > 0) f32[telling / 4 + row]! += fround(idf);
      }
    },
  };
}
