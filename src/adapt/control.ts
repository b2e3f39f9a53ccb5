/** Lets a long run breathe, wait, end early and be given up. */
export interface Control {
  /** Call after every step: gives other work its turn, waits while paused. @throws the signal's reason once aborted. */
  turn(signal: AbortSignal | undefined): Promise<void>;
  readonly stopped: boolean;
  pause(): void;
  resume(): void;
  stop(): void;
}

/** How long a run may keep its thread, milliseconds: messages to a worker wait no longer. */
const SLICE = 50;

export function createControl(): Control {
  let stopped = false;
  let last = performance.now();
  let waiting: (() => void) | undefined;
  let paused: Promise<void> | undefined;

  const resume = () => {
    waiting?.();
    waiting = paused = undefined;
  };
  return {
    async turn(signal) {
      signal?.throwIfAborted();
      if (performance.now() - last < SLICE) return;
      await new Promise((resolve) => setTimeout(resolve));
      if (paused) await Promise.race([paused, aborted(signal)]);
      signal?.throwIfAborted();
      last = performance.now();
    },
    get stopped() {
      return stopped;
    },
    pause() {
      paused ??= new Promise((resolve) => {
        waiting = resolve;
      });
    },
    resume,
    stop() {
      stopped = true;
      resume();
    },
  };
}

/** Settles when the signal does; never without one. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}
