import type { Document } from '../../src/core/types.ts';
import { read } from '../../src/read/read.ts';

/** Reads text, or bytes, as if they lay in a file of that name. */
export function readAs(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<Document> {
  return read({ path, data: new Blob([content]) });
}

/** A document's blocks as `[kind, level, text]`. */
export function blocksOf({ blocks, text }: Document): [string, number, string][] {
  return blocks.map(({ kind, level, start, end }) => [kind, level, text.slice(start, end)]);
}
