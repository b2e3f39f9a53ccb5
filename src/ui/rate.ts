/** How fast something goes, over the last while. */
export interface Rate {
  /** `total` counted at `now` milliseconds; totals never fall. */
  note(total: number, now: number): void;
  /** Per second over the window; `undefined` until there are two notes a second apart. */
  perSecond(): number | undefined;
}

/** A stretch of work speeds up and slows down; a window of some seconds is steady and still honest. */
export function createRate(windowMs = 20_000): Rate {
  const notes: { readonly total: number; readonly at: number }[] = [];
  return {
    note(total, now) {
      notes.push({ total, at: now });
      while (notes.length > 2 && now - notes[0]!.at > windowMs) notes.shift();
    },
    perSecond() {
      const first = notes[0];
      const last = notes.at(-1);
      if (!first || !last || last.at - first.at < 1000) return undefined;
      return ((last.total - first.total) * 1000) / (last.at - first.at);
    },
  };
}

/** Milliseconds until `left` units are done, or `undefined` when that cannot be said. */
export function timeLeft(left: number, perSecond: number | undefined): number | undefined {
  if (perSecond === undefined || perSecond <= 0) return undefined;
  return (Math.max(0, left) / perSecond) * 1000;
}
