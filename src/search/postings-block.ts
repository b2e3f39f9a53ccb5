import { discard } from '../core/discard.ts';
import type { Postings } from './postings.ts';
import { SortedStrings } from './sorted-strings.ts';

/**
 * Postings as a stored block. All numbers are LEB128: seven bits a byte, the lowest first, bit 7 set in all but the last.
 *
 *   rows, then the length of each
 *   terms: how many, then for each how many bytes of UTF-8 it shares with the one before, how many follow, and those
 *   for each term: how many rows hold it; for each the distance from the row before (from -1) less one, times two, plus
 *                  one where it stands there more than once, and then the count
 *   words: as terms, and behind each the number of its term
 *
 * About a byte and a half a posting. Who stores it vouches for the bytes: they are not checked here.
 */
export function encodePostings(postings: Postings): Uint8Array<ArrayBuffer> {
  const { lengths, terms, offsets, rows, counts, words, wordTerms } = postings;
  const out = new Writer();
  out.number(lengths.length);
  for (const length of lengths) out.number(length);
  writeStrings(out, terms);
  for (let t = 0; t < terms.size; t++) {
    out.number(offsets[t + 1]! - offsets[t]!);
    let before = -1;
    for (let i = offsets[t]!; i < offsets[t + 1]!; i++) {
      const distance = (rows[i]! - before - 1) * 2;
      before = rows[i]!;
      if (counts[i] === 1) out.number(distance);
      else {
        out.number(distance + 1);
        out.number(counts[i]!);
      }
    }
  }
  writeStrings(out, words);
  for (const term of wordTerms) out.number(term);
  return out.bytes();
}

/** What `encodePostings` was given. Cost: linear. */
export function decodePostings(bytes: Uint8Array): Postings {
  const from = new Reader(bytes);
  const lengths = new Uint32Array(from.number()).map(() => from.number());
  const terms = readStrings(from);
  const offsets = new Uint32Array(terms.size + 1);
  // A posting takes at least a byte.
  const rows = new Uint16Array(bytes.length);
  const counts = new Uint8Array(bytes.length);
  let at = 0;
  for (let t = 0; t < terms.size; t++) {
    const end = at + from.number();
    let row = -1;
    for (; at < end; at++) {
      const coded = from.number();
      row += (coded >>> 1) + 1;
      rows[at] = row;
      counts[at] = coded & 1 ? from.number() : 1;
    }
    offsets[t + 1] = end;
  }
  const words = readStrings(from);
  const wordTerms = new Uint32Array(words.size).map(() => from.number());
  const decoded = { lengths, terms, offsets, rows: rows.slice(0, at), counts: counts.slice(0, at), words, wordTerms };
  discard(rows.buffer, counts.buffer);
  return decoded;
}

function writeStrings(out: Writer, strings: SortedStrings): void {
  out.number(strings.size);
  let before = new Uint8Array();
  for (let i = 0; i < strings.size; i++) {
    const bytes = new TextEncoder().encode(strings.at(i));
    let shared = 0;
    while (shared < before.length && before[shared] === bytes[shared]) shared++;
    out.number(shared);
    out.number(bytes.length - shared);
    out.raw(bytes.subarray(shared));
    before = bytes;
  }
}

function readStrings(from: Reader): SortedStrings {
  const size = from.number();
  let text = new Uint8Array(1 << 16);
  let end = 0;
  let start = 0;
  for (let i = 0; i < size; i++) {
    const shared = from.number();
    const rest = from.number();
    if (end + shared + rest + 1 > text.length) {
      const larger = new Uint8Array((end + shared + rest) * 2);
      larger.set(text);
      text = larger;
    }
    text.copyWithin(end, start, start + shared);
    from.raw(text, end + shared, rest);
    start = end;
    end += shared + rest;
    text[end++] = 10; // a line break
  }
  return new SortedStrings(
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(text.subarray(0, Math.max(0, end - 1))),
  );
}

class Writer {
  #room = new Uint8Array(1 << 16);
  #at = 0;

  number(value: number): void {
    this.#grow(5);
    for (; value > 127; value >>>= 7) this.#room[this.#at++] = (value & 127) | 128;
    this.#room[this.#at++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#room.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#room.slice(0, this.#at);
  }

  #grow(by: number): void {
    if (this.#at + by <= this.#room.length) return;
    const larger = new Uint8Array((this.#at + by) * 2);
    larger.set(this.#room);
    this.#room = larger;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    let byte = this.#bytes[this.#at++]!;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = this.#bytes[this.#at++]!;
      value |= (byte & 127) << shift;
    }
    return value >>> 0;
  }

  raw(into: Uint8Array, at: number, length: number): void {
    for (let i = 0; i < length; i++) into[at + i] = this.#bytes[this.#at + i]!;
    this.#at += length;
  }
}
