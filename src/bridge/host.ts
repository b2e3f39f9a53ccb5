import { type Endpoint, expose, transfer } from 'comlink';
import type { Trainer } from '../core/adapt.ts';
import type { Encoder } from '../core/encoder.ts';
import type { Engine } from '../core/engine.ts';
import { installErrorTransfer } from './errors.ts';
import { unpackArguments } from './options.ts';

/** Offers `engine` to whoever holds the other end. An engine's answers are small and are cloned. */
export function serveEngine(engine: Engine, endpoint?: Endpoint): void {
  serve(engine, endpoint, () => []);
}

/** Offers `encoder`. The arrays it returns change owner: they are moved, not copied, and are empty here afterwards. */
export function serveEncoder(encoder: Encoder, endpoint?: Endpoint): void {
  serve(encoder, endpoint, ownBuffers);
}

/** Offers `trainer`. The adapter it returns is moved. */
export function serveTrainer(trainer: Trainer, endpoint?: Endpoint): void {
  serve(trainer, endpoint, ownBuffers);
}

/** The one function that crosses: every method is called through it. */
export type Dispatch = (method: string, args: unknown[]) => Promise<unknown>;

function serve(service: object, endpoint: Endpoint | undefined, moved: (result: unknown) => Transferable[]): void {
  installErrorTransfer();
  const methods = service as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const dispatch: Dispatch = async (method, wire) => {
    const { args, release } = unpackArguments(wire);
    try {
      const result = await methods[method]!(...args);
      const buffers = moved(result);
      return buffers.length > 0 ? transfer(result as object, buffers) : result;
    } finally {
      release();
    }
  };
  expose(dispatch, endpoint);
}

/** The buffers of every typed array in a result, one level of plain objects deep. Each array must own its whole buffer. */
function ownBuffers(result: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (value: unknown, depth: number) => {
    if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
    else if (depth > 0 && typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) visit(inner, depth - 1);
    }
  };
  visit(result, 2);
  return [...found];
}
