import { type OnnxGraph, type OnnxTensor, readOnnx } from './onnx.ts';

/** What a BERT encoder is made of, as `tools/models` writes it for processors: views of the file, copied nowhere. */
export interface BertWeights {
  readonly width: number;
  readonly heads: number;
  /** Inner width of the feed-forward part. */
  readonly inner: number;
  readonly words: Table;
  readonly positions: Table;
  readonly norm: Norm;
  readonly layers: readonly BertLayer[];
}

export interface BertLayer {
  /** What makes queries, keys and values: one matrix, or in the last layer one for queries and one for the others. */
  readonly projections: readonly Matrix[];
  readonly attention: Matrix;
  readonly attentionNorm: Norm;
  readonly wide: Matrix;
  readonly narrow: Matrix;
  readonly norm: Norm;
}

/** rows × width signed bytes, and a scale a row. */
export interface Table {
  readonly rows: number;
  readonly codes: Bytes;
  readonly scales: Float32Array;
}

/** y = (x · smooth) W + bias, W = (codes − 128) × scale of the column. */
export interface Matrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly smooth: Float32Array;
  /** inputs × outputs, row-major, none of them 0. */
  readonly codes: Bytes;
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}

export interface Norm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads the weights of an encoder out of an ONNX file that `tools/models/graph.py` wrote in the form `int8.py`.
 *
 * The graph is not interpreted but recognised: operator by operator it must be the one that the recipe writes for so
 * many layers, since another would mean another encoder.
 *
 * @returns The weights, or in one sentence why this is no such file.
 */
export function readBert(bytes: Bytes, where: string): BertWeights | string {
  try {
    return weightsOf(readOnnx(bytes, where));
  } catch (error) {
    return (error as Error).message;
  }
}

function weightsOf({ nodes, tensors }: OnnxGraph): BertWeights {
  const layers = nodes.filter(({ op }) => op === 'MultiHeadAttention').length;
  const expected = [...EMBEDDING, ...Array.from({ length: layers }, (_, i) => (i < layers - 1 ? LAYER : LAST)).flat()];
  const odd = expected.findIndex((op, i) => nodes[i]?.op !== op);
  if (layers === 0 || odd >= 0 || nodes.length !== expected.length) {
    const at = odd < 0 ? expected.length : odd;
    throw new Error(
      `the graph is another one: operator ${at} is ${nodes[at]?.op ?? 'missing'}, not ${expected[at] ?? 'the end'}`,
    );
  }
  const heads = nodes.find(({ op }) => op === 'MultiHeadAttention')!.integers.get('num_heads') ?? 0;

  const tensor = (name: string, type: number, ...dims: (number | undefined)[]): OnnxTensor => {
    const found = tensors.get(name);
    if (!found) throw new Error(`the graph has no constant ${name}`);
    const fits =
      found.dims.length === dims.length && dims.every((dim, i) => dim === undefined || dim === found.dims[i]);
    const size = found.dims.reduce((product, dim) => product * dim, type === FLOAT ? 4 : 1);
    if (found.type !== type || !fits || found.bytes.length !== size) {
      throw new Error(
        `constant ${name} is of type ${found.type}, ${found.dims.join(' × ')}, ${found.bytes.length} bytes`,
      );
    }
    return found;
  };
  const floats = (name: string, ...dims: number[]) => {
    const { bytes } = tensor(name, FLOAT, ...dims);
    const values = new Float32Array(bytes.slice().buffer);
    if (!values.every(Number.isFinite)) throw new Error(`constant ${name} holds what is no number`);
    return values;
  };
  const table = (name: string, width?: number): Table => {
    const { dims, bytes } = tensor(`${name}.codes`, INT8, undefined, width);
    return { rows: dims[0]!, codes: bytes, scales: floats(`${name}.scale`, dims[0]!, 1) };
  };

  const words = table('words');
  const width = words.codes.length / words.rows;
  const inner = tensor('encoder.layer.0.intermediate.codes', UINT8, width, undefined).dims[1]!;
  if (!(heads > 0 && width % (heads * 4) === 0 && width % 8 === 0 && inner % 8 === 0)) {
    throw new Error(`${heads} heads, ${width} and ${inner} wide, are not multiples of four and eight`);
  }
  const norm = (name: string): Norm => ({
    gamma: floats(`${name}.LayerNorm.weight`, width),
    beta: floats(`${name}.LayerNorm.bias`, width),
  });
  const matrix = (name: string, inputs: number, outputs: number, bias = `${name}.dense.bias`): Matrix => {
    const { bytes: zeros } = tensor(`${name}.zero`, UINT8, outputs);
    const { bytes: codes } = tensor(`${name}.codes`, UINT8, inputs, outputs);
    if (zeros.some((zero) => zero !== 128) || codes.includes(0)) throw new Error(`${name} is not symmetric about 128`);
    const [smooth, scales] = [floats(`${name}.smooth`, inputs), floats(`${name}.scale`, outputs)];
    return { inputs, outputs, smooth, codes, scales, bias: floats(bias, outputs) };
  };
  const layer = (i: number): BertLayer => {
    const at = `encoder.layer.${i}`;
    const parts = i < layers - 1 ? ['query_key_value'] : ['query', 'key_value'];
    return {
      projections: parts.map((part) => {
        const name = `${at}.${part}`;
        return matrix(name, width, width * part.split('_').length, `${name}.bias`);
      }),
      attention: matrix(`${at}.attention.output`, width, width),
      attentionNorm: norm(`${at}.attention.output`),
      wide: matrix(`${at}.intermediate`, width, inner),
      narrow: matrix(`${at}.output`, inner, width),
      norm: norm(`${at}.output`),
    };
  };
  return {
    width,
    heads,
    inner,
    words,
    positions: table('positions', width),
    norm: norm('embeddings'),
    layers: Array.from({ length: layers }, (_, i) => layer(i)),
  };
}

const [FLOAT, UINT8, INT8] = [1, 2, 3] as const;

/** The operators of `graph.py`, in its order. */
const EMBEDDING = [
  ...['Shape', 'Shape', 'Cast', 'Gather', 'Cast', 'Gather', 'Mul'],
  ...['Slice', 'Cast', 'Slice', 'Mul', 'Add', 'LayerNormalization'],
];
const LINEAR = ['Mul', 'DynamicQuantizeMatMul'];
const BEHIND = [
  ...['MultiHeadAttention', ...LINEAR, 'SkipLayerNormalization'],
  ...[...LINEAR, 'BiasGelu', ...LINEAR, 'SkipLayerNormalization'],
];
const LAYER = [...LINEAR, 'Split', ...BEHIND];
const LAST = ['Slice', ...LINEAR, ...LINEAR, 'Split', ...BEHIND];
