export interface Timing {
  /** Milliseconds of one call. */
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
}

/**
 * Times rivals in turn, round after round, so that a noisy machine hurts all alike.
 *
 * Every rival makes `calls` calls a round, each timed by itself and told its number; one round before is not counted.
 */
export function interleave<Name extends string>(
  rivals: Record<Name, (call: number) => unknown>,
  rounds: number,
  calls: number,
): Record<Name, Timing> {
  const names = Object.keys(rivals) as Name[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      for (let call = 0; call < calls; call++) {
        const start = performance.now();
        sink = rivals[name]((round + 1) * calls + call);
        const time = performance.now() - start;
        if (round >= 0) times.get(name)!.push(time);
      }
    }
  }
  return Object.fromEntries(names.map((name) => [name, timingOf(times.get(name)!)])) as Record<Name, Timing>;
}

/** What a call returned is kept, so that it cannot be optimised away. */
export let sink: unknown;

function timingOf(times: number[]): Timing {
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
  return { min: at(0), p50: at(0.5), p95: at(0.95) };
}
