import type { Kernels } from './kernels.ts';
import type { LinearMemory } from './memory.ts';

const { fround } = Math;

/** The kernels over signs as plain loops, see `plain.ts`. @param insert puts a score where it belongs among the best. */
export function plainSigns(
  memory: LinearMemory,
  insert: (score: number, row: number, k: number, best: number, rows: number) => void,
): Pick<Kernels, 'packSigns' | 'prepareSigns' | 'scanSigns' | 'selectTops' | 'listAbove'> {
  return {
    packSigns(bits, levels, count, blocks, thresholds, steps, signs, factors) {
      const { f32, u8 } = memory.views;
      for (let row = 0; row < count; row++) {
        const [sums, squares] = [new Float32Array(4), new Float32Array(4)];
        for (let i = 0; i < blocks * 32; i++) {
          const two = bits === 4 ? u8[levels + (row * blocks + (i >> 5)) * 16 + (i & 15)]! : 0;
          const level = bits !== 4 ? u8[levels + row * blocks * 32 + i]! : i & 16 ? two >> 4 : two & 15;
          const at = signs + ((row >> 5) * blocks * 8 + (i >> 2)) * 16 + (row & 15);
          if (level >= u8[thresholds + i]!) u8[at]! |= 1 << ((i & 3) + (row & 16 ? 4 : 0));
          const x = fround(fround(level * f32[steps / 4 + i]!) + f32[steps / 4 + blocks * 32 + i]!);
          sums[i & 3]! += fround(Math.abs(x) * f32[steps / 4 + blocks * 64 + i]!);
          squares[i & 3]! += fround(x * x);
        }
        const sum = joined(sums);
        f32[factors / 4 + row] = sum > 0 ? joined(squares) / sum : 0;
      }
    },

    prepareSigns(query, weights, quads, share, table) {
      const { f32, u8, u32 } = memory.views;
      const numbers = Array.from({ length: quads }, (_, quad) => quad);
      const q = (quad: number) => f32.subarray(query / 4 + quad * 4, query / 4 + quad * 4 + 4);
      const weighed = (quad: number) => q(quad).map((value, i) => value * f32[weights / 4 + quad * 4 + i]!);
      const squared = (four: Float32Array) => joined(four.map((value) => value * value));
      const tells = numbers.map((quad) => squared(weighed(quad)));
      const add = (sum: number, value: number) => fround(sum + value);
      const least = fround(fround(fround(share) * tells.reduce(add, 0)) / quads);
      let more = -numbers.filter((quad) => tells[quad]! >= least).length & 7;
      const isKept = numbers.map((quad) => tells[quad]! >= least || more-- > 0);
      const kept = numbers.filter((quad) => isKept[quad]);
      const halves = kept.map((quad) => joined(weighed(quad).map(Math.abs)));
      const step = fround(fround(halves.reduce((most, half) => Math.max(most, half), 0) * 2) / 31);
      u32[table / 4] = kept.length;
      f32[table / 4 + 1] = step;
      f32[table / 4 + 2] = 0 - halves.reduce(add, 0);
      f32[table / 4 + 3] = kept.map((quad) => squared(q(quad))).reduce(add, 0);
      f32[table / 4 + 4] = numbers.filter((quad) => !isKept[quad]).reduce((sum, quad) => add(sum, tells[quad]!), 0);
      const inverse = step > 0 ? fround(1 / step) : 0;
      for (const [n, quad] of kept.entries()) {
        u32[table / 4 + 16 + n] = quad * 16;
        const [a, b, c, d] = weighed(quad) as unknown as [number, number, number, number];
        for (let m = 0; m < 16; m++) {
          const [ab, cd] = [fround((m & 1 ? a : -a) + (m & 2 ? b : -b)), fround((m & 4 ? c : -c) + (m & 8 ? d : -d))];
          const sum = fround(fround(ab + cd) + halves[n]!);
          u8[table + 64 + quads * 4 + n * 16 + m] = Math.min(Math.max(nearest(fround(sum * inverse)), 0), 255);
        }
      }
    },

    scanSigns(table, signs, count, quads, factors, present, base, scores, tops, sums) {
      const { f32, u8, u32 } = memory.views;
      const [kept, step, offset] = [u32[table / 4]!, f32[table / 4 + 1]!, f32[table / 4 + 2]!];
      for (let row = 0; row < count; row++) {
        let score = -Infinity;
        if ((u8[present + (row >> 3)]! >> (row & 7)) & 1) {
          let sum = 0;
          for (let n = 0; n < kept; n++) {
            const two = u8[signs + (row >> 5) * quads * 16 + u32[table / 4 + 16 + n]! + (row & 15)]!;
            sum += u8[table + 64 + quads * 4 + n * 16 + (row & 16 ? two >> 4 : two & 15)]!;
          }
          const signed = fround(fround(sum * step) + offset);
          score = fround(fround(signed * f32[factors / 4 + row]!) + fround(base));
          f32[sums / 4 + (row & 3)]! += score;
          f32[sums / 4 + 4 + (row & 3)]! += fround(score * score);
        }
        f32[scores / 4 + row] = score;
        f32[tops / 4 + (row >> 5)] = row & 31 ? Math.max(f32[tops / 4 + (row >> 5)]!, score) : score;
      }
    },

    selectTops(scores, _, count, first, k, best, rows) {
      for (let i = 0; i < count; i++) insert(memory.views.f32[scores / 4 + i]!, first + i, k, best, rows);
    },

    listAbove(bar, scores, _, count, list) {
      const { f32, u32 } = memory.views;
      let found = 0;
      for (let row = 0; row < count; row++) if (f32[scores / 4 + row]! > fround(bar)) u32[list / 4 + found++] = row;
      return found;
    },
  };
}

/** The sum of four, in the order of the kernels. */
const joined = ([a, b, c, d]: Float32Array) => fround(fround(a! + c!) + fround(b! + d!));

/** Halves to even, as WebAssembly rounds. */
export function nearest(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
