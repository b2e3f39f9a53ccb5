import { EngineError } from '../core/errors.ts';

/** Cache lines are 64 bytes, and no kernel asks for more. */
const ALIGNMENT = 64;
const PAGE = 65_536;
const MAX_PAGES = 65_536;

/**
 * One growing stretch of bytes that kernels address by number, with views of it as typed arrays.
 *
 * Given out from the bottom up and never given back one by one: an index is dropped whole. Fresh bytes are 0.
 * Memory may move when it grows, so take a view, use it, and take it again after the next `allocate`.
 *
 * @throws EngineError `quota-exceeded` when the browser gives no more; what was there stays as it was.
 */
export class LinearMemory {
  /** The memory to instantiate a WebAssembly module with; absent where kernels are plain loops. */
  readonly wasm: WebAssembly.Memory | undefined;
  #buffer: ArrayBuffer;
  #views: Views;
  #top = ALIGNMENT;
  #scratch = { at: 0, bytes: 0 };

  constructor(kind: 'wasm' | 'array-buffer') {
    this.wasm = kind === 'wasm' ? new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES }) : undefined;
    this.#buffer = this.wasm?.buffer ?? new ArrayBuffer(PAGE);
    this.#views = viewsOf(this.#buffer);
  }

  get views(): Views {
    return this.#views;
  }

  /** Bytes given out so far. */
  get used(): number {
    return this.#top;
  }

  /** The address of `bytes` fresh bytes, a multiple of 64. Never 0. */
  allocate(bytes: number): number {
    const at = this.#top;
    const top = at + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    if (top > this.#buffer.byteLength) this.#grow(top);
    this.#top = top;
    return at;
  }

  /** The address of `bytes` bytes of which the first `used` are those at `at`; the rest is fresh. */
  enlarge(at: number, used: number, bytes: number): number {
    const moved = this.allocate(bytes);
    this.#views.u8.copyWithin(moved, at, at + used);
    return moved;
  }

  /** The address of at least `bytes` bytes of anything, the same ones again and again: for the length of one call. */
  scratch(bytes: number): number {
    if (bytes > this.#scratch.bytes) this.#scratch = { at: this.allocate(bytes * 2), bytes: bytes * 2 };
    return this.#scratch.at;
  }

  #grow(bytes: number): void {
    try {
      if (this.wasm) {
        this.wasm.grow(Math.ceil((bytes - this.#buffer.byteLength) / PAGE));
        this.#buffer = this.wasm.buffer;
      } else {
        const larger = new ArrayBuffer(Math.max(bytes, this.#buffer.byteLength * 2));
        new Uint8Array(larger).set(this.#views.u8);
        this.#buffer = larger;
      }
    } catch (cause) {
      const megabytes = Math.ceil(bytes / 2 ** 20);
      throw new EngineError(
        'quota-exceeded',
        `expected ${megabytes} MB of memory for the search index, the browser gave no more; close other tabs or index less`,
        { cause },
      );
    }
    this.#views = viewsOf(this.#buffer);
  }
}

export type Views = ReturnType<typeof viewsOf>;

const viewsOf = (buffer: ArrayBuffer) => ({
  u8: new Uint8Array(buffer),
  i8: new Int8Array(buffer),
  u16: new Uint16Array(buffer),
  i32: new Int32Array(buffer),
  u32: new Uint32Array(buffer),
  f32: new Float32Array(buffer),
  f64: new Float64Array(buffer),
});
