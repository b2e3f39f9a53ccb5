import type { InferenceSession, TypedTensor } from 'onnxruntime-web';
import { EngineError } from '../core/errors.ts';

/** An opened encoder graph. One call at a time. */
export interface Session {
  /**
   * Last hidden state of one text, row-major: of all its tokens, or of the first alone where the graph can be told so
   * (ours can, and saves most of its last layer); a graph that cannot gives all. The caller may keep the array.
   */
  run(ids: readonly number[], rows: 'first' | 'all'): Promise<Float32Array>;
  close(): Promise<void>;
}

/** An inference runtime: onnxruntime-web in a browser, onnxruntime-node under Node. */
export interface Runtime {
  /** 'wasm', 'webgpu' or 'native', and why. */
  readonly backend: string;
  readonly threads: number;
  /** @throws EngineError `model-unavailable` if the weights are no graph that the runtime can run. */
  open(weights: Uint8Array<ArrayBuffer>, where: string): Promise<Session>;
}

/** What both builds of ONNX Runtime export. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => TypedTensor<'int64'>;
}

/**
 * Opens a BERT-shaped graph: `input_ids`, `attention_mask`, `token_type_ids` in, one hidden state out.
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
  const mask = new Constants(1n);
  const types = new Constants(0n);
  return {
    async run(ids, rows) {
      const tensor = (data: BigInt64Array) => new ort.Tensor('int64', data, [1, data.length]);
      const feeds = {
        input_ids: tensor(BigInt64Array.from(ids, BigInt)),
        attention_mask: tensor(mask.take(ids.length)),
        token_type_ids: tensor(types.take(rows === 'first' ? 1 : ids.length)),
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
