/** The page of ../storage.ts: everything happens in its worker, as in the product. */
import type { Round } from './storage.worker.ts';

const worker = new Worker(new URL('./storage.worker.ts', import.meta.url), { type: 'module' });

const lab = {
  round: (rows: number) =>
    new Promise<Round>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Round | string>) =>
        typeof data === 'string' ? reject(new Error(data)) : resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(rows);
    }),
};
export type StorageLab = typeof lab;
(globalThis as unknown as { lab: StorageLab }).lab = lab;
