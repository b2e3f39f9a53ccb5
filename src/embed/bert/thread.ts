import { type BertMemory, bertKernels } from '../../kernels/bert/kernels.ts';
import { type BertPlan, bertEncoder } from './bert.ts';

/** What a thread is told. Memory and kernels are shared, so an encoder costs it nothing but a place to work in. */
export type ThreadMessage =
  | {
      readonly open: number;
      readonly memory: BertMemory;
      readonly compiled: WebAssembly.Module | undefined;
      readonly plan: BertPlan;
      readonly thread: number;
    }
  | { readonly run: number; readonly ids: readonly number[]; readonly rows: 'first' | 'all' }
  | { readonly close: number };

/** What it answers to `run`. */
export type ThreadAnswer = { readonly hidden: Float32Array<ArrayBuffer> } | { readonly error: string };

/** What is used here of a worker, from either side. */
export interface ThreadPort<Out, In> {
  onmessage: ((event: MessageEvent<In>) => void) | null;
  postMessage(message: Out, transfer: Transferable[]): void;
}

/** Serves encoders over memory that the thread at the other side of `port` made. */
export function serveThread(port: ThreadPort<ThreadAnswer, ThreadMessage>): void {
  const encoders = new Map<number, ReturnType<typeof bertEncoder>>();
  port.onmessage = ({ data }) => {
    if ('open' in data) {
      const { open, memory, compiled, plan, thread } = data;
      encoders.set(open, bertEncoder(memory, bertKernels(memory, compiled), plan, thread));
    } else if ('close' in data) encoders.delete(data.close);
    else {
      try {
        const hidden = encoders.get(data.run)!.encode(data.ids, data.rows);
        port.postMessage({ hidden }, [hidden.buffer]);
      } catch (error) {
        port.postMessage({ error: (error as Error).message }, []);
      }
    }
  };
}
