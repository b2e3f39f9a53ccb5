import type { BertMemory } from '../../kernels/bert/kernels.ts';
import type { Session } from '../session.ts';
import type { BertPlan } from './bert.ts';
import type { ThreadAnswer, ThreadMessage, ThreadPort } from './thread.ts';

/** A thread as its starter sees it. */
export interface Thread extends ThreadPort<ThreadMessage, ThreadAnswer> {
  /** Told when it died, or could not be started. */
  addEventListener(type: 'error', listener: (event: Event) => void): void;
  terminate(): void;
}

interface Job {
  readonly message: ThreadMessage;
  readonly resolve: (hidden: Float32Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that encode whole texts, each one at a time: no text waits for another, and none is cut in pieces. */
export interface Threads {
  /** @param place The first of as many places in the memory's scratch as there are threads. */
  open(memory: BertMemory, compiled: WebAssembly.Module | undefined, plan: BertPlan, place: number): Session;
}

/** Starts `count` threads at once. One that dies ends them all: what runs and what comes is rejected. */
export function startThreads(start: () => Thread, count: number): Threads {
  const jobs: Job[] = [];
  const working = new Map<Thread, Job>();
  let lost: Error | undefined;
  let opened = 0;

  const work = () => {
    for (const thread of threads) {
      if (working.has(thread)) continue;
      const job = jobs.shift();
      if (!job) return;
      working.set(thread, job);
      thread.postMessage(job.message, []);
    }
  };
  const begin = (): Thread => {
    const thread = start();
    thread.onmessage = ({ data }) => {
      const job = working.get(thread);
      working.delete(thread);
      if ('error' in data) job?.reject(new Error(data.error));
      else job?.resolve(data.hidden);
      work();
    };
    thread.addEventListener('error', (event) => {
      lost = new Error(
        `A thread of the encoder ended (${(event as ErrorEvent).message || 'it could not be started'}).`,
      );
      for (const each of threads) each.terminate();
      for (const job of [...working.values(), ...jobs.splice(0)]) job.reject(lost);
      working.clear();
    });
    return thread;
  };
  const threads = Array.from({ length: count }, begin);

  return {
    open(memory, compiled, plan, place) {
      const id = opened++;
      for (const [i, thread] of threads.entries()) {
        thread.postMessage({ open: id, memory, compiled, plan, thread: place + i }, []);
      }
      return {
        parallel: count,
        run: (ids, rows) =>
          new Promise((resolve, reject) => {
            if (lost) return reject(lost);
            jobs.push({ message: { run: id, ids, rows }, resolve, reject });
            work();
          }),
        async close() {
          for (const thread of threads) thread.postMessage({ close: id }, []);
        },
      };
    },
  };
}
