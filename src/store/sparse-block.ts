import { EngineError } from '../core/errors.ts';
import type { SparseRows } from '../core/sparse.ts';

/**
 * Sparse rows as the body of a block: three bytes an entry for a vocabulary of 16 bits, five for a larger one.
 *
 *   0                  bytes an index has, 2 or 4          Uint32
 *   4                  offsets                             Uint32 × (rows + 1)
 *   then               indices, padded to 4 bytes          Uint16 or Uint32 × entries
 *   then               impacts                             Uint8 × entries
 */
export function encodeSparse({ offsets, indices, values }: SparseRows): Uint8Array {
  const width = indices.some((index) => index > 0xffff) ? 4 : 2;
  const list = width === 2 ? Uint16Array.from(indices) : indices;
  const at = 4 + offsets.byteLength;
  const body = new Uint8Array(at + padded(list.byteLength) + values.length);
  body.set(bytesOf(Uint32Array.of(width)));
  body.set(bytesOf(offsets), 4);
  body.set(bytesOf(list), at);
  body.set(values, at + padded(list.byteLength));
  return body;
}

/** @throws EngineError `block-corrupt` if it is not as long as it says: written by something that is not us. */
export function decodeSparse(key: string, body: Uint8Array<ArrayBuffer>, rows: number): SparseRows {
  const at = 4 + 4 * (rows + 1);
  const width = body.length >= at ? new DataView(body.buffer, body.byteOffset).getUint32(0, true) : 0;
  if (width === 2 || width === 4) {
    const offsets = new Uint32Array(body.buffer, body.byteOffset + 4, rows + 1);
    const entries = offsets[rows]!;
    if (body.length === at + padded(width * entries) + entries) {
      const from = body.byteOffset + at;
      const indices =
        width === 4
          ? new Uint32Array(body.buffer, from, entries)
          : Uint32Array.from(new Uint16Array(body.buffer, from, entries));
      return { offsets, indices, values: new Uint8Array(body.buffer, from + padded(width * entries), entries) };
    }
  }
  throw new EngineError('block-corrupt', `Stored block “${key}” does not hold ${rows} sparse rows.`);
}

const padded = (bytes: number) => Math.ceil(bytes / 4) * 4;
const bytesOf = (list: Uint16Array | Uint32Array) => new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
