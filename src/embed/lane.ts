import type { TextRole } from '../core/encoder.ts';

export interface LaneOptions {
  readonly signal?: AbortSignal | undefined;
  /** So many steps may be under way at once, those of other jobs counted: 1 unless told. */
  readonly width?: number | undefined;
}

interface Job {
  readonly step: (item: number) => Promise<void>;
  readonly items: number;
  readonly signal: AbortSignal | undefined;
  readonly width: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  next: number;
  running: number;
  failure?: { readonly reason: unknown };
}

/** Processors shared item by item: steps begin in order of their jobs' arrival, and queries before passages. */
export interface Lane {
  /**
   * Calls `step(0)` … `step(items − 1)`, in this order. Rejects with the first failure, or the signal's reason before the
   * next step; no step is under way any more when it settles.
   */
  run(role: TextRole, items: number, step: (item: number) => Promise<void>, options?: LaneOptions): Promise<void>;
}

export function createLane(): Lane {
  const waiting: Record<TextRole, Job[]> = { query: [], passage: [] };
  let running = 0;

  /** Begins all steps that there is room for. */
  const work = () => {
    for (let queue = next(); queue; queue = next()) {
      const job = queue[0]!;
      if (job.signal?.aborted) job.failure ??= { reason: job.signal.reason };
      if (job.failure || job.next === job.items) {
        queue.shift();
        settle(job);
        continue;
      }
      if (running >= job.width) return;
      void begin(job);
    }
  };
  const next = () => [waiting.query, waiting.passage].find((queue) => queue.length > 0);
  const begin = async (job: Job) => {
    running++;
    job.running++;
    try {
      await job.step(job.next++);
    } catch (reason) {
      job.failure ??= { reason };
    }
    running--;
    job.running--;
    if (job.next < job.items && !job.failure) await turn();
    else settle(job);
    work();
  };
  const settle = (job: Job) => {
    if (job.running > 0) return;
    if (job.failure) job.reject(job.failure.reason);
    else if (job.next === job.items) job.resolve();
  };

  return {
    run: (role, items, step, { signal, width = 1 } = {}) =>
      new Promise((resolve, reject) => {
        waiting[role].push({ step, items, signal, width, resolve, reject, next: 0, running: 0 });
        work();
      }),
  };
}

/**
 * Lets the event loop turn once, so that messages (a query, an abort) are heard between two texts. A message to
 * oneself, because timers are held back by 4 ms once they nest.
 */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
