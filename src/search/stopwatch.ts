/** Milliseconds of each stage, from the end of the one before. */
export function stopwatch() {
  const times: Record<string, number> = {};
  let last = performance.now();
  return {
    times,
    lap(stage: string) {
      const now = performance.now();
      times[stage] = now - last;
      last = now;
    },
  };
}
