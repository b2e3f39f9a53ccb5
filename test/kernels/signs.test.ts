import { expect, test } from 'vitest';
import { dot } from '../../src/kernels/dot.ts';
import { createKernels } from '../../src/kernels/kernels.ts';
import { normalise } from '../../src/kernels/normalise.ts';
import { Segment } from '../../src/kernels/segment.ts';
import { makeSigns, writeTable } from '../../src/kernels/signs.ts';
import { uniform } from './twins.ts';

test.each([
  ['int4', 128],
  ['int8', 384],
] as const)('what signs of %s rows are said to err by is what they err by, about the score itself', (form, dim) => {
  const [rows, questions] = [1024, 24];
  const vectors = new Float32Array(rows * dim);
  uniform(vectors, 3);
  for (let row = 0; row < rows; row++) normalise(vectors.subarray(row * dim, (row + 1) * dim));
  const machine = createKernels();
  const { memory, kernels } = machine;
  const segment = new Segment(machine, dim, new Set([form]), 0, rows);
  segment.float32 = memory.allocate(rows * dim * 4);
  segment.append(machine, dim, vectors, dim);
  segment.pack(machine, dim);
  const { at, factors, middle, weights, error } = makeSigns(machine, dim, segment, form);
  const [table, present, scores] = [dim * 4, rows / 8, rows * 4].map((bytes) => memory.allocate(bytes));
  memory.views.u8.fill(255, present!, present! + rows / 8);
  let [sum, squares] = [0, 0];
  for (let question = 0; question < questions; question++) {
    const query = new Float32Array(dim);
    uniform(query, 100 + question);
    normalise(query);
    const { step, offset } = writeTable(machine, query, weights, dim, table!);
    const base = dot(query, memory.views.f32, middle / 4);
    kernels.scanSigns(table!, at, rows, dim / 4, factors, present!, step, offset, base, scores!);
    for (let row = 0; row < rows; row++) {
      const off = memory.views.f32[scores! / 4 + row]! - dot(query, vectors, row * dim);
      sum += off;
      squares += off * off;
    }
  }
  const n = rows * questions;
  expect(Math.sqrt(squares / n) / error).toBeGreaterThan(0.9);
  expect(Math.sqrt(squares / n) / error).toBeLessThan(1.1);
  expect(Math.abs(sum / n)).toBeLessThan(error / 10);
});
