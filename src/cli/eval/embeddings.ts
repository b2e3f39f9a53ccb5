import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Encoder, TextRole } from '../../core/encoder.ts';
import type { ModelCard } from '../../core/types.ts';

/** Texts sent to the encoder at once: long enough to sort by length, short enough that an interrupted run loses little. */
const BATCH = 64;

/**
 * Vectors of texts, from a cache where they are there, else from the encoder (and then cached).
 *
 * The cache is one file a model and role, only ever appended to: records of 32 bytes SHA-256 of the text and dim × 4
 * bytes float32 (little-endian). A record cut short by a crash is dropped at the next start.
 */
export class EmbeddingCache {
  readonly #encoder: Encoder;
  readonly #folder: string;

  constructor(encoder: Encoder, folder: string) {
    this.#encoder = encoder;
    this.#folder = folder;
  }

  /** Row-major, one row of `card.dim` values a text. `onProgress` is told how many of the texts that were not cached are done. */
  async embed(
    card: ModelCard,
    role: TextRole,
    texts: readonly string[],
    onProgress: (done: number, total: number) => void,
  ): Promise<Float32Array<ArrayBuffer>> {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, `${cacheName(card)}.${role}.bin`);
    const known = readRecords(path, card.dim);
    const hashes = texts.map((text) => digest(text, 'hex'));
    const missing = [...new Map(hashes.map((hash, i) => [hash, texts[i]!])).entries()].filter(
      ([hash]) => !known.has(hash),
    );
    // Texts of one length share a batch, so that little is padded.
    missing.sort(([, a], [, b]) => a.length - b.length);

    for (let at = 0; at < missing.length; at += BATCH) {
      onProgress(at, missing.length);
      const batch = missing.slice(at, at + BATCH);
      const { dense } = await this.#encoder.embed(
        card.id,
        role,
        batch.map(([, text]) => text),
      );
      for (const [i, [hash]] of batch.entries()) {
        const row = dense.slice(i * card.dim, (i + 1) * card.dim);
        known.set(hash, row);
        appendFileSync(path, Buffer.concat([Buffer.from(hash, 'hex'), Buffer.from(row.buffer)]));
      }
    }
    const block = new Float32Array(texts.length * card.dim);
    for (const [i, hash] of hashes.entries()) block.set(known.get(hash)!, i * card.dim);
    return block;
  }
}

/** Begins the names of a model's cache files. Heads play no part: they are applied to what is cached. */
export function cacheName({ encoderKey }: ModelCard): string {
  return `${encoderKey.replace(/[^\w.-]+/g, '_').slice(0, 120)}-${digest(encoderKey, 'hex').slice(0, 12)}`;
}

function readRecords(path: string, dim: number): Map<string, Float32Array> {
  const records = new Map<string, Float32Array>();
  if (!existsSync(path)) return records;
  const bytes = readFileSync(path);
  const size = 32 + dim * 4;
  const whole = bytes.length - (bytes.length % size);
  if (whole < bytes.length) writeFileSync(path, bytes.subarray(0, whole));
  for (let at = 0; at < whole; at += size) {
    const values = Float32Array.from({ length: dim }, (_, i) => bytes.readFloatLE(at + 32 + i * 4));
    records.set(bytes.toString('hex', at, at + 32), values);
  }
  return records;
}

const digest = (text: string, encoding: 'hex') => createHash('sha256').update(text).digest(encoding);
