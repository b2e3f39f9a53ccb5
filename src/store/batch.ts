import { EngineError } from '../core/errors.ts';
import { checksum } from './checksum.ts';

/**
 * A batch: one atomic write as it lies in a log file, and the unit of an export.
 *
 *   byte  0   magic     0x474f4c4e ("NLOG")              Uint32
 *         4   version   1                                Uint16
 *         6   flags     bit 0: clear everything before   Uint16
 *         8   sequence  number of the batch in its log   Uint32
 *        12   index     bytes of the index               Uint32
 *        16   payload   bytes of all blocks together     Float64
 *        24   reserved  0                                Uint32
 *        28   checksum  xxHash32 of bytes 0–27, and with
 *                       that as seed of the index        Uint32
 *        32   index     JSON: { deletes: [key…], puts: [[key, bytes]…] }
 *         …   payload   the blocks, in the order of `puts`, each with a checksum of its own
 *         …   trailer   0x444e454e ("NEND"), sequence, checksum again, xxHash32 of those 12 bytes: 4 × Uint32
 *
 * Little-endian. The trailer is written only after everything before it has reached the disk, so a whole trailer
 * means a committed batch.
 */
export interface BatchHead {
  readonly clear: boolean;
  readonly sequence: number;
  readonly deletes: readonly string[];
  /** Keys and sizes of the blocks that follow. */
  readonly puts: readonly (readonly [key: string, bytes: number])[];
  readonly indexBytes: number;
  readonly payloadBytes: number;
  readonly checksum: number;
}

const MAGIC = 0x474f4c4e;
const END_MAGIC = 0x444e454e;
const VERSION = 1;
export const HEAD_BYTES = 32;
export const TRAILER_BYTES = 16;
/** First bytes of every batch, to look for the next one after damage. */
export const BATCH_MARK = Uint8Array.of(0x4e, 0x4c, 0x4f, 0x47);

export const batchBytes = (head: Pick<BatchHead, 'indexBytes' | 'payloadBytes'>) =>
  HEAD_BYTES + head.indexBytes + head.payloadBytes + TRAILER_BYTES;

/** Header with index, and the trailer that goes behind the payload. */
export function encodeBatch(head: Pick<BatchHead, 'clear' | 'sequence' | 'deletes' | 'puts'>): {
  head: Uint8Array<ArrayBuffer>;
  trailer: Uint8Array<ArrayBuffer>;
} {
  const index = new TextEncoder().encode(JSON.stringify({ deletes: head.deletes, puts: head.puts }));
  const bytes = new Uint8Array(HEAD_BYTES + index.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, head.clear ? 1 : 0, true);
  view.setUint32(8, head.sequence, true);
  view.setUint32(12, index.length, true);
  const payload = head.puts.reduce((sum, [, size]) => sum + size, 0);
  view.setFloat64(16, payload, true);
  bytes.set(index, HEAD_BYTES);
  const sum = headSum(bytes, index);
  view.setUint32(28, sum, true);

  const trailer = new Uint8Array(TRAILER_BYTES);
  const end = new DataView(trailer.buffer);
  end.setUint32(0, END_MAGIC, true);
  end.setUint32(4, head.sequence, true);
  end.setUint32(8, sum, true);
  end.setUint32(12, checksum(trailer.subarray(0, 12)), true);
  return { head: bytes, trailer };
}

/** Bytes of the index, from a header that may be damaged: to be believed only after `decodeHead`. */
export const indexBytesOf = (header: Uint8Array) =>
  new DataView(header.buffer, header.byteOffset, header.length).getUint32(12, true);

/** A header with its index; undefined unless every byte of it is as written. @throws EngineError `store-version` */
export function decodeHead(bytes: Uint8Array): BatchHead | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const index = bytes.subarray(HEAD_BYTES);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(12, true) !== index.length) return undefined;
  if (view.getUint32(28, true) !== headSum(bytes, index)) return undefined;
  const version = view.getUint16(4, true);
  if (version > VERSION) {
    throw new EngineError('store-version', `The file has format ${version}; this Nearfield reads ${VERSION}.`);
  }
  return {
    ...(JSON.parse(new TextDecoder().decode(index)) as Pick<BatchHead, 'deletes' | 'puts'>),
    clear: (view.getUint16(6, true) & 1) === 1,
    sequence: view.getUint32(8, true),
    indexBytes: index.length,
    payloadBytes: view.getFloat64(16, true),
    checksum: view.getUint32(28, true),
  };
}

/** Whether these are the trailer of a committed batch; with `head`, of that batch. */
export function isTrailer(bytes: Uint8Array, head?: BatchHead): boolean {
  if (bytes.length !== TRAILER_BYTES) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, TRAILER_BYTES);
  const u32 = (at: number) => view.getUint32(at, true);
  if (u32(0) !== END_MAGIC || u32(12) !== checksum(bytes.subarray(0, 12))) return false;
  return head === undefined || (u32(4) === head.sequence && u32(8) === head.checksum);
}

const headSum = (bytes: Uint8Array, index: Uint8Array) => checksum(index, checksum(bytes.subarray(0, 28)));
