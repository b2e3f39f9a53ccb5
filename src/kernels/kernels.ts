import { LinearMemory } from './memory.ts';
import { plainKernels } from './plain.ts';
import { RELAXED_SIMD, SIMD } from './wasm.gen.ts';

/**
 * The inner loops of search over one linear memory. Addresses are bytes; a *group* is 128 dimensions; `present` is a
 * bitmap with bit `i mod 8` of byte `i div 8` for row `i`, and a row whose bit is 0 scores -Infinity.
 * Contracts stand with the code, in `wasm/*.ts`; `plain.ts` is the same in typed arrays and gives the same bits.
 */
export interface Kernels {
  prepareInt4(query: number, groups: number, prepared: number): void;
  prepareInt8(query: number, groups: number, prepared: number): void;
  scanInt4: ScanQuantised;
  scanInt8: ScanQuantised;
  scanFloat32(query: number, rows: number, count: number, bytes: number, present: number, scores: number): void;
  scoreFloat32(query: number, rows: number, count: number, bytes: number, scores: number): void;
  multiply(
    out: number,
    a: number,
    row: number,
    inner: number,
    b: number,
    n: number,
    k: number,
    m: number,
    scratch: number,
  ): void;
  multiplyTransposed(out: number, a: number, b: number, n: number, k: number, m: number): void;
  refineInt4: Refine;
  refineInt8: Refine;
  packSigns(
    bits: number,
    levels: number,
    count: number,
    blocks: number,
    thresholds: number,
    steps: number,
    signs: number,
    factors: number,
  ): void;
  prepareSigns(query: number, weights: number, quads: number, share: number, table: number): void;
  scanSigns(
    table: number,
    signs: number,
    count: number,
    quads: number,
    factors: number,
    present: number,
    base: number,
    scores: number,
    tops: number,
    sums: number,
  ): void;
  selectTops(scores: number, tops: number, count: number, first: number, k: number, best: number, rows: number): void;
  listAbove(bar: number, scores: number, tops: number, count: number, list: number): number;
  foldQuery(query: number, fit: number, dim: number, folded: number, fold: number): void;
  scanSegments(
    form: number,
    segments: number,
    count: number,
    queries: number,
    queryCount: number,
    groups: number,
    present: number,
    scores: number,
    stride: number,
    k: number,
    best: number,
    sums: number,
    scratch: number,
  ): void;
  packInt4: Pack;
  packInt8: Pack;
  select(scores: number, count: number, first: number, k: number, best: number, rows: number): void;
  selectListed(scores: number, list: number, found: number, first: number, k: number, best: number, rows: number): void;
  tally(scores: number, count: number, low: number, scale: number, bins: number, counts: number): void;
  moments(scores: number, count: number, sums: number): void;
  raiseLists(lists: number, count: number, norms: number, best: number, marks: number): void;
  gather(marks: number, count: number, best: number, rows: number, values: number): number;
  scoreRows(sheet: number): void;
  findNear(outlines: number, count: number, outline: number, limit: number, found: number): number;
  addImpacts(lists: number, count: number, scores: number): void;
  sum(from: number, bytes: number): number;
}

export type ScanQuantised = (
  query: number,
  rows: number,
  count: number,
  groups: number,
  present: number,
  scale: number,
  base: number,
  scores: number,
) => void;

export type Refine = (
  query: number,
  rows: number,
  groups: number,
  scale: number,
  base: number,
  scores: number,
  list: number,
  found: number,
) => void;

export type Pack = (rows: number, count: number, groups: number, low: number, inverse: number, packed: number) => void;

export type KernelForm = 'relaxed-simd' | 'simd' | 'typed-arrays';

export interface KernelInfo {
  readonly form: KernelForm;
  /** One sentence for the diagnostics. */
  readonly why: string;
}

/** Which kernels this browser runs, and why. Found out once. */
export function kernelInfo(): KernelInfo {
  chosen ??= choose();
  return chosen;
}

/** Fresh memory and the kernels over it; another form than the best is for tests and comparisons. */
export function createKernels(form: KernelForm = kernelInfo().form): { memory: LinearMemory; kernels: Kernels } {
  const memory = new LinearMemory(form === 'typed-arrays' ? 'array-buffer' : 'wasm');
  if (form === 'typed-arrays') return { memory, kernels: plainKernels(memory) };
  const { exports } = new WebAssembly.Instance(moduleOf(form), { env: { memory: memory.wasm! } });
  return { memory, kernels: exports as unknown as Kernels };
}

let chosen: KernelInfo | undefined;

/** The modules are so small that each is its own feature test. */
function choose(): KernelInfo {
  if (typeof WebAssembly === 'undefined') return { form: 'typed-arrays', why: 'there is no WebAssembly here' };
  try {
    for (const form of ['relaxed-simd', 'simd'] as const) {
      if (!WebAssembly.validate(bytesOf(form))) continue;
      moduleOf(form);
      return { form, why: form === 'simd' ? 'there is no relaxed SIMD here' : 'relaxed SIMD is there' };
    }
  } catch (error) {
    return { form: 'typed-arrays', why: `WebAssembly is refused here, it needs 'wasm-unsafe-eval': ${error}` };
  }
  return { form: 'typed-arrays', why: 'there is no WebAssembly SIMD here' };
}

type WasmForm = Exclude<KernelForm, 'typed-arrays'>;
const BASE64: Record<WasmForm, string> = { 'relaxed-simd': RELAXED_SIMD, simd: SIMD };
const modules: Partial<Record<WasmForm, WebAssembly.Module>> = {};

/** Compiled at once, which a thread other than the page's may do with a module of any size. */
function moduleOf(form: WasmForm): WebAssembly.Module {
  modules[form] ??= new WebAssembly.Module(bytesOf(form));
  return modules[form];
}

const bytesOf = (form: WasmForm) => Uint8Array.from(atob(BASE64[form]), (char) => char.charCodeAt(0));
