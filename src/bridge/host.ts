import { type Endpoint, expose, transfer } from 'comlink';
import type { Trainer } from '../core/adapt.ts';
import type { Encoder, EncoderSettings } from '../core/encoder.ts';
import type { Engine, EngineSettings } from '../core/engine.ts';
import type { Projector } from '../core/map.ts';
import { ownBuffers } from './buffers.ts';
import { installErrorTransfer } from './errors.ts';
import { unpackArguments } from './options.ts';
import { servePorts } from './workers.ts';

/** A service, or how to make it from what the other end wants of it: made once, by the first call. */
type Served<Service, Settings> = Service | ((settings: Settings) => Service);

/** Offers an engine to whoever holds the other end. An engine's answers are small and are cloned. */
export function serveEngine(engine: Served<Engine, EngineSettings>, endpoint?: Endpoint): void {
  serve(engine, endpoint, () => []);
}

/** Offers an encoder. The arrays it returns change owner: they are moved, not copied, and are empty here afterwards. */
export function serveEncoder(encoder: Served<Encoder, EncoderSettings>, endpoint?: Endpoint): void {
  serve(encoder, endpoint, ownBuffers);
}

/** Offers `trainer`. The adapter it returns is moved. */
export function serveTrainer(trainer: Trainer, endpoint?: Endpoint): void {
  serve(trainer, endpoint, ownBuffers);
}

/** Offers `projector`. The places it returns are moved. */
export function serveProjector(projector: Projector, endpoint?: Endpoint): void {
  serve(projector, endpoint, ownBuffers);
}

/** The one function that crosses: every method is called through it, with what the caller wants of the service. */
export type Dispatch = (method: string, args: unknown[], settings?: object) => Promise<unknown>;

function serve<Service extends object, Settings extends object>(
  served: Served<Service, Settings>,
  endpoint: Endpoint | undefined,
  moved: (result: unknown) => Transferable[],
): void {
  installErrorTransfer();
  type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;
  let made: Methods | undefined;
  const dispatch: Dispatch = async (method, wire, settings = {}) => {
    const { args, release } = unpackArguments(wire);
    try {
      made ??= (typeof served === 'function' ? served(settings as Settings) : served) as Methods;
      const result = await made[method]!(...args);
      const buffers = moved(result);
      return buffers.length > 0 ? transfer(result as object, buffers) : result;
    } finally {
      release();
    }
  };
  expose(dispatch, endpoint);
  if (!endpoint) servePorts((port) => expose(dispatch, port));
}
