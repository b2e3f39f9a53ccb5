import type { Kernels } from './kernels.ts';
import type { LinearMemory } from './memory.ts';

const { fround } = Math;

type PostingsKernels = Pick<Kernels, 'raiseLists' | 'gather' | 'scoreRows' | 'findNear' | 'addImpacts'>;

/** The kernels over postings as plain loops: the twins of `wasm/postings.ts`. */
export function plainPostings(memory: LinearMemory): PostingsKernels {
  /** Visits every row of every list: its number, the count, the list's weight, and the same again if it tells. */
  function each(
    lists: number,
    count: number,
    visit: (row: number, tf: number, weight: number, tells: number) => void,
  ): void {
    const { f32, u16, u32, u8 } = memory.views;
    for (let at = lists / 4; at < lists / 4 + count * 6; at += 6) {
      const [rows, counts, length, first] = u32.subarray(at, at + 4) as unknown as number[];
      const [weight, tells] = [f32[at + 4]!, f32[at + 5]!];
      for (let i = 0; i < length!; i++) visit(first! + u16[rows! / 2 + i]!, u8[counts! + i]!, weight, tells);
    }
  }

  return {
    raiseLists(lists, count, norms, best, marks) {
      const { f32, u32 } = memory.views;
      each(lists, count, (row, tf, weight) => {
        const value = fround(fround(weight * tf) / fround(tf + f32[norms / 4 + row]!));
        if (!(value > f32[best / 4 + row]!)) return;
        f32[best / 4 + row] = value;
        u32[marks / 4 + (row >> 5)]! |= 1 << (row & 31);
      });
    },

    gather(marks, count, best, rows, values) {
      const { f32, u32 } = memory.views;
      let n = 0;
      for (let row = 0; row < Math.ceil(count / 32) * 32; row++) {
        if (((u32[marks / 4 + (row >> 5)]! >>> (row & 31)) & 1) === 0) continue;
        u32[rows / 4 + n] = row;
        f32[values / 4 + n++] = f32[best / 4 + row]!;
        f32[best / 4 + row] = 0;
      }
      u32.fill(0, marks / 4, marks / 4 + Math.ceil(count / 32));
      return n;
    },

    scoreRows(sheet) {
      const { f32, u32, u8 } = memory.views;
      const at = sheet / 4;
      const [
        columns,
        columnCount,
        lists,
        listCount,
        gathered,
        gatheredCount,
        first,
        count,
        norms,
        scores,
        skip,
        words,
      ] = u32.subarray(at, at + 12) as unknown as number[];
      const found = u32[at + 13]!;
      const [held, telling] = [new Uint8ClampedArray(count!), new Float32Array(count!)];
      f32.fill(0, scores! / 4 + first!, scores! / 4 + first! + Math.ceil(count! / 8) * 8);
      const add = (row: number, score: number, idf: number, tells: number) => {
        f32[scores! / 4 + first! + row]! += fround(idf * score);
        held[row]!++;
        telling[row]! += tells;
      };
      const saturated = (tf: number, row: number) => fround(tf / fround(tf + f32[norms! / 4 + first! + row]!));
      for (let entry = columns! / 4; entry < columns! / 4 + columnCount! * 3; entry += 3) {
        for (let row = 0; row < count!; row++) {
          const tf = u8[u32[entry]! + row]!;
          if (tf > 0) add(row, saturated(tf, row), f32[entry + 1]!, f32[entry + 1]! * u32[entry + 2]!);
        }
      }
      for (let entry = lists! / 4; entry < lists! / 4 + listCount! * 6; entry += 6) {
        const from = u32[entry + 3]!;
        each(entry * 4, 1, (row, tf, idf, tells) => add(row - from, saturated(tf, row - from), idf, tells));
      }
      for (let entry = gathered! / 4; entry < gathered! / 4 + gatheredCount! * 5; entry += 5) {
        for (; u32[entry + 2]! > 0 && u32[u32[entry]! / 4]! < first! + count!; u32[entry + 2]!--) {
          add(u32[u32[entry]! / 4]! - first!, f32[u32[entry + 1]! / 4]!, f32[entry + 3]!, f32[entry + 4]!);
          u32[entry]! += 4;
          u32[entry + 1]! += 4;
        }
      }
      for (let row = 0; row < count!; row++) {
        if (skip! > 0 && u8[skip! + first! + row]! > 0) continue;
        f32[found / 4] = Math.max(f32[found / 4]!, telling[row]!);
        if (held[row] === Math.min(words!, 255)) u32[found / 4 + 2 + u32[found / 4 + 1]!++] = first! + row;
      }
    },

    findNear(outlines, count, outline, limit, found) {
      const { u32 } = memory.views;
      let n = 0;
      for (let i = 0; i < count; i++) {
        const other = u32[outlines / 4 + i]!;
        let letters = 0;
        for (let rest = (other ^ outline) & 0x3ffffff; rest !== 0; rest &= rest - 1) letters++;
        if (letters <= 2 * limit && Math.abs((other >>> 26) - (outline >>> 26)) <= limit) u32[found / 4 + n++] = i;
      }
      return n;
    },

    addImpacts(lists, count, scores) {
      const { f32 } = memory.views;
      each(lists, count, (row, impact, weight) => {
        f32[scores / 4 + row]! += fround(weight * impact);
      });
    },
  };
}
