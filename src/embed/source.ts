import { EngineError } from '../core/errors.ts';
import type { ModelFile } from './card.ts';

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Bytes of this file so far. */
  readonly onBytes: (loaded: number) => void;
}

/** Where models come from. Every file it hands out has the SHA-256 that was asked for. */
export interface ModelSource {
  /** The parsed `model.json` of a model's folder. @throws EngineError `model-unavailable` */
  manifest(model: string, signal: AbortSignal): Promise<unknown>;
  /** @throws EngineError `model-unavailable`, `model-corrupt`; an abort throws the signal's reason. */
  file(model: string, file: ModelFile, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Throws unless `bytes` are the file that `model.json` pins.
 *
 * @throws EngineError `model-corrupt` with both hashes' beginnings, or `model-unavailable` where the browser offers
 *   no SHA-256 (a page that came over plain http from another machine).
 */
export async function verify(bytes: Uint8Array<ArrayBuffer>, file: ModelFile, where: string): Promise<void> {
  if (bytes.length !== file.bytes) {
    throw new EngineError(
      'model-corrupt',
      `${where}: expected ${file.bytes} bytes, got ${bytes.length}; restore the file or load it again.`,
    );
  }
  if (!globalThis.crypto?.subtle) {
    throw new EngineError(
      'model-unavailable',
      `${where} cannot be verified: this page has no SHA-256; open it over https or from localhost.`,
    );
  }
  const hash = hex(await crypto.subtle.digest('SHA-256', bytes));
  if (hash === file.sha256) return;
  throw new EngineError(
    'model-corrupt',
    `${where}: expected SHA-256 ${file.sha256.slice(0, 12)}…, got ${hash.slice(0, 12)}…; restore the file or load it again.`,
  );
}

const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
