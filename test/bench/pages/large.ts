/** The page of ../large.ts: everything happens in its worker, as in the product. */
import type { LargeBench } from './large.worker.ts';

const worker = new Worker(new URL('./large.worker.ts', import.meta.url), { type: 'module' });

const lab = {
  /** Calls a method of the worker's bench. */
  call<M extends keyof LargeBench>(method: M, ...args: Parameters<LargeBench[M]>): Promise<ReturnType<LargeBench[M]>> {
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<{ value: Awaited<ReturnType<LargeBench[M]>> } | { error: string }>) =>
        'error' in data ? reject(new Error(data.error)) : resolve(data.value as ReturnType<LargeBench[M]>);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ method, args });
    });
  },
};
export type LargeLab = typeof lab;
(globalThis as unknown as { lab: LargeLab }).lab = lab;
