/** Every way the engine can fail. The UI has one sentence of advice per code. */
export type ErrorCode =
  /** An argument of a public call is not what its type or docstring asks for. */
  | 'bad-input'
  /** The file could not be read at all (gone, no permission, device error). */
  | 'file-unreadable'
  /** The file is larger than the reader accepts. */
  | 'file-too-large'
  /** No reader knows this format (a binary, an image, an archive). */
  | 'format-unsupported'
  /** A model file could not be fetched or opened. */
  | 'model-unavailable'
  /** A model file's bytes do not have the SHA-256 that its `model.json` states. */
  | 'model-corrupt'
  /** Vectors made by one model were about to be compared with another's. */
  | 'model-mismatch'
  /** Stored bytes fail their own check (length, magic, checksum). */
  | 'block-corrupt'
  /** The database was written by a newer version of Nearfield. */
  | 'store-version'
  /** The browser refused more storage. Everything committed so far is kept. */
  | 'quota-exceeded'
  /** Another tab or call holds the writer. */
  | 'busy'
  /** A worker died; what it had committed is kept. */
  | 'worker-lost';

/** The only error class that crosses a module or thread boundary. (An abort is the signal's own reason.) */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;

  /** @param message One sentence: what was expected, what came, what to do. `options.cause` must be structured-cloneable. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
