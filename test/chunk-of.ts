import type { Chunk, ChunkId, DocumentId } from '../src/core/types.ts';

/** Passage `ordinal` of a document that is nothing but this text. */
export function chunkOf(document: string, text: string, more: { title?: string; ordinal?: number } = {}): Chunk {
  const { title = '', ordinal = 0 } = more;
  return {
    id: `${document}#${ordinal}` as ChunkId,
    document: document as DocumentId,
    ordinal,
    title,
    headings: [],
    text,
    start: 0,
    end: text.length,
    textStart: 0,
    textEnd: text.length,
  };
}
