import { type Endpoint, type Remote, releaseProxy, transfer, wrap } from 'comlink';
import type { Trainer } from '../core/adapt.ts';
import type { Encoder, EncoderSettings } from '../core/encoder.ts';
import type { Engine, EngineSettings } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { Projector } from '../core/map.ts';
import { ownBuffers } from './buffers.ts';
import { installErrorTransfer } from './errors.ts';
import type { Dispatch } from './host.ts';
import { packArguments } from './options.ts';

/** The other end of a bridge; a `Worker`, or a port in tests. */
export type Peer = Endpoint & { terminate?: () => void };

export const ENGINE_METHODS = [
  'status',
  'documents',
  'estimate',
  'add',
  'remove',
  'search',
  'open',
  'accept',
  'accepted',
  'reject',
  'rejected',
  'forget',
  'exportCollection',
  'importCollection',
  'clear',
  'close',
  'teach',
  'pauseTeaching',
  'resumeTeaching',
  'stopTeaching',
  'adapters',
  'importAdapter',
  'exportAdapter',
  'applyAdapter',
  'removeAdapter',
  'map',
  'passages',
  'similar',
] as const;
export const ENCODER_METHODS = ['load', 'countTokens', 'embed', 'score', 'info', 'close'] as const;
export const PROJECTOR_METHODS = ['fit', 'anchor', 'place', 'close'] as const;
export const TRAINER_METHODS = ['train', 'pause', 'resume', 'stop', 'close'] as const;

/** The engine in the worker that `start` makes, as an Engine. */
export const connectEngine = (start: () => Peer, settings: EngineSettings = {}): Engine =>
  connect<Engine>(start, ENGINE_METHODS, settings);

/** The encoder in the worker that `start` makes, as an Encoder. */
export const connectEncoder = (start: () => Peer, settings: EncoderSettings = {}): Encoder =>
  connect<Encoder>(start, ENCODER_METHODS, settings);

/** The trainer in the worker that `start` makes, as a Trainer. The training set changes owner: it is moved, and empty here afterwards. */
export const connectTrainer = (start: () => Peer): Trainer =>
  connect<Trainer>(start, TRAINER_METHODS, undefined, ownBuffers);

/** The projector in the worker that `start` makes, as a Projector. Vectors and places are moved, and empty here afterwards. */
export const connectProjector = (start: () => Peer): Projector =>
  connect<Projector>(start, PROJECTOR_METHODS, undefined, ownBuffers);

/**
 * An object with `methods`, each of which calls into the worker that `start` makes.
 *
 * The worker starts with the first call and is told `settings` by it. Every call settles: when the worker dies, all calls in flight reject with
 * `worker-lost`, and the next call starts a fresh worker. `close` ends the worker after it has answered.
 * `moved`: buffers of an argument that go to the worker for good instead of being copied.
 */
function connect<Service>(
  start: () => Peer,
  methods: readonly (keyof Service & string)[],
  settings?: object,
  moved: (argument: unknown) => Transferable[] = () => [],
): Service {
  installErrorTransfer();
  let session: Session | undefined;

  const call = async (method: string, args: unknown[]) => {
    session ??= open(start, () => {
      session = undefined;
    });
    const current = session;
    const packed = packArguments(args);
    try {
      packed.signal?.throwIfAborted();
      const given = transfer(packed.args, [...packed.ports, ...packed.args.flatMap(moved)]);
      return await current.settle(() => current.remote(method, given, settings));
    } catch (error) {
      // The worker threw its own copy of the abort; the caller gets the reason it gave.
      if (packed.signal?.aborted && (error as Error).name === 'AbortError') throw packed.signal.reason;
      throw error;
    } finally {
      packed.release();
      if (method === 'close') current.end();
    }
  };

  const proxies = methods.map((method) => [method, (...args: unknown[]) => call(method, args)]);
  return Object.fromEntries(proxies) as Service;
}

interface Session {
  readonly remote: Remote<Dispatch>;
  settle<T>(call: () => Promise<T>): Promise<T>;
  end(): void;
}

function open(start: () => Peer, onEnd: () => void): Session {
  const peer = start();
  const remote = wrap<Dispatch>(peer);
  const waiting = new Set<(reason: EngineError) => void>();
  let lost: EngineError | undefined;

  const end = () => {
    if (lost) return;
    lost = new EngineError('worker-lost', 'Expected a running worker, but it was closed; call again to start it anew.');
    for (const reject of waiting) reject(lost);
    peer.removeEventListener('error', fail);
    peer.removeEventListener('messageerror', fail);
    remote[releaseProxy]();
    peer.terminate?.();
    onEnd();
  };
  const fail = (event: object) => {
    const { message, type } = event as ErrorEvent;
    const error = new EngineError(
      'worker-lost',
      `Expected a running worker, got “${message || type}”; what was committed is kept, so try again.`,
    );
    for (const reject of waiting) reject(error);
    end();
  };
  peer.addEventListener('error', fail);
  peer.addEventListener('messageerror', fail);

  return {
    remote,
    settle: (call) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost);
        waiting.add(reject);
        call()
          .then(resolve, reject)
          .finally(() => waiting.delete(reject));
      }),
    end,
  };
}
