import type { AdapterCard, QueryAdapter } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';

/**
 * A query adapter on disk or in a message: one buffer, little-endian.
 *
 *   byte  0   magic     0x4151464e ('NFQA')             Uint32
 *         4   version   1                               Uint32
 *         8   dim       values per vector               Uint32
 *        12   bias      1 if there is a bias, else 0    Uint32
 *        16   card      bytes of the card, padded       Uint32, a multiple of 4
 *        20   check     FNV-1a of all bytes from 24 on  Uint32
 *        24   card      UTF-8 JSON, padded with blanks  (`AdapterCard`)
 *         …   scales    one a row of the matrix         Float32 × dim
 *         …   bias      if there is one                 Float32 × dim
 *         …   matrix    row-major, value = code × scale Int8 × dim × dim
 */
export function encodeAdapter(adapter: QueryAdapter, card: AdapterCard): Uint8Array<ArrayBuffer> {
  const { dim, matrix, bias } = adapter;
  const json = new TextEncoder().encode(JSON.stringify(card));
  const cardBytes = Math.ceil(json.length / 4) * 4;
  const { scales, codes } = quantise(matrix, dim);
  const bytes = new Uint8Array(HEADER + cardBytes + 4 * dim + 4 * bias.length + dim * dim);
  bytes.fill(0x20, HEADER, HEADER + cardBytes);
  bytes.set(json, HEADER);
  let at = HEADER + cardBytes;
  for (const part of [scales, bias, codes]) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  const head = new DataView(bytes.buffer);
  const fields = [MAGIC, VERSION, dim, bias.length > 0 ? 1 : 0, cardBytes, checksum(bytes)];
  for (const [i, field] of fields.entries()) head.setUint32(4 * i, field, true);
  return bytes;
}

/**
 * Reads what `encodeAdapter` wrote, and nothing else.
 *
 * @throws EngineError `format-unsupported` for another kind of file or a newer version, `block-corrupt` for a damaged one.
 */
export function decodeAdapter(file: Uint8Array): { adapter: QueryAdapter; card: AdapterCard } {
  // A copy that is nothing but a Uint8Array: of Node's Buffer, `slice` is no copy.
  const bytes = new Uint8Array(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const field = (i: number) => (bytes.length >= HEADER ? view.getUint32(4 * i, true) : 0);
  if (field(0) !== MAGIC)
    throw new EngineError('format-unsupported', 'Expected an adapter file of Nearfield, got something else.');
  if (field(1) !== VERSION) {
    throw new EngineError(
      'format-unsupported',
      `Expected adapter version ${VERSION}, got ${field(1)}; update Nearfield.`,
    );
  }
  const [dim, hasBias, cardBytes] = [field(2), field(3), field(4)];
  const biasLength = hasBias * dim;
  const expected = HEADER + cardBytes + 4 * dim + 4 * biasLength + dim * dim;
  if (dim < 1 || hasBias > 1 || cardBytes % 4 !== 0 || bytes.length !== expected) {
    throw new EngineError(
      'block-corrupt',
      `Expected an adapter of ${expected} bytes, got ${bytes.length}; fetch it anew.`,
    );
  }
  if (field(5) !== checksum(bytes)) {
    throw new EngineError(
      'block-corrupt',
      'Expected an adapter with a matching checksum; it is damaged, fetch it anew.',
    );
  }
  const card = readCard(bytes.subarray(HEADER, HEADER + cardBytes));
  const floats = bytes.slice(HEADER + cardBytes, expected - dim * dim);
  const scales = new Float32Array(floats.buffer, 0, dim);
  const codes = new Int8Array(bytes.slice(expected - dim * dim).buffer);
  const bias = new Float32Array(floats.buffer.slice(4 * dim));
  const matrix = Float32Array.from(codes, (code, i) => code * scales[Math.floor(i / dim)]!);
  if (![...scales, ...bias].every(Number.isFinite)) {
    throw new EngineError('block-corrupt', 'Expected an adapter of numbers, got NaN or infinity; train it anew.');
  }
  return { adapter: { model: card.model, dim, matrix, bias }, card };
}

/** The adapter as its file will give it back: what is judged is then what is kept. */
export function rounded(adapter: QueryAdapter): QueryAdapter {
  const { scales, codes } = quantise(adapter.matrix, adapter.dim);
  const matrix = Float32Array.from(codes, (code, i) => code * scales[Math.floor(i / adapter.dim)]!);
  return { ...adapter, matrix };
}

const MAGIC = 0x4151464e;
const VERSION = 1;
const HEADER = 24;

/** Each row by its own largest value: code = round(value / scale), scale = largest / 127. */
function quantise(matrix: Float32Array, dim: number): { scales: Float32Array; codes: Int8Array } {
  const scales = new Float32Array(dim);
  for (let i = 0; i < matrix.length; i++) {
    const row = Math.floor(i / dim);
    scales[row] = Math.max(scales[row]!, Math.abs(matrix[i]!) / 127);
  }
  const codes = Int8Array.from(matrix, (value, i) => {
    const scale = scales[Math.floor(i / dim)]!;
    return scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(value / scale)));
  });
  return { scales, codes };
}

function readCard(bytes: Uint8Array): AdapterCard {
  let card: unknown;
  try {
    card = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new EngineError('block-corrupt', 'Expected an adapter whose card is JSON; it is damaged, fetch it anew.', {
      cause,
    });
  }
  const { model, dataHash, log } = (card ?? {}) as Partial<AdapterCard>;
  if (typeof model !== 'string' || typeof dataHash !== 'string' || typeof log !== 'object' || log === null) {
    throw new EngineError(
      'block-corrupt',
      'Expected an adapter card with “model”, “dataHash” and “log”; train it anew.',
    );
  }
  return card as AdapterCard;
}

/** FNV-1a, 32 bits. Against accidents, not against forgery. */
function checksum(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (let i = HEADER; i < bytes.length; i++) value = Math.imul(value ^ bytes[i]!, 0x01000193);
  return value >>> 0;
}
