import type { EncoderSettings } from './encoder.ts';

/** What a browser tells of the device. */
export interface Device {
  /** Gigabytes, rounded; Chromium alone tells. */
  readonly deviceMemory?: number;
  readonly hardwareConcurrency: number;
  /** Threads can share memory, without which there are none. */
  readonly sharesMemory: boolean;
}

/** Whether threads can share memory here: in a cross-origin isolated page, but not in every browser (WebKitGTK). */
export const sharesMemory = (): boolean =>
  globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function';

/**
 * Whether a worker may start workers of its own, as ONNX Runtime does for its threads: not in Firefox (153), which then
 * stands still for ever at times (docs/browsers.md). Ours are started by the page.
 */
export const mayNestWorkers = (): boolean => !/\bFirefox\//.test(globalThis.navigator?.userAgent ?? '');

/** How much of a device the encoder takes. */
export interface Fit extends Required<Pick<EncoderSettings, 'threads' | 'memory' | 'idleMs'>> {
  /** Which form of our models, unless a person asks for another. */
  readonly form: 'full' | 'small';
  /** Encoders side by side, each with a model of its own: some 80 MB, by ONNX Runtime 170. */
  readonly workers: number;
  /** Why less is taken than there could be. */
  readonly note?: string;
}

/** With so many gigabytes or less, memory is short. */
const SHORT = 2;
const MOST_THREADS = 8;

/**
 * Where there can be threads, one worker with a thread a core: they share one copy of the weights. Where there cannot,
 * two workers. Where memory is short: the small form, one worker, which rests after a minute, and at most four threads.
 */
export function fitTo(
  { deviceMemory, hardwareConcurrency: cores, sharesMemory }: Device,
  wanted: 'auto' | 'ample' | 'short' = 'auto',
): Fit {
  const isShort = wanted === 'short' || (wanted === 'auto' && deviceMemory !== undefined && deviceMemory <= SHORT);
  const workers = isShort || sharesMemory ? 1 : Math.min(2, cores);
  const threads = Math.max(1, Math.min(isShort ? MOST_THREADS / 2 : MOST_THREADS, Math.floor(cores / workers)));
  const rest = { form: 'full', memory: 'ample', idleMs: 300_000 } as const;
  if (!isShort) return { ...rest, workers, threads };
  const why = wanted === 'short' ? 'as asked for' : `the browser tells of ${deviceMemory} GB`;
  const note = `Memory is saved (${why}): the small form of the models, one worker, which ends after a minute without work.`;
  return { form: 'small', memory: 'short', idleMs: 60_000, workers, threads, note };
}

/** Whether a failure says that memory ran out: of WebAssembly, of a typed array, of ONNX Runtime. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /out of memory|\boom\b|could not allocate|failed to allocate|bad_alloc|allocation failed|memory access out of bounds/i.test(
    error.message,
  );
}
