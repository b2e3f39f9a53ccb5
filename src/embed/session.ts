import type { InferenceSession, TypedTensor } from 'onnxruntime-web';
import { EngineError } from '../core/errors.ts';
import type { Probe } from './card.ts';

/** An opened encoder. One call at a time, unless `parallel` says more. */
export interface Session {
  /** So many calls may be under way at once, each by a thread of its own. */
  readonly parallel?: number;
  /**
   * Last hidden state of one text, row-major: of all its tokens, or of the first alone where the graph can be told so
   * (ours can, and saves most of its last layer); a graph that cannot gives all. The caller may keep the array.
   */
  run(ids: readonly number[], rows: 'first' | 'all'): Promise<Float32Array>;
  close(): Promise<void>;
}

/** What a model is opened from. */
export interface ModelBytes {
  /** An ONNX graph with its weights. */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** What must come out of it, whatever computes. */
  readonly probes: readonly Probe[];
  /** A graph for GPUs that reads its weights out of `weights`. */
  readonly webgpu?: Uint8Array<ArrayBuffer>;
}

/** An inference runtime: onnxruntime-web in a browser, onnxruntime-node under Node. */
export interface Runtime {
  /** 'wasm', 'webgpu' or 'native', and why. */
  readonly backend: string;
  readonly threads: number;
  /** What a person should know, e.g. why a GPU is not used. */
  readonly notes: readonly string[];
  /** Fetches and compiles what the runtime itself needs, while a model is still on its way; failures show in `open`. */
  warm?(): Promise<void>;
  /** Whether `open` can make use of a graph for GPUs. */
  wantsWebgpu?(): Promise<boolean>;
  /** @throws EngineError `model-unavailable` if the weights are no graph that the runtime can run. */
  open(model: ModelBytes, where: string): Promise<Session>;
}

/** What both builds of ONNX Runtime export. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => TypedTensor<'int64'>;
}

/**
 * Opens a BERT-shaped graph: `input_ids` and, where it has them, `attention_mask` and `token_type_ids` in, one hidden
 * state out.
 *
 * In the graphs made by `tools/models` the length of `token_type_ids` says how many rows are wanted (see `graph.py`).
 */
export async function openSession(
  ort: Ort,
  weights: Uint8Array<ArrayBuffer>,
  options: InferenceSession.SessionOptions,
  where: string,
): Promise<Session> {
  const session = await ort.InferenceSession.create(weights, options).catch((cause: unknown) => {
    throw new EngineError('model-unavailable', `${where} could not be opened by ONNX Runtime: ${messageOf(cause)}`);
  });
  const output = session.outputNames[0]!;
  const [takesMask, takesTypes] = ['attention_mask', 'token_type_ids'].map((name) => session.inputNames.includes(name));
  const mask = new Constants(1n);
  const types = new Constants(0n);
  return {
    async run(ids, rows) {
      const tensor = (data: BigInt64Array) => new ort.Tensor('int64', data, [1, data.length]);
      const feeds = {
        input_ids: tensor(BigInt64Array.from(ids, BigInt)),
        ...(takesMask && { attention_mask: tensor(mask.take(ids.length)) }),
        ...(takesTypes && { token_type_ids: tensor(types.take(rows === 'first' ? 1 : ids.length)) }),
      };
      const result = (await session.run(feeds, [output]))[output]!;
      return result.data as Float32Array;
    },
    close: () => session.release(),
  };
}

/** Views of one growing array that holds the same value throughout: every text's mask is all ones. */
class Constants {
  #values = new BigInt64Array(0);
  readonly #value: bigint;
  constructor(value: bigint) {
    this.#value = value;
  }
  take(length: number): BigInt64Array {
    if (this.#values.length < length) this.#values = new BigInt64Array(length).fill(this.#value);
    return this.#values.subarray(0, length);
  }
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
