import { EngineError } from '../core/errors.ts';
import type { Chunk, Segment } from '../core/types.ts';
import { decodeBlock, decodeJson, encodeBlock, encodeJson } from './block.ts';
import { SEGMENT_ROWS, type SegmentEntry } from './manifest.ts';

/** The keys of a segment's blocks. */
export const segmentKeys = (id: number) => ({ chunks: `segment/${id}/chunks`, vectors: `segment/${id}/vectors` });

/** A segment as blocks: all its chunks in one, all its vectors in another. */
export function encodeSegment({ id, model, dim, chunks, vectors }: Segment): [key: string, block: ArrayBuffer][] {
  const keys = segmentKeys(id);
  const body = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  return [
    [keys.chunks, encodeJson(keys.chunks, 'chunks', chunks)],
    [keys.vectors, encodeBlock(keys.vectors, { kind: 'vectors', model, dim, rows: chunks.length, body })],
  ];
}

/** @throws EngineError `block-corrupt` if a block is missing or damaged. */
export function decodeSegment(
  entry: SegmentEntry,
  [chunkBlock, vectorBlock]: readonly (ArrayBuffer | undefined)[],
): Segment {
  const { id, model, language, dim, rows } = entry;
  const keys = segmentKeys(id);
  const chunks = decodeJson<Chunk[]>(keys.chunks, 'chunks', present(keys.chunks, chunkBlock));
  if (chunks.length !== rows) {
    throw new EngineError('block-corrupt', `Stored block “${keys.chunks}” is not the one the index was made with.`);
  }
  const body = decodeBlock(keys.vectors, present(keys.vectors, vectorBlock), { kind: 'vectors', model, dim, rows });
  return { id, model, language, dim, chunks, vectors: new Float32Array(body.buffer, body.byteOffset, rows * dim) };
}

/** @throws EngineError `bad-input` unless there are chunks and exactly one vector for each. */
export function checkSegment({ dim, chunks, vectors }: Segment): void {
  if (chunks.length === 0 || !Number.isInteger(dim) || dim < 1 || vectors.length !== chunks.length * dim) {
    const wanted = `a segment of at least one chunk with ${dim} values each`;
    throw new EngineError('bad-input', `Expected ${wanted}, got ${chunks.length} chunks and ${vectors.length} values.`);
  }
}

/** The segment cut into parts of at most SEGMENT_ROWS rows; ids are the caller's to give. */
export function splitSegment(segment: Segment): Segment[] {
  const parts: Segment[] = [];
  for (let row = 0; row < segment.chunks.length; row += SEGMENT_ROWS) {
    const end = Math.min(row + SEGMENT_ROWS, segment.chunks.length);
    const vectors = segment.vectors.subarray(row * segment.dim, end * segment.dim);
    parts.push({ ...segment, chunks: segment.chunks.slice(row, end), vectors });
  }
  return parts;
}

function present(key: string, block: ArrayBuffer | undefined): ArrayBuffer {
  if (block === undefined) throw new EngineError('block-corrupt', `Stored block “${key}” is missing.`);
  return block;
}
