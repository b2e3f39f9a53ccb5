import { EngineError } from '../../core/errors.ts';

/** What is read of an ONNX graph. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that are one integer. */
  readonly integers: ReadonlyMap<string, number>;
}

export interface OnnxTensor {
  /** ONNX's number: 1 float32, 2 uint8, 3 int8, 7 int64. */
  readonly type: number;
  readonly dims: readonly number[];
  /** A view of the file, at any alignment; empty where the values are not kept as raw bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The nodes and constants of an ONNX file (protocol buffers, `ModelProto` of onnx.proto). Copies nothing.
 *
 * @throws EngineError `model-unavailable` if the bytes are no such message: lengths that lead out of the file, fields of
 *   unknown kinds, no graph.
 */
export function readOnnx(bytes: Uint8Array<ArrayBuffer>, where: string): OnnxGraph {
  try {
    const model = fieldsOf(bytes);
    const graph = fieldsOf(only(model, 7));
    const tensors = messages(graph, 5).map((message) => {
      const fields = fieldsOf(message);
      const tensor = { type: integer(fields, 2), dims: integers(fields, 1), bytes: optional(fields, 9) ?? EMPTY };
      return [text(fields, 8), tensor] as const;
    });
    return { nodes: messages(graph, 1).map(nodeOf), tensors: new Map(tensors) };
  } catch (cause) {
    throw new EngineError(
      'model-unavailable',
      `${where} is no ONNX graph that can be read: ${(cause as Error).message}.`,
    );
  }
}

function nodeOf(message: Bytes): OnnxNode {
  const fields = fieldsOf(message);
  const attributes = messages(fields, 5).map(fieldsOf);
  return {
    op: text(fields, 4),
    inputs: messages(fields, 1).map(decode),
    outputs: messages(fields, 2).map(decode),
    integers: new Map(
      attributes.filter((each) => each.has(3)).map((each) => [text(each, 1), integer(each, 3)] as const),
    ),
  };
}

type Bytes = Uint8Array<ArrayBuffer>;
/** By field number, in the order they came: integers, and the bytes of strings and messages. */
type Fields = ReadonlyMap<number, readonly (number | Bytes)[]>;

const EMPTY: Bytes = new Uint8Array(0);
const decoder = new TextDecoder();
const decode = (bytes: Bytes) => decoder.decode(bytes);

/** A message cut into its fields. Source: protobuf.dev, "Encoding". */
function fieldsOf(bytes: Bytes): Fields {
  const fields = new Map<number, (number | Bytes)[]>();
  for (let at = 0; at < bytes.length; ) {
    const [tag, behind] = varint(bytes, at);
    const [value, next] = fieldAt(bytes, behind, tag % 8);
    const number = Math.floor(tag / 8);
    const values = fields.get(number);
    if (values) values.push(value);
    else fields.set(number, [value]);
    at = next;
  }
  return fields;
}

function fieldAt(bytes: Bytes, at: number, kind: number): [value: number | Bytes, next: number] {
  if (kind === 0) return varint(bytes, at);
  let [start, length] = [at, kind === 1 ? 8 : 4];
  if (kind === 2) [length, start] = varint(bytes, at);
  else if (kind !== 1 && kind !== 5) throw new Error(`byte ${at} begins a field of unknown kind ${kind}`);
  if (start + length > bytes.length)
    throw new Error(`byte ${at} begins ${length} bytes, ${bytes.length - start} are left`);
  return [bytes.subarray(start, start + length), start + length];
}

/** Exact up to 2^53; negative numbers, which nothing here has, come out large. */
function varint(bytes: Bytes, at: number): [value: number, next: number] {
  let value = 0;
  for (let scale = 1, next = at; next < at + 10; scale *= 128) {
    const byte = bytes[next++];
    if (byte === undefined) throw new Error('it ends within a number');
    value += (byte & 127) * scale;
    if (byte < 128) return [value, next];
  }
  throw new Error(`byte ${at} begins a number that does not end`);
}

function messages(fields: Fields, number: number): Bytes[] {
  return (fields.get(number) ?? []).map((value) => {
    if (typeof value !== 'number') return value;
    throw new Error(`expected field ${number} to be bytes, got a number`);
  });
}

const optional = (fields: Fields, number: number) => messages(fields, number).at(-1);

function only(fields: Fields, number: number): Bytes {
  const bytes = optional(fields, number);
  if (bytes) return bytes;
  throw new Error(`expected a field ${number}, got none`);
}

const text = (fields: Fields, number: number) => decode(only(fields, number));

/** Repeated integers, each a field of its own or all packed in one. */
function integers(fields: Fields, number: number): number[] {
  return (fields.get(number) ?? []).flatMap((value) => {
    if (typeof value === 'number') return value;
    const all: number[] = [];
    for (let at = 0; at < value.length; ) {
      const [one, next] = varint(value, at);
      all.push(one);
      at = next;
    }
    return all;
  });
}

function integer(fields: Fields, number: number): number {
  const value = fields.get(number)?.at(-1);
  if (typeof value === 'number') return value;
  throw new Error(`expected field ${number} to be a number`);
}
