import { fromWire, toWire, type Wire } from './errors.ts';

/**
 * What cannot be cloned crosses on a port of its own.
 *
 * A call's options may hold an `AbortSignal` and functions. The caller's side takes them out and keeps them beside one
 * end of a `MessageChannel`; the other end travels with the call and becomes a signal and functions again. A function
 * whose name starts with `on` is told something and not waited for; any other is asked, and its answer comes back as a
 * promise.
 */
type Options = Readonly<Record<string, unknown>>;
type Given = (...args: unknown[]) => unknown;
/** From where the call runs to the caller; an `ask` is a number that its answer repeats. */
type Call = { readonly name: string; readonly args: unknown[]; readonly ask?: number };
/** From the caller to where the call runs. */
type Reply = { readonly abort: true } | ({ readonly ask: number } & ({ value: unknown } | { error: Wire }));

interface PackedOptions {
  readonly plain: Options;
  readonly functions: readonly string[];
  readonly hasSignal: boolean;
  readonly port: MessagePort;
}
const MARK = '__nearfieldOptions';
const isTold = (name: string) => name.startsWith('on');

export interface Packed {
  readonly args: unknown[];
  readonly ports: MessagePort[];
  /** The signals taken out, so that the caller's own reason can be thrown. */
  readonly signal: AbortSignal | undefined;
  release(): void;
}

/** Makes the arguments of one call cloneable. */
export function packArguments(args: readonly unknown[]): Packed {
  const ports: MessagePort[] = [];
  const releases: (() => void)[] = [];
  let signal: AbortSignal | undefined;

  const packed = args.map((arg) => {
    if (!isOptions(arg)) return arg;
    const { port1, port2 } = new MessageChannel();
    const plain: Record<string, unknown> = {};
    const functions = new Map<string, Given>();
    for (const [name, value] of Object.entries(arg)) {
      if (value instanceof AbortSignal) signal = value;
      else if (typeof value === 'function') functions.set(name, value as Given);
      else plain[name] = value;
    }
    port1.onmessage = ({ data: { name, args: given, ask } }: MessageEvent<Call>) => {
      const call = functions.get(name)!;
      if (ask === undefined) call(...given);
      else void reply(port1, ask, call, given);
    };
    const abort = () => port1.postMessage({ abort: true } satisfies Reply);
    signal?.addEventListener('abort', abort, { once: true });
    releases.push(() => {
      signal?.removeEventListener('abort', abort);
      port1.close();
    });
    ports.push(port2);
    const wire: PackedOptions = {
      plain,
      functions: [...functions.keys()],
      hasSignal: signal !== undefined,
      port: port2,
    };
    return { [MARK]: wire };
  });

  return { args: packed, ports, signal, release: () => releases.forEach((release) => void release()) };
}

/** Sends what the caller's function answers; what cannot be cloned is an error like one it throws. */
async function reply(port: MessagePort, ask: number, call: Given, args: unknown[]): Promise<void> {
  try {
    port.postMessage({ ask, value: await call(...args) } satisfies Reply);
  } catch (error) {
    port.postMessage({ ask, error: toWire(error) } satisfies Reply);
  }
}

interface Answering {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/** The other side: arguments with live signals and functions, and a `release` for when the call has settled. */
export function unpackArguments(args: readonly unknown[]): { args: unknown[]; release: () => void } {
  const releases: (() => void)[] = [];
  const unpacked = args.map((arg) => {
    if (!isPacked(arg)) return arg;
    const { plain, functions, hasSignal, port } = arg[MARK];
    const options: Record<string, unknown> = { ...plain };
    const controller = new AbortController();
    const waiting = new Map<number, Answering>();
    let asked = 0;
    for (const name of functions) {
      options[name] = (...values: unknown[]) => {
        if (isTold(name)) return port.postMessage({ name, args: values } satisfies Call);
        const ask = ++asked;
        const answer = new Promise((resolve, reject) => waiting.set(ask, { resolve, reject }));
        answer.catch(() => {}); // whoever asked hears of it
        port.postMessage({ name, args: values, ask } satisfies Call);
        return answer;
      };
    }
    if (hasSignal) options.signal = controller.signal;
    if (hasSignal || !functions.every(isTold)) {
      port.onmessage = ({ data }: MessageEvent<Reply>) => {
        if ('abort' in data) return controller.abort();
        const answer = waiting.get(data.ask);
        waiting.delete(data.ask);
        if ('error' in data) answer?.reject(fromWire(data.error));
        else answer?.resolve(data.value);
      };
    }
    releases.push(() => {
      port.close();
      const over = new DOMException('The call this belongs to has ended.', 'AbortError');
      for (const { reject } of waiting.values()) reject(over);
    });
    return options;
  });
  return { args: unpacked, release: () => releases.forEach((release) => void release()) };
}

function isOptions(arg: unknown): arg is Options {
  return (
    typeof arg === 'object' &&
    arg !== null &&
    Object.getPrototypeOf(arg) === Object.prototype &&
    Object.values(arg).some((value) => typeof value === 'function' || value instanceof AbortSignal)
  );
}

function isPacked(arg: unknown): arg is { [MARK]: PackedOptions } {
  return typeof arg === 'object' && arg !== null && MARK in arg;
}
