import { EngineError } from '../../core/errors.ts';
import {
  attendScratch,
  type BertKernels,
  type BertMemory,
  bertKernels,
  bertMemory,
  bufferOf,
  CODE_BYTES,
  COLUMNS_BYTES,
  ROW_BYTES,
} from '../../kernels/bert/kernels.ts';
import type { KernelForm } from '../../kernels/kernels.ts';
import type { BertWeights, Matrix, Norm, Table } from './weights.ts';

/** Where in a memory an encoder lies: addresses, as plain data that can be sent to another thread. */
export interface BertPlan {
  readonly width: number;
  readonly heads: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly maxTokens: number;
  readonly words: PlacedTable;
  readonly positions: PlacedTable;
  /** 0, 1, 2 … as i32, maxTokens of them. */
  readonly count: number;
  readonly norm: PlacedNorm;
  readonly layers: readonly PlacedLayer[];
  /** Behind the weights, for each thread: what `encode` works in. */
  readonly scratch: number;
  readonly scratchBytes: number;
}

interface PlacedTable {
  readonly codes: number;
  readonly scales: number;
}

interface PlacedNorm {
  readonly gamma: number;
  readonly beta: number;
}

interface PlacedMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly smooth: number;
  readonly packed: number;
  readonly columns: number;
}

interface PlacedLayer {
  readonly projections: readonly PlacedMatrix[];
  readonly attention: PlacedMatrix;
  readonly attentionNorm: PlacedNorm;
  readonly wide: PlacedMatrix;
  readonly narrow: PlacedMatrix;
  readonly norm: PlacedNorm;
}

/** So many rows go through the feed-forward part together: what lies between its matrices stays in a near cache. */
const FEED_ROWS = 64;

/** Copies an encoder's weights into a memory of their own, matrices in the order in which they are multiplied. */
export function placeBert(
  weights: BertWeights,
  form: KernelForm,
  compiled: WebAssembly.Module | undefined,
  threads: number,
): { readonly memory: BertMemory; readonly plan: BertPlan } {
  // Laid out twice: for the size, then in a memory of that size, where each part is filled as it is placed.
  const { plan: sizes, end } = layOut(weights);
  const memory = bertMemory(form, end + threads * sizes.scratchBytes);
  const { plan } = layOut(weights, { buffer: bufferOf(memory), kernels: bertKernels(memory, compiled), spare: end });
  return { memory, plan };
}

interface Filling {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  readonly kernels: BertKernels;
  /** An address behind all weights, where what is packed lies meanwhile. */
  readonly spare: number;
}

function layOut(weights: BertWeights, filling?: Filling): { readonly plan: BertPlan; readonly end: number } {
  const { width, heads, inner } = weights;
  const maxTokens = weights.positions.rows;
  const [u8, f32] = filling ? [new Uint8Array(filling.buffer), new Float32Array(filling.buffer)] : [];
  let end = ALIGNMENT;
  const take = (bytes: number) => {
    const at = end;
    end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return at;
  };
  const floats = (values: Float32Array) => {
    const at = take(values.length * 4);
    f32?.set(values, at / 4);
    return at;
  };
  const table = ({ codes, scales }: Table): PlacedTable => {
    const at = take(codes.length);
    u8?.set(codes, at);
    return { codes: at, scales: floats(scales) };
  };
  const norm = ({ gamma, beta }: Norm): PlacedNorm => ({ gamma: floats(gamma), beta: floats(beta) });
  const matrix = ({ inputs, outputs, smooth, codes, scales, bias }: Matrix): PlacedMatrix => {
    const packed = take(codes.length);
    const columns = take((outputs / 4) * COLUMNS_BYTES);
    if (filling) {
      u8!.set(codes, filling.spare);
      filling.kernels.pack(filling.spare, inputs, outputs, packed, columns);
      for (let j = 0; j < outputs; j++) {
        const at = columns / 4 + (j >> 2) * (COLUMNS_BYTES / 4) + (j & 3);
        f32![at + 4] = scales[j]!;
        f32![at + 8] = bias[j]!;
      }
    }
    return { inputs, outputs, smooth: floats(smooth), packed, columns };
  };

  const [words, positions] = [table(weights.words), table(weights.positions)];
  const count = take(maxTokens * 4);
  if (filling)
    new Int32Array(filling.buffer).set(
      Uint32Array.from({ length: maxTokens }, (_, i) => i),
      count / 4,
    );
  const plan = {
    ...{ width, heads, inner, maxTokens, words, positions, count },
    vocabulary: weights.words.rows,
    norm: norm(weights.norm),
    layers: weights.layers.map((layer) => ({
      projections: layer.projections.map(matrix),
      attention: matrix(layer.attention),
      attentionNorm: norm(layer.attentionNorm),
      wide: matrix(layer.wide),
      narrow: matrix(layer.narrow),
      norm: norm(layer.norm),
    })),
  };
  return { plan: { ...plan, scratch: end, scratchBytes: scratchOf(plan, 0).end }, end };
}

const ALIGNMENT = 64;

/** What one thread works in, from an address on. */
function scratchOf({ width, heads, inner, maxTokens }: Omit<BertPlan, 'scratch' | 'scratchBytes'>, start: number) {
  let end = start;
  const take = (bytes: number) => {
    const at = end;
    end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return at;
  };
  const tokens = Math.ceil(maxTokens / 4) * 4;
  const feed = Math.min(tokens, FEED_ROWS);
  const places = {
    ids: take(tokens * 4),
    x: take(tokens * width * 4),
    y: take(tokens * width * 4),
    // Queries, keys and values, or what lies between the feed-forward matrices.
    wide: take(Math.max(tokens * width * 3, feed * inner) * 4),
    codes: take(Math.max(tokens * width, feed * inner) * CODE_BYTES),
    rows: take(tokens * ROW_BYTES),
    row: take(Math.max(width, inner) * 4),
    attend: take(attendScratch(maxTokens, width / heads)),
  };
  // A cache line more, so that threads' places do not fall on the same cache sets.
  return { ...places, end: end + ALIGNMENT };
}

/**
 * The encoder's pass over one text at a time. @param thread Which of the scratch places is this one's.
 *
 * `encode` gives the last hidden state, row-major: of all tokens, or of the first alone.
 * @throws EngineError `bad-input` for an id that the vocabulary does not have, for none, or more than `maxTokens`.
 */
export function bertEncoder(memory: BertMemory, kernels: BertKernels, plan: BertPlan, thread = 0) {
  const { width, heads, layers, vocabulary, maxTokens } = plan;
  const {
    ids: idsAt,
    x,
    y,
    wide,
    codes,
    rows,
    row,
    attend,
  } = scratchOf(plan, plan.scratch + thread * plan.scratchBytes);
  const buffer = bufferOf(memory);
  const [i32, f32] = [new Int32Array(buffer), new Float32Array(buffer)];
  const d = width / heads;

  /** out = (from · smooth) × matrix + bias, for `count` rows. */
  const linear = (out: number, from: number, count: number, matrix: PlacedMatrix, activate: 0 | 1 = 0) => {
    const { inputs, outputs, smooth, packed, columns } = matrix;
    kernels.quantise(from, smooth, count, inputs, activate, row, codes, rows);
    kernels.multiply(out, outputs * 4, codes, rows, (count + 3) & ~3, packed, columns, inputs, outputs);
  };

  /** y = attention over x, for the first `wanted` rows. */
  const attention = ({ projections }: PlacedLayer, count: number, wanted: number) => {
    const [first, second] = projections as [PlacedMatrix, PlacedMatrix?];
    const stride = (second ?? first).outputs * 4;
    const others = second ? wide : wide + width * 4;
    let queries = wide;
    let queryStride = stride;
    if (second) {
      queries = wide + ((count + 3) & ~3) * stride;
      queryStride = first.outputs * 4;
      linear(queries, x, wanted, first);
      linear(wide, x, count, second);
    } else linear(wide, x, count, first);
    kernels.attend(
      ...([y, width * 4, queries, queryStride, wanted] as const),
      ...([others, others + width * 4, stride, count, heads, d, attend] as const),
    );
  };

  return {
    encode(ids: ArrayLike<number>, which: 'first' | 'all'): Float32Array<ArrayBuffer> {
      const count = ids.length;
      if (count < 1 || count > maxTokens) {
        throw new EngineError('bad-input', `Expected 1 to ${maxTokens} token ids, got ${count}; cut the text.`);
      }
      for (let i = 0; i < count; i++) {
        const id = ids[i]!;
        if (Number.isInteger(id) && id >= 0 && id < vocabulary) i32[idsAt / 4 + i] = id;
        else
          throw new EngineError('bad-input', `Expected token ids below ${vocabulary}, got ${id}; check the tokenizer.`);
      }
      kernels.lookUp(plan.words.codes, plan.words.scales, idsAt, count, width, x);
      kernels.lookUp(plan.positions.codes, plan.positions.scales, plan.count, count, width, y);
      kernels.addNorm(x, x, y, plan.norm.gamma, plan.norm.beta, count, width);
      let wanted = count;
      for (const layer of layers) {
        if (which === 'first' && layer === layers.at(-1)) wanted = 1;
        attention(layer, count, wanted);
        linear(y, y, wanted, layer.attention);
        kernels.addNorm(x, x, y, layer.attentionNorm.gamma, layer.attentionNorm.beta, wanted, width);
        for (let from = 0; from < wanted; from += FEED_ROWS) {
          const some = Math.min(FEED_ROWS, wanted - from);
          const [xs, ys] = [x + from * width * 4, y + from * width * 4];
          linear(wide, xs, some, layer.wide);
          linear(ys, wide, some, layer.narrow, 1);
          kernels.addNorm(xs, xs, ys, layer.norm.gamma, layer.norm.beta, some, width);
        }
      }
      return f32.slice(x / 4, x / 4 + wanted * width);
    },
  };
}
