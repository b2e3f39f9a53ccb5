import type { MapProgress, ProjectOptions } from '../core/map.ts';

/** Called again and again by long work, with the share that is done: lets messages in, and throws where it is to end. */
export type Turn = (done: number) => Promise<void>;

/** So long is worked without a look at messages, milliseconds. */
const SLICE_MS = 40;

/** @param from,to what share of all the work 0 and 1 of this phase are. */
export function createTurn(
  { signal, onProgress }: ProjectOptions,
  phase: MapProgress['phase'],
  from: number,
  to: number,
): Turn {
  let last = performance.now();
  return async (done) => {
    if (performance.now() - last < SLICE_MS) return;
    onProgress?.(phase, from + done * (to - from));
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    last = performance.now();
  };
}
