import type { Kernels } from './kernels.ts';
import type { LinearMemory } from './memory.ts';

const { fround } = Math;

type PostingsKernels = Pick<Kernels, 'raiseLists' | 'settle' | 'addLists' | 'startRows' | 'addImpacts'>;

/** The kernels over postings as plain loops: the twins of `wasm/postings.ts`. */
export function plainPostings(memory: LinearMemory): PostingsKernels {
  /** Visits every row of every list: its number, the count, and the list's weight and whether it tells. */
  function each(
    lists: number,
    count: number,
    visit: (row: number, tf: number, weight: number, tells: boolean) => void,
  ): void {
    const { f32, u16, u32, u8 } = memory.views;
    for (let at = lists / 4; at < lists / 4 + count * 6; at += 6) {
      const [rows, counts, length, first, , tells] = u32.subarray(at, at + 6) as unknown as number[];
      const weight = f32[at + 4]!;
      for (let i = 0; i < length!; i++) visit(first! + u16[rows! / 2 + i]!, u8[counts! + i]!, weight, tells === 1);
    }
  }

  return {
    raiseLists(lists, count, norms, best, touched) {
      const { f32, u32 } = memory.views;
      let n = 0;
      each(lists, count, (row, tf, weight) => {
        const value = fround(fround(weight * tf) / fround(tf + f32[norms / 4 + row]!));
        const before = f32[best / 4 + row]!;
        if (!(value > before)) return;
        if (before === 0) u32[touched / 4 + n++] = row;
        f32[best / 4 + row] = value;
      });
      return n;
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

    addLists(lists, count, norms, scores, held, telling) {
      const { f32 } = memory.views;
      each(lists, count, (row, tf, idf, tells) => {
        f32[scores / 4 + row]! += fround(idf * fround(tf / fround(tf + f32[norms / 4 + row]!)));
        f32[held / 4 + row]! += idf;
        if (tells) f32[telling / 4 + row]! += idf;
      });
    },

    startRows(columns, words, count, norms, scores, held, telling) {
      const { f32, u32, u8 } = memory.views;
      const sums = [scores, held, telling].map((at) => at / 4) as [number, number, number];
      for (const at of sums) f32.fill(0, at, at + Math.ceil(count / 8) * 8);
      for (let column = columns / 4; column < columns / 4 + words * 3; column += 3) {
        const [idf, tells] = [f32[column + 1]!, f32[column + 2]!];
        for (let row = 0; row < count; row++) {
          const tf = u8[u32[column]! + row]!;
          if (tf === 0) continue;
          f32[sums[0] + row]! += fround(idf * fround(tf / fround(tf + f32[norms / 4 + row]!)));
          f32[sums[1] + row]! += idf;
          f32[sums[2] + row]! += tells;
        }
      }
    },

    addImpacts(lists, count, scores) {
      const { f32 } = memory.views;
      each(lists, count, (row, impact, weight) => {
        f32[scores / 4 + row]! += fround(weight * impact);
      });
    },
  };
}
