/**
 * What cannot be cloned crosses on a port of its own.
 *
 * A call's options may hold an `AbortSignal` and callbacks. The caller's side takes them out and keeps them beside
 * one end of a `MessageChannel`; the other end travels with the call and becomes a signal and callbacks again.
 */
type Options = Readonly<Record<string, unknown>>;
type Call = { abort: true } | { callback: string; args: unknown[] };

interface PackedOptions {
  readonly plain: Options;
  readonly callbacks: readonly string[];
  readonly hasSignal: boolean;
  readonly port: MessagePort;
}
const MARK = '__nearfieldOptions';

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
    const callbacks = new Map<string, (...args: unknown[]) => void>();
    for (const [name, value] of Object.entries(arg)) {
      if (value instanceof AbortSignal) signal = value;
      else if (typeof value === 'function') callbacks.set(name, value as (...args: unknown[]) => void);
      else plain[name] = value;
    }
    port1.onmessage = ({ data }: MessageEvent<Call>) => {
      if ('callback' in data) callbacks.get(data.callback)?.(...data.args);
    };
    const abort = () => port1.postMessage({ abort: true } satisfies Call);
    signal?.addEventListener('abort', abort, { once: true });
    releases.push(() => {
      signal?.removeEventListener('abort', abort);
      port1.close();
    });
    ports.push(port2);
    const wire: PackedOptions = {
      plain,
      callbacks: [...callbacks.keys()],
      hasSignal: signal !== undefined,
      port: port2,
    };
    return { [MARK]: wire };
  });

  return { args: packed, ports, signal, release: () => releases.forEach((release) => void release()) };
}

/** The other side: arguments with live signals and callbacks, and a `release` for when the call has settled. */
export function unpackArguments(args: readonly unknown[]): { args: unknown[]; release: () => void } {
  const ports: MessagePort[] = [];
  const unpacked = args.map((arg) => {
    if (!isPacked(arg)) return arg;
    const { plain, callbacks, hasSignal, port } = arg[MARK];
    ports.push(port);
    const options: Record<string, unknown> = { ...plain };
    for (const callback of callbacks) {
      options[callback] = (...values: unknown[]) => port.postMessage({ callback, args: values } satisfies Call);
    }
    if (hasSignal) {
      const controller = new AbortController();
      port.onmessage = ({ data }: MessageEvent<Call>) => {
        if ('abort' in data) controller.abort();
      };
      options.signal = controller.signal;
    }
    return options;
  });
  return { args: unpacked, release: () => ports.forEach((port) => void port.close()) };
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
