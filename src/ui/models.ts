import type { SourceFile } from '../core/types.ts';

/** Which model the page's engine encodes with, and the others there are. The page's script gives it to the explorer. */
export interface ModelChooser {
  /** What was asked for; nothing where the engine chooses by itself. */
  readonly current: string | undefined;
  /** Models that a person picked before, by name. */
  kept(): Promise<readonly string[]>;
  /** Keeps a model from its files, and returns its name. @throws EngineError for files that are none. */
  keep(files: readonly SourceFile[]): Promise<string>;
  forget(model: string): Promise<void>;
  /** Opens the page anew with a model; without a name, with the engine's own choice. */
  use(model?: string): void;
}
