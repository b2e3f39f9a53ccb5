import { discard } from '../core/discard.ts';
import { EngineError } from '../core/errors.ts';
import { type SparseRows, selectSparse } from '../core/sparse.ts';
import { selectTokens } from '../core/tokens.ts';
import type { Chunk, Segment } from '../core/types.ts';
import { type Block, decodeBlock, decodeJson, encodeBlock, encodeJson } from './block.ts';
import { entryOf, type SegmentEntry } from './manifest.ts';
import { decodeSparse, encodeSparse } from './sparse-block.ts';
import type { Derivation } from './store.ts';

/** Most rows a stored segment has. */
export const SEGMENT_ROWS = 4096;

/** A segment with its derived blocks, ready to be given an id and stored. */
export interface Part {
  readonly segment: Segment;
  readonly derived: readonly (readonly [name: string, body: Uint8Array])[];
}

const chunksKey = (id: number) => `segment/${id}/chunks`;
const vectorsKey = (id: number) => `segment/${id}/vectors`;
const sparseKey = (id: number) => `segment/${id}/sparse`;
const derivedKey = (id: number, name: string) => `segment/${id}/derived/${name}`;

/** The keys of all blocks a segment has. */
export const segmentKeys = ({ id, sparse, derived = [] }: SegmentEntry) => [
  chunksKey(id),
  vectorsKey(id),
  ...(sparse ? [sparseKey(id)] : []),
  ...derived.map((name) => derivedKey(id, name)),
];

/** The segment cut into parts of at most SEGMENT_ROWS rows, each with what is derived from it. */
export function partsOf(segment: Segment, derivation?: Derivation): Part[] {
  const parts: Part[] = [];
  const { tokens: _, ...whole } = segment;
  for (let row = 0; row < segment.chunks.length; row += SEGMENT_ROWS) {
    const chunks = segment.chunks.slice(row, row + SEGMENT_ROWS);
    const vectors = segment.vectors.subarray(row * segment.dim, (row + chunks.length) * segment.dim);
    const rows = chunks.map((_, i) => row + i);
    const part = { ...whole, chunks, vectors, ...(segment.sparse && { sparse: selectSparse(segment.sparse, rows) }) };
    parts.push({ segment: part, derived: derive(part, derivation) });
  }
  return parts;
}

/** A part as blocks under `id`: its chunks in one, its vectors in another, and one for each that is derived. */
export function encodePart(
  { segment: { model, dim, chunks, vectors, sparse, ...rest }, derived }: Part,
  id: number,
): { entry: SegmentEntry; puts: [key: string, block: ArrayBuffer][] } {
  const shape = { model, dim, rows: chunks.length };
  const body = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  const names = derived.map(([name]) => name);
  return {
    entry: entryOf({ ...rest, id, model, dim, chunks, vectors, ...(sparse && { sparse }) }, names),
    puts: [
      [chunksKey(id), encodeJson(chunksKey(id), 'chunks', chunks)],
      [vectorsKey(id), encodeBlock(vectorsKey(id), { kind: 'vectors', ...shape, body })],
      ...(sparse ? [sparsePut(id, shape, sparse)] : []),
      ...derived.map(([name, body]): [string, ArrayBuffer] => {
        const key = derivedKey(id, name);
        return [key, encodeBlock(key, { kind: 'derived', ...shape, body })];
      }),
    ],
  };
}

function sparsePut(id: number, shape: Omit<Block, 'kind' | 'body'>, sparse: SparseRows): [string, ArrayBuffer] {
  const key = sparseKey(id);
  return [key, encodeBlock(key, { kind: 'sparse', ...shape, body: encodeSparse(sparse) })];
}

/** The rows of a segment that `wanted` wants, in order. Cost: one copy of their vectors. */
export function selectRows(segment: Segment, wanted: (chunk: Chunk, row: number) => boolean): Segment {
  const { dim } = segment;
  const rows = segment.chunks.flatMap((chunk, row) => (wanted(chunk, row) ? [row] : []));
  if (rows.length === segment.chunks.length) return segment;
  const vectors = new Float32Array(rows.length * dim);
  for (const [i, row] of rows.entries()) vectors.set(segment.vectors.subarray(row * dim, (row + 1) * dim), i * dim);
  const sparse = segment.sparse && selectSparse(segment.sparse, rows);
  const tokens = segment.tokens && selectTokens(segment.tokens, rows);
  const chunks = rows.map((row) => segment.chunks[row]!);
  return { ...segment, chunks, vectors, ...(sparse && { sparse }), ...(tokens && { tokens }) };
}

/** @throws EngineError `bad-input` unless there are chunks and exactly one vector of each sort for each. */
export function checkSegment({ dim, chunks, vectors, sparse, tokens }: Segment): void {
  if (chunks.length === 0 || !Number.isInteger(dim) || dim < 1 || vectors.length !== chunks.length * dim) {
    const wanted = `a segment of at least one chunk with ${dim} values each`;
    throw new EngineError('bad-input', `Expected ${wanted}, got ${chunks.length} chunks and ${vectors.length} values.`);
  }
  if (sparse && sparse.offsets.length !== chunks.length + 1) {
    const got = `${sparse.offsets.length - 1} for ${chunks.length} chunks`;
    throw new EngineError('bad-input', `Expected a sparse vector for each chunk, got ${got}.`);
  }
  if (tokens && tokens.offsets.length !== chunks.length + 1) {
    const got = `those of ${tokens.offsets.length - 1} for ${chunks.length}`;
    throw new EngineError('bad-input', `Expected token vectors of each chunk, got ${got}.`);
  }
}

type Read = (keys: readonly string[]) => Promise<(ArrayBuffer | undefined)[]>;

/** @throws EngineError `block-corrupt` if the block is missing or damaged, as the two below. */
export async function readChunks(read: Read, { id, rows }: SegmentEntry): Promise<Chunk[]> {
  const key = chunksKey(id);
  const block = present(key, (await read([key]))[0]);
  const chunks = decodeJson<Chunk[]>(key, 'chunks', block);
  discard(block);
  if (chunks.length === rows) return sharing(chunks);
  throw new EngineError('block-corrupt', `Stored block “${key}” has ${chunks.length} chunks, not ${rows}.`);
}

/** Strings that a freshly read passage has in common with the one before it are kept once: less memory, by a tenth or so. */
function sharing(chunks: Chunk[]): Chunk[] {
  let before = chunks[0];
  for (const chunk of chunks as { -readonly [Key in keyof Chunk]: Chunk[Key] }[]) {
    if (chunk.document === before!.document) chunk.document = before!.document;
    if (chunk.title === before!.title) chunk.title = before!.title;
    if (isSame(chunk.headings, before!.headings)) chunk.headings = before!.headings;
    before = chunk;
  }
  return chunks;
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one, i) => one === b[i]);

export async function readVectors(
  read: Read,
  { id, model, dim, rows }: SegmentEntry,
): Promise<Float32Array<ArrayBuffer>> {
  const key = vectorsKey(id);
  const body = decodeBlock(key, present(key, (await read([key]))[0]), { kind: 'vectors', model, dim, rows });
  return new Float32Array(body.buffer, body.byteOffset, rows * dim);
}

/** The sparse vectors of a segment that has them. @throws EngineError `block-corrupt` as the two above. */
export async function readSparse(read: Read, entry: SegmentEntry): Promise<SparseRows | undefined> {
  const { id, model, dim, rows } = entry;
  if (!entry.sparse) return undefined;
  const key = sparseKey(id);
  const block = present(key, (await read([key]))[0]);
  return decodeSparse(key, decodeBlock(key, block, { kind: 'sparse', model, dim, rows }), rows);
}

export async function readDerived(
  read: Read,
  { id, model, dim, rows }: SegmentEntry,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = derivedKey(id, name);
  return decodeBlock(key, present(key, (await read([key]))[0]), { kind: 'derived', model, dim, rows });
}

export async function readSegment(read: Read, entry: SegmentEntry): Promise<Segment> {
  const { id, model, language, dim } = entry;
  const parts = [readChunks(read, entry), readVectors(read, entry), readSparse(read, entry)] as const;
  const [chunks, vectors, sparse] = await Promise.all(parts);
  return { id, model, language, dim, chunks, vectors, ...(sparse && { sparse }) };
}

/** @throws EngineError `bad-input` if the derivation does not give a block for each of its names. */
export function derive(segment: Segment, derivation?: Derivation): Part['derived'] {
  if (!derivation) return [];
  const blocks = derivation.derive(segment);
  if (blocks.length !== derivation.names.length) {
    const wanted = `${derivation.names.length} derived blocks (${derivation.names.join(', ')})`;
    throw new EngineError('bad-input', `Expected ${wanted}, got ${blocks.length}.`);
  }
  return derivation.names.map((name, i) => [name, blocks[i]!]);
}

function present(key: string, block: ArrayBuffer | undefined): ArrayBuffer {
  if (block === undefined) throw new EngineError('block-corrupt', `Stored block “${key}” is missing.`);
  return block;
}
