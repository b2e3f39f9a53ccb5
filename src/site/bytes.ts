const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Appends values to a growing buffer. Integers are LEB128 varints unless the name says otherwise. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #at = 0;

  /** A whole number from 0 to 2³² − 1. */
  count(value: number): void {
    this.#room(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at++] = rest;
  }

  /** UTF-8 with its length in front. */
  text(value: string): void {
    const bytes = encoder.encode(value);
    this.count(bytes.length);
    this.raw(bytes);
  }

  floats(values: Float32Array): void {
    this.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Signed bytes with one scale in front: off by at most a 254th of the largest value. */
  scaled(values: Float32Array): void {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    this.floats(Float32Array.of(scale));
    this.raw(new Uint8Array(Int8Array.from(values, (value) => (scale > 0 ? Math.round(value / scale) : 0)).buffer));
  }

  raw(values: Uint8Array): void {
    this.#room(values.length);
    this.#bytes.set(values, this.#at);
    this.#at += values.length;
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#at + bytes, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what a ByteWriter wrote; calls `fail` (which throws) rather than read past the end or believe a count. */
export class ByteReader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #fail: (what: string) => Error;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, fail: (what: string) => Error) {
    this.#bytes = bytes;
    this.#fail = fail;
  }

  /** @param most the largest value that makes sense here. */
  count(what: string, most: number): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw this.#fail(`it ends inside ${what}`);
      value += (byte & 0x7f) * shift;
      if (value > most) throw this.#fail(`expected ${what} to be at most ${most}`);
      if (byte < 0x80) return value;
    }
  }

  text(what: string): string {
    const bytes = this.raw(what, this.count(what, this.#bytes.length));
    try {
      return decoder.decode(bytes);
    } catch {
      throw this.#fail(`${what} is not UTF-8`);
    }
  }

  floats(what: string, length: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(this.raw(what, length * 4).slice().buffer);
    if (!values.every(Number.isFinite)) throw this.#fail(`${what} holds a value that is not a number`);
    return values;
  }

  /** What `ByteWriter.scaled` wrote. */
  scaled(what: string, length: number): Float32Array {
    const scale = this.floats('a scale', 1)[0]!;
    return Float32Array.from(new Int8Array(this.raw(what, length).slice().buffer), (level) => level * scale);
  }

  /** A view, not a copy. */
  raw(what: string, length: number): Uint8Array<ArrayBuffer> {
    if (this.#at + length > this.#bytes.length) throw this.#fail(`it ends inside ${what}`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Nothing may be left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#fail(`${this.#bytes.length - this.#at} bytes are left over`);
  }
}

/** One after another. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
