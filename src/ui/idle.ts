/** A pause and a slice of work in it, for browsers without idle callbacks: Safari's engine. */
const PAUSE_MS = 50;
const SLICE_MS = 16;

/**
 * Runs `work` once the page has nothing else to do; `left` says how many milliseconds it may still take.
 *
 * @returns what calls it off.
 */
export function whenIdle(work: (left: () => number) => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const handle = requestIdleCallback((deadline) => work(() => deadline.timeRemaining()));
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(() => {
    const end = performance.now() + SLICE_MS;
    work(() => end - performance.now());
  }, PAUSE_MS);
  return () => clearTimeout(handle);
}
