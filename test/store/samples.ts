import type { DocumentSummary } from '../../src/core/engine.ts';
import { type SparseVector, sparseRow, sparseRows } from '../../src/core/sparse.ts';
import { tokenBytes, tokenRows } from '../../src/core/tokens.ts';
import type { Chunk, ChunkId, DocumentId, ModelKey, Segment } from '../../src/core/types.ts';
import type { DocumentContent, LoadedSegment, Store } from '../../src/store/store.ts';

export const DIM = 8;
export const MODEL = 'test-model@1' as ModelKey;
export const docId = (name: string) => name as DocumentId;

export function summary(name: string, chunks: number, stored = chunks): DocumentSummary {
  const id = docId(name);
  return {
    id,
    title: `Title of ${name}`,
    kind: 'markdown',
    language: 'en',
    hash: `hash ${name}`,
    bytes: 10,
    addedAt: 1,
    chunks,
    stored,
  };
}

export function content(name: string): DocumentContent {
  const text = `The whole text of ${name}, 全文 and 🦕.`;
  const blocks = [{ kind: 'paragraph', level: 0, start: 0, end: text.length } as const];
  return { id: docId(name), text, blocks, origin: Uint32Array.of(0, 0, 5, 9) };
}

export function chunk(name: string, ordinal: number): Chunk {
  return {
    id: `${name}#${ordinal}` as ChunkId,
    document: docId(name),
    ordinal,
    title: `Title of ${name}`,
    headings: ['Höhe', '标题'],
    text: `Passage ${ordinal} of ${name} 🦕`,
    start: ordinal * 10,
    end: ordinal * 10 + 9,
    textStart: ordinal * 10,
    textEnd: ordinal * 10 + 9,
  };
}

/** A chunk's vector: any, but the same wherever and whenever the chunk is stored. */
function vectorOf({ document, ordinal }: Chunk, dim: number): Float32Array {
  let seed = ordinal;
  for (let i = 0; i < document.length; i++) seed = (seed * 31 + document.charCodeAt(i)) % 100_003;
  return new Float32Array(dim).map((_, i) => Math.sin(seed + i));
}

/** A chunk's sparse vector, likewise. */
function sparseOf({ ordinal }: Chunk): SparseVector {
  const indices = Uint32Array.from({ length: ordinal % 4 }, (_, i) => ordinal * 7 + i * 100);
  return { indices, values: Uint8Array.from(indices, (index) => 1 + (index % 255)) };
}

/** A segment of `rows` chunks (from `from` on) of each named document. */
export function segment(id: number, documents: Record<string, number>, from = 0, dim = DIM): Segment {
  const chunks = Object.entries(documents).flatMap(([name, rows]) =>
    Array.from({ length: rows }, (_, i) => chunk(name, from + i)),
  );
  const vectors = new Float32Array(chunks.length * dim);
  for (const [row, one] of chunks.entries()) vectors.set(vectorOf(one, dim), row * dim);
  return { id, model: MODEL, language: 'en', dim, chunks, vectors, sparse: sparseRows(chunks.map(sparseOf)) };
}

/** A chunk's token vectors, likewise: none, one or two of them. */
export function tokensOf({ document, ordinal }: Chunk): Uint8Array<ArrayBuffer> {
  return new Uint8Array((ordinal % 3) * tokenBytes(DIM)).map((_, i) => (ordinal * 31 + i * document.length) % 256);
}

/** The segment with token vectors for each of its chunks. */
export const withTokens = (one: Segment): Segment => ({ ...one, tokens: tokenRows(one.chunks.map(tokensOf)) });

/** One whole document as a change of its own. */
export const documentChange = (store: Pick<Store, 'nextSegment'>, name: string, rows: number) => ({
  documents: [summary(name, rows)],
  contents: [content(name)],
  segments: [segment(store.nextSegment(), { [name]: rows })],
});

export async function loadAll(store: Store, onDamaged?: (segment: number, message: string) => void) {
  const loaded: LoadedSegment[] = [];
  for await (const one of store.segments(onDamaged)) loaded.push(one);
  return loaded;
}

/** What a search would see: every live chunk with the values of its vectors, in order. */
export async function visible(store: Store): Promise<[id: string, vectors: number[]][]> {
  return (await loadAll(store)).flatMap(({ segment, dead }) => visibleIn(segment).filter((_, row) => !dead.has(row)));
}

export function visibleIn({ chunks, vectors, sparse, dim }: Segment): [id: string, vectors: number[]][] {
  return chunks.map((one, row) => {
    const { indices, values } = sparseRow(sparse!, row);
    return [one.id, [...vectors.subarray(row * dim, (row + 1) * dim), ...indices, ...values]];
  });
}

export const visibleIds = async (store: Store): Promise<string[]> =>
  (await loadAll(store)).flatMap(({ segment, dead }) =>
    segment.chunks.flatMap(({ id }, row) => (dead.has(row) ? [] : [id])),
  );
export const documentNames = async (store: Store) => (await store.documents()).map(({ id }) => id as string);
