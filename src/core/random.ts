/** A stream of numbers that depends on nothing but its seed: the same in every browser and in Node. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, below). */
  below(below: number): number;
  /** Standard normal. */
  normal(): number;
  /** Fisher–Yates, in place; returns the array. */
  shuffle<T extends { length: number; [i: number]: unknown }>(items: T): T;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, period 2³², passes gjrand; not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    // Sum of twelve uniforms (Irwin–Hall): Math.log and Math.cos may differ in the last bit from one engine to another.
    normal: () => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += next();
      return sum;
    },
    shuffle(items) {
      const list = items as { length: number; [i: number]: unknown };
      for (let i = list.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        [list[i], list[j]] = [list[j], list[i]];
      }
      return items;
    },
  };
}
