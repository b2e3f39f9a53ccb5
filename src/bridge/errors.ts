import { transferHandlers } from 'comlink';
import { EngineError, type ErrorCode } from '../core/errors.ts';

export interface Wire {
  readonly kind: 'engine' | 'dom' | 'other';
  readonly code: ErrorCode | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly cause: unknown;
}

/**
 * Lets an EngineError arrive as an EngineError, with its code and cause, and a DOMException (an abort) as one.
 *
 * Comlink carries only the name, message and stack of what a worker throws.
 * Call on both sides before the first message.
 */
export function installErrorTransfer(): void {
  const { canHandle } = transferHandlers.get('throw')!;
  transferHandlers.set('throw', {
    canHandle,
    serialize: (thrown) => [toWire((thrown as { value: unknown }).value), []],
    deserialize(wire) {
      throw fromWire(wire as Wire);
    },
  });
}

export function toWire(value: unknown): Wire {
  const error = value instanceof Error ? value : new Error(String(value));
  return {
    kind: error instanceof EngineError ? 'engine' : error instanceof DOMException ? 'dom' : 'other',
    code: error instanceof EngineError ? error.code : undefined,
    name: error.name,
    message: error.message,
    stack: error.stack ?? '',
    cause: cloneable(error.cause),
  };
}

export function fromWire({ kind, code, name, message, stack, cause }: Wire): Error {
  if (kind === 'dom') return new DOMException(message, name);
  const error = kind === 'engine' && code ? new EngineError(code, message, { cause }) : new Error(message, { cause });
  return Object.assign(error, { name, stack });
}

/** A cause that cannot be cloned must not stop its error from arriving. */
function cloneable(cause: unknown): unknown {
  try {
    return structuredClone(cause);
  } catch {
    return String(cause);
  }
}
