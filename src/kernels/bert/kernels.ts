import { type KernelForm, kernelInfo } from '../kernels.ts';
import { plainBertKernels } from './plain.ts';
import { RELAXED_SIMD, SIMD } from './wasm.gen.ts';

/**
 * The inner loops of a BERT encoder over one linear memory; addresses and strides are bytes. Contracts stand with the
 * code, in `wasm/*.ts`; `plain.ts` is the same in typed arrays and gives the same bits.
 */
export interface BertKernels {
  lookUp(codes: number, scales: number, ids: number, count: number, width: number, out: number): void;
  addNorm(out: number, x: number, y: number, gamma: number, beta: number, count: number, width: number): void;
  pack(codes: number, inputs: number, outputs: number, packed: number, columns: number): void;
  quantise(
    x: number,
    smooth: number,
    count: number,
    width: number,
    activate: 0 | 1,
    scratch: number,
    codes: number,
    rows: number,
  ): void;
  multiply(
    out: number,
    stride: number,
    codes: number,
    rows: number,
    count: number,
    packed: number,
    columns: number,
    inputs: number,
    outputs: number,
  ): void;
  attend(
    out: number,
    outStride: number,
    queries: number,
    queryStride: number,
    count: number,
    keys: number,
    values: number,
    stride: number,
    tokens: number,
    heads: number,
    d: number,
    scratch: number,
  ): void;
}

/** Bytes of `columns` for four columns: sums (i32), scales and biases (f32), four of each. */
export const COLUMNS_BYTES = 48;
/** Bytes of `rows` a row: scale (f32) and zero point (i32). */
export const ROW_BYTES = 8;
/** Bytes that a code of `quantise` takes at most. */
export const CODE_BYTES = 2;
/** Bytes that `attend` needs as scratch. */
export const attendScratch = (tokens: number, d: number) => (2 * (tokens + 3) * d + 8 * d + 8 * (tokens + 3)) * 4;

/** Memory for kernels: that of WebAssembly, or where there is none an ArrayBuffer. */
export type BertMemory = WebAssembly.Memory | ArrayBuffer;

export const bufferOf = (memory: BertMemory): ArrayBuffer | SharedArrayBuffer =>
  memory instanceof ArrayBuffer ? memory : memory.buffer;

const PAGE = 65_536;

/**
 * Memory of at least so many bytes, all 0, of a size that stays. WebAssembly's may be shared with threads where the page
 * is cross-origin isolated; elsewhere it serves one.
 */
export function bertMemory(form: KernelForm, bytes: number): BertMemory {
  if (form === 'typed-arrays') return new ArrayBuffer(bytes);
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The kernels over a memory. @param compiled What `bertModule` gave, in this thread or another. */
export function bertKernels(memory: BertMemory, compiled = bertModule(kernelInfo().form)): BertKernels {
  if (memory instanceof ArrayBuffer || !compiled) return plainBertKernels(bufferOf(memory));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as BertKernels;
}

/** The compiled kernels of a form; none for typed arrays. */
export function bertModule(form: KernelForm): WebAssembly.Module | undefined {
  if (form === 'typed-arrays') return undefined;
  const base64 = form === 'simd' ? SIMD : RELAXED_SIMD;
  return new WebAssembly.Module(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}
