import type { DocumentId, ModelKey } from '../core/types.ts';
import type { Attachment } from '../store/store.ts';

/** Where the passages of a document lie. */
export interface DocumentPlaces {
  /** Of the document that they were placed for: another content is placed anew. */
  readonly hash: string;
  /** Ascending. */
  readonly ordinals: Uint32Array;
  /** x and y of each, in units of the layout. */
  readonly points: Float32Array;
}

/** The layout of one model's passages, as it was computed and grew since. */
export interface Layout {
  /** Passages that it was computed from. */
  readonly fitted: number;
  readonly documents: ReadonlyMap<DocumentId, DocumentPlaces>;
}

export const LAYOUTS = 'map/';
const VERSION = 1;

interface Head {
  readonly version: number;
  readonly fitted: number;
  readonly documents: readonly (readonly [id: string, hash: string, passages: number])[];
}

/**
 * A layout as it is kept beside the documents: an attachment called `map/<model>`.
 *
 *   byte 0   length of the head          Uint32
 *        4   head, JSON, padded to a multiple of 4 with spaces
 *            ordinals of all passages    Uint32, document by document
 *            their x and y               Float32
 */
export function encodeLayout(model: ModelKey, { fitted, documents }: Layout): Attachment {
  const head: Head = {
    version: VERSION,
    fitted,
    documents: [...documents].map(([id, { hash, ordinals }]) => [id, hash, ordinals.length]),
  };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const start = 4 + Math.ceil(json.length / 4) * 4;
  const passages = head.documents.reduce((sum, [, , count]) => sum + count, 0);
  const body = new Uint8Array(start + passages * 12).fill(32, 4, start);
  body.set(json, 4);
  new Uint32Array(body.buffer, 0, 1)[0] = start - 4;
  const ordinals = new Uint32Array(body.buffer, start, passages);
  const points = new Float32Array(body.buffer, start + passages * 4, passages * 2);
  let at = 0;
  for (const places of documents.values()) {
    ordinals.set(places.ordinals, at);
    points.set(places.points, at * 2);
    at += places.ordinals.length;
  }
  return { name: LAYOUTS + model, body };
}

/** Undefined for what another version wrote or what is not whole: it is computed anew then. */
export function decodeLayout({ name, body }: Attachment): { model: ModelKey; layout: Layout } | undefined {
  const bytes = body.slice(); // aligned
  if (bytes.length < 4) return undefined;
  const start = 4 + new Uint32Array(bytes.buffer, 0, 1)[0]!;
  if (start % 4 !== 0 || start > bytes.length) return undefined;
  const head = headOf(new TextDecoder().decode(bytes.subarray(4, start)));
  const passages = head?.documents.reduce((sum, [, , count]) => sum + count, 0);
  if (!head || passages === undefined || bytes.length !== start + passages * 12) return undefined;
  const ordinals = new Uint32Array(bytes.buffer, start, passages);
  const points = new Float32Array(bytes.buffer, start + passages * 4, passages * 2);
  if (!points.every(Number.isFinite)) return undefined;
  const documents = new Map<DocumentId, DocumentPlaces>();
  let at = 0;
  for (const [id, hash, count] of head.documents) {
    const end = at + count;
    documents.set(id as DocumentId, {
      hash,
      ordinals: ordinals.subarray(at, end),
      points: points.subarray(at * 2, end * 2),
    });
    at = end;
  }
  return { model: name.slice(LAYOUTS.length) as ModelKey, layout: { fitted: head.fitted, documents } };
}

function headOf(json: string): Head | undefined {
  try {
    const head = JSON.parse(json) as Head;
    return head.version === VERSION ? head : undefined;
  } catch {
    return undefined;
  }
}
