import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../../src/core/errors.ts';
import { readOnnx } from '../../../src/embed/bert/onnx.ts';
import { readBert } from '../../../src/embed/bert/weights.ts';
import { packagedModels } from '../../../src/embed/encoder.node.ts';

const EN = 'bge-small-en-v1.5';
const model = new Uint8Array(readFileSync(join(packagedModels(), EN, 'model.onnx')));

/** A message of fields: numbers as varints, all else as length-prefixed bytes. */
function message(...fields: readonly (readonly [number: number, value: number | string | Uint8Array])[]) {
  const bytes = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [...varint(number * 8), ...varint(value)];
    const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return [...varint(number * 8 + 2), ...varint(content.length), ...content];
  });
  return Uint8Array.from(bytes);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

const attribute = message([1, 'num_heads'], [3, 12]);
const node = message([1, 'a'], [1, 'b'], [2, 'c'], [4, 'Mul'], [5, attribute]);
const tensor = message([1, 300], [1, 2], [2, 3], [8, 'words'], [9, Uint8Array.of(1, 2, 3)]);
const small = message([1, 8], [2, 'nearfield'], [7, message([1, node], [5, tensor])]);

test('nodes and tensors are read as they were written', () => {
  const { nodes, tensors } = readOnnx(small, 'small');
  expect(nodes).toEqual([{ op: 'Mul', inputs: ['a', 'b'], outputs: ['c'], integers: new Map([['num_heads', 12]]) }]);
  expect(tensors.get('words')).toEqual({ type: 3, dims: [300, 2], bytes: Uint8Array.of(1, 2, 3) });
});

test('a file that ends too soon or is damaged is refused in one sentence, or read without harm', () => {
  const attempt = (bytes: Uint8Array<ArrayBuffer>) => {
    try {
      readOnnx(bytes, 'small');
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({
        code: 'model-unavailable',
        message: expect.stringMatching(/no ONNX graph that can/),
      });
    }
  };
  for (let length = 0; length < small.length; length++) {
    expect(() => readOnnx(small.slice(0, length), 'small'), `${length} bytes`).toThrow(EngineError);
  }
  for (let at = 0; at < small.length; at++) {
    for (const flip of [1, 2, 4, 128, 255]) attempt(small.with(at, small[at]! ^ flip));
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => attempt(new Uint8Array(bytes))));
});

test('the recipe’s file is an encoder; one that differs in an operator, a constant or a shape is not, and why is said', () => {
  expect(readBert(model, EN)).toMatchObject({ width: 384, heads: 12, inner: 1536, words: { rows: 30_522 } });
  const changed = (from: string, to: string, nth = 0) => {
    const bytes = Buffer.from(model);
    let at = -1;
    for (let i = 0; i <= nth; i++) at = bytes.indexOf(from, at + 1);
    expect(at).toBeGreaterThan(0);
    bytes.write(to, at);
    return readBert(new Uint8Array(bytes), EN);
  };
  expect(changed('BiasGelu', 'FastGelu', 1)).toMatch(
    /the graph is another one: operator \d+ is FastGelu, not BiasGelu/,
  );
  expect(changed('DynamicQuantizeMatMul', 'DynamicQuantizeMatMuI', 1)).toMatch(/not DynamicQuantizeMatMul/);
  const name = 'encoder.layer.3.attention.output.zero';
  const occurrences = Buffer.from(model).toString('latin1').split(name).length - 1;
  expect(changed(name, name.replace('zero', 'none'), occurrences - 1)).toBe(`the graph has no constant ${name}`);
  expect(readBert(model.slice(0, 1_000_000), EN)).toMatch(/no ONNX graph that can be read: byte \d+ begins \d+ bytes/);
  expect(readBert(new Uint8Array(0), EN)).toMatch(/expected a field 7/);
});
