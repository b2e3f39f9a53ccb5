import type { Piece } from './compose.ts';

/** What a reader finds in a file. */
export interface Page {
  readonly pieces: readonly Piece[];
  /** As the file's own data about itself has it, not its first heading. */
  readonly title?: string;
  /** The language the file says it is in (`zh-CN`). */
  readonly lang?: string;
}
