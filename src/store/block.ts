import { EngineError } from '../core/errors.ts';
import { checksum } from './checksum.ts';

/**
 * A block: the one form in which anything is stored, in every home.
 *
 *   byte  0   magic     0x4b4c424e ("NBLK")                     Uint32
 *         4   version   1                                       Uint16
 *         6   kind      see BLOCK_KINDS                         Uint16
 *         8   owner     xxHash32 of the key it is stored under  Uint32
 *        12   model     xxHash32 of the model key; 0 if none    Uint32
 *        16   dim       values per row; 0 if none               Uint32
 *        20   rows      rows; 0 if none                         Uint32
 *        24   length    bytes of the body                       Uint32
 *        28   checksum  xxHash32 of bytes 0–27, and with that
 *                       as seed xxHash32 of the body            Uint32
 *        32   body      f32 vectors: rows × dim, row-major;
 *                       JSON: UTF-8; derived: its maker's own
 *
 * Little-endian, as all present browsers are. The body starts at a multiple of 16, so typed arrays can view it.
 * `owner` catches a good block that lies under another block's key.
 */
export interface Block {
  readonly kind: BlockKind;
  readonly model?: string;
  readonly dim?: number;
  readonly rows?: number;
  readonly body: Uint8Array;
}

export type BlockKind = keyof typeof BLOCK_KINDS;

const BLOCK_KINDS = {
  manifest: 1,
  document: 2,
  content: 3,
  chunks: 4,
  vectors: 5,
  derived: 6,
  file: 7,
  accepted: 8,
  attachment: 9,
  sparse: 10,
  tokens: 11,
} as const;
const MAGIC = 0x4b4c424e;
const VERSION = 1;
export const HEADER_BYTES = 32;

/** Cost: one copy and one checksum of the body. */
export function encodeBlock(key: string, { kind, model, dim = 0, rows = 0, body }: Block): ArrayBuffer {
  const buffer = new ArrayBuffer(HEADER_BYTES + body.length);
  const header = new DataView(buffer, 0, HEADER_BYTES);
  header.setUint32(0, MAGIC, true);
  header.setUint16(4, VERSION, true);
  header.setUint16(6, BLOCK_KINDS[kind], true);
  header.setUint32(8, nameHash(key), true);
  header.setUint32(12, model === undefined ? 0 : nameHash(model), true);
  header.setUint32(16, dim, true);
  header.setUint32(20, rows, true);
  header.setUint32(24, body.length, true);
  new Uint8Array(buffer, HEADER_BYTES).set(body);
  header.setUint32(28, sumOf(buffer), true);
  return buffer;
}

/**
 * The body of a block, as a view of `buffer`, after checking everything the header says and all that `expected` asks for.
 *
 * @throws EngineError `block-corrupt` for anything but the bytes `encodeBlock(key, …)` made; `store-version` for a
 * whole block of a newer version.
 */
export function decodeBlock(key: string, buffer: ArrayBuffer, expected: Omit<Block, 'body'>): Uint8Array<ArrayBuffer> {
  const refuse = (wanted: string, got: string | number) => {
    throw new EngineError('block-corrupt', `Stored block “${key}” is damaged: expected ${wanted}, got ${got}.`);
  };
  if (buffer.byteLength < HEADER_BYTES) refuse(`at least ${HEADER_BYTES} bytes`, buffer.byteLength);

  const header = new DataView(buffer, 0, HEADER_BYTES);
  const u32 = (at: number) => header.getUint32(at, true);
  const check = (name: string, got: number, wanted: number) => got === wanted || refuse(`${name} ${wanted}`, got);
  check('magic', u32(0), MAGIC);
  check('length', buffer.byteLength - HEADER_BYTES, u32(24));
  check('checksum', sumOf(buffer), u32(28));
  const version = header.getUint16(4, true);
  if (version > VERSION) {
    throw new EngineError(
      'store-version',
      `Stored block “${key}” has format ${version}; this Nearfield reads ${VERSION}.`,
    );
  }
  check('version', version, VERSION);
  check('kind', header.getUint16(6, true), BLOCK_KINDS[expected.kind]);
  check('owner', u32(8), nameHash(key));
  if (expected.model !== undefined) check('model', u32(12), nameHash(expected.model));
  if (expected.dim !== undefined) check('dim', u32(16), expected.dim);
  if (expected.rows !== undefined) check('rows', u32(20), expected.rows);
  if (expected.kind === 'vectors') check('bytes of vectors', u32(24), u32(16) * u32(20) * 4);
  return new Uint8Array(buffer, HEADER_BYTES);
}

/** Whether a block is as it was written, whatever its key and kind. */
export function isWholeBlock(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength < HEADER_BYTES) return false;
  const header = new DataView(buffer, 0, HEADER_BYTES);
  return header.getUint32(0, true) === MAGIC && header.getUint32(28, true) === sumOf(buffer);
}

/** The kind a block says it is; not checked. */
export function kindOf(buffer: ArrayBuffer): BlockKind | undefined {
  if (buffer.byteLength < HEADER_BYTES) return undefined;
  const kind = new DataView(buffer).getUint16(6, true);
  return (Object.keys(BLOCK_KINDS) as BlockKind[]).find((name) => BLOCK_KINDS[name] === kind);
}

/** A JSON value as a block. */
export function encodeJson(key: string, kind: BlockKind, value: unknown): ArrayBuffer {
  return encodeBlock(key, { kind, body: new TextEncoder().encode(JSON.stringify(value)) });
}

/** What `encodeJson` was given; the checksum vouches that the bytes are ours, so the shape is not checked again. */
export function decodeJson<T>(key: string, kind: BlockKind, buffer: ArrayBuffer): T {
  return JSON.parse(new TextDecoder().decode(decodeBlock(key, buffer, { kind }))) as T;
}

/** What `read` returns, or undefined where it finds damage; every other error is thrown on. */
export function unlessCorrupt<T>(read: () => T, onCorrupt?: (message: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    onCorrupt?.(error.message);
    return undefined;
  }
}

export const isCorrupt = (error: unknown): error is EngineError =>
  error instanceof EngineError && error.code === 'block-corrupt';

const sumOf = (buffer: ArrayBuffer) =>
  checksum(new Uint8Array(buffer, HEADER_BYTES), checksum(new Uint8Array(buffer, 0, 28)));

const nameHash = (name: string) => checksum(new TextEncoder().encode(name));
