/**
 * Workers that workers need are started by the page, which hands their ports on and stands in no message's way.
 *
 * In Firefox (153) `new Worker` within a worker holds that worker until the page's thread has answered, on a busy machine
 * now and then for ever (docs/browsers.md); on the page it never waits.
 */
import type { Peer } from './client.ts';

export type WorkerName = 'engine' | 'embed' | 'bert' | 'train' | 'map';

/** What a worker asks of whoever started it. */
interface Wish {
  readonly start: WorkerName;
  /** The new worker's end of the conversation. */
  readonly port: MessagePort;
  /** Told anything, the new worker ends; it says why it died. */
  readonly life: MessagePort;
}

/** What is used here of a worker, and of the scope within it. */
export type Starter = Pick<MessagePort, 'postMessage' | 'addEventListener'>;
export type Started = Starter & { terminate(): void };
export type AskedFor = MessagePort & Required<Peer>;

/**
 * Starts a worker, and those that it and its own ask for by name. They end with it. To be called where workers may be
 * started: on the page.
 */
export function startWorker<W extends Started>(start: (name: WorkerName) => W, name: WorkerName): W {
  const worker = start(name);
  const own = new Set<Started>();
  worker.addEventListener('message', ({ data }) => {
    if (!isWish(data)) return;
    const { port, life } = data;
    try {
      const wished = startWorker(start, data.start);
      own.add(wished);
      wished.addEventListener('error', (event) => life.postMessage((event as Partial<ErrorEvent>).message ?? ''));
      wished.postMessage({ port }, { transfer: [port] });
      life.onmessage = () => {
        own.delete(wished);
        wished.terminate();
        life.close();
      };
    } catch (error) {
      life.postMessage((error as Error).message);
    }
  });
  const end = worker.terminate.bind(worker);
  worker.terminate = () => {
    for (const one of own) one.terminate();
    end();
  };
  return worker;
}

/**
 * A worker by this name, asked of whoever started this one. What is sent before it runs waits for it; if it cannot be
 * started or dies, there is an `error` event.
 */
export function askForWorker(name: WorkerName, starter: Starter = globalThis as unknown as Starter): AskedFor {
  const talk = new MessageChannel();
  const { port1: life, port2 } = new MessageChannel();
  const wish: Wish = { start: name, port: talk.port2, life: port2 };
  starter.postMessage(wish, { transfer: [talk.port2, port2] });
  life.onmessage = ({ data }: MessageEvent<string>) =>
    talk.port1.dispatchEvent(Object.assign(new Event('error'), { message: data }));
  return Object.assign(talk.port1, {
    terminate() {
      life.postMessage('end');
      life.close();
      talk.port1.close();
    },
  });
}

/** In a worker that others ask for: serves each of them at a port of its own. */
export function servePorts(
  serve: (port: MessagePort) => void,
  starter: Starter = globalThis as unknown as Starter,
): void {
  starter.addEventListener('message', ({ data }) => {
    const { port } = (data ?? {}) as { port?: unknown };
    if (port instanceof MessagePort && !isWish(data)) serve(port);
  });
}

function isWish(data: unknown): data is Wish {
  const { start, port, life } = (data ?? {}) as Partial<Wish>;
  return typeof start === 'string' && port instanceof MessagePort && life instanceof MessagePort;
}
