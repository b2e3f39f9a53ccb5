import type { TextRole } from '../core/encoder.ts';

interface Job {
  readonly step: (item: number) => Promise<void>;
  readonly items: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  next: number;
}

/** One processor, shared item by item: jobs run in order of arrival, and queries before passages. */
export interface Lane {
  /** Calls `step(0)` … `step(items − 1)`, one at a time. Rejects with the signal's reason before the next step. */
  run(role: TextRole, items: number, step: (item: number) => Promise<void>, signal?: AbortSignal): Promise<void>;
}

export function createLane(): Lane {
  const waiting: Record<TextRole, Job[]> = { query: [], passage: [] };
  let busy = false;

  const work = async () => {
    if (busy) return;
    busy = true;
    for (let queue = next(); queue; queue = next()) {
      const job = queue[0]!;
      try {
        job.signal?.throwIfAborted();
        if (job.next < job.items) await job.step(job.next++);
        if (job.next < job.items) {
          await turn();
          continue;
        }
        job.resolve();
      } catch (error) {
        job.reject(error);
      }
      queue.shift();
    }
    busy = false;
  };
  const next = () => [waiting.query, waiting.passage].find((queue) => queue.length > 0);

  return {
    run: (role, items, step, signal) =>
      new Promise((resolve, reject) => {
        waiting[role].push({ step, items, signal, resolve, reject, next: 0 });
        void work();
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
