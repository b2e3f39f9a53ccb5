/** Something costly that many callers want and only one should start. */
export interface Shared<T> {
  /**
   * The value, started by the first caller. A caller that aborts stops waiting; the work itself is aborted when no one
   * waits any more. A failure reaches everyone who waits and is forgotten, so that the next call tries anew.
   */
  get(options?: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((loaded: number) => void) | undefined;
  }): Promise<T>;
}

type Start<T> = (work: { readonly signal: AbortSignal; readonly onBytes: (loaded: number) => void }) => Promise<T>;

export function share<T>(start: Start<T>): Shared<T> {
  let running: { promise: Promise<T>; stop: AbortController; loaded: number; done: boolean } | undefined;
  const waiting = new Set<((loaded: number) => void) | symbol>();

  const begin = () => {
    const stop = new AbortController();
    const onBytes = (loaded: number) => {
      task.loaded = loaded;
      for (const listener of waiting) if (typeof listener === 'function') listener(loaded);
    };
    const promise = Promise.resolve().then(() => start({ signal: stop.signal, onBytes }));
    const task = { promise, stop, loaded: 0, done: false };
    task.promise.then(
      () => {
        task.done = true;
      },
      () => {
        if (running === task) running = undefined;
      },
    );
    return task;
  };

  return {
    async get({ signal, onBytes } = {}) {
      signal?.throwIfAborted();
      running ??= begin();
      const task = running;
      const waiter = onBytes ? (loaded: number) => onBytes(loaded) : Symbol();
      waiting.add(waiter);
      onBytes?.(task.loaded);
      try {
        return await abortable(task.promise, signal);
      } finally {
        waiting.delete(waiter);
        if (waiting.size === 0 && !task.done) {
          if (running === task) running = undefined;
          task.stop.abort(signal?.reason);
        }
      }
    },
  };
}

/** `promise`, or the signal's reason as soon as it aborts. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
