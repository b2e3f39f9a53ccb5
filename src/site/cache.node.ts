import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { checksum } from '../store/checksum.ts';
import type { VectorCache } from './build.ts';

/**
 * Vectors in one file that only grows: records of 32 bytes SHA-256 of the key, Uint32 number of values, Uint32 xxHash32
 * of the values, the values as Float32. A record that was cut short by a crash, and all after it, is forgotten.
 *
 * @param path made, with its folders, if absent. Cost: the whole file is held in memory.
 */
export function openVectorCache(path: string): VectorCache & { close(): void } {
  mkdirSync(dirname(path), { recursive: true });
  const { known, length } = load(path);
  const file = openSync(path, length === 0 ? 'w' : 'r+');
  let at = length;
  const nameOf = (key: string) => createHash('sha256').update(key).digest();
  return {
    get: (key) => known.get(nameOf(key).toString('latin1')),
    set(key, vector) {
      const name = nameOf(key);
      known.set(name.toString('latin1'), vector);
      const values = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
      const counts = new Uint8Array(Uint32Array.of(vector.length, checksum(values)).buffer);
      at += writeSync(file, Buffer.concat([name, counts, values]), 0, undefined, at);
    },
    close: () => closeSync(file),
  };
}

/** A cache that also knows what `others` know; only its own file grows. */
export function withCaches(own: VectorCache, others: readonly VectorCache[]): VectorCache {
  return {
    get(key) {
      for (const cache of [own, ...others]) {
        const known = cache.get(key);
        if (known) return known;
      }
      return undefined;
    },
    set: (key, vector) => own.set(key, vector),
  };
}

const HEAD_BYTES = 40;

function load(path: string): { known: Map<string, Float32Array>; length: number } {
  const known = new Map<string, Float32Array>();
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return { known, length: 0 };
  }
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at + 32) * 4;
    const values = new Uint8Array(bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length));
    if (values.length < length || checksum(values) !== bytes.readUInt32LE(at + 36)) break;
    known.set(bytes.toString('latin1', at, at + 32), new Float32Array(values.buffer));
    at += HEAD_BYTES + length;
  }
  return { known, length: at };
}
