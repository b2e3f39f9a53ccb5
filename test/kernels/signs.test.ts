import { expect, test } from 'vitest';
import { dot } from '../../src/kernels/dot.ts';
import { createKernels } from '../../src/kernels/kernels.ts';
import { normalise } from '../../src/kernels/normalise.ts';
import { Segment } from '../../src/kernels/segment.ts';
import { makeSigns, tableBytes, writeTable } from '../../src/kernels/signs.ts';
import { uniform } from './twins.ts';

test.each([
  ['int4', 512],
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
  const sizes = [dim * 4, tableBytes(dim), dim * 4, rows / 8, rows * 4, rows / 8, 32];
  const places = sizes.map((bytes) => memory.allocate(bytes)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [vector, table, room, present, scores, tops, sums] = places;
  memory.views.u8.fill(255, present, present + rows / 8);
  let [sum, squares, said] = [0, 0, 0];
  for (let question = 0; question < questions; question++) {
    const query = new Float32Array(dim);
    uniform(query, 100 + question);
    // As in real questions, some dimensions tell more than others.
    for (let i = 0; i < dim; i++) query[i]! *= [0.3, 1, 1.5][(i >> 2) % 3]!;
    normalise(query);
    memory.views.f32.set(query, vector / 4);
    const { length, left } = writeTable(machine, vector, weights, dim, table, room);
    said += rows * ((error * length) ** 2 + left ** 2);
    const base = dot(query, memory.views.f32, middle / 4);
    kernels.scanSigns(table, at, rows, dim / 4, factors, present, base, scores, tops, sums);
    for (let row = 0; row < rows; row++) {
      const off = memory.views.f32[scores / 4 + row]! - dot(query, vectors, row * dim);
      sum += off;
      squares += off * off;
    }
  }
  const n = rows * questions;
  expect(memory.views.u32[table / 4]).toBeLessThan(dim / 4);
  expect(Math.sqrt(squares / said)).toBeGreaterThan(0.9);
  expect(Math.sqrt(squares / said)).toBeLessThan(1.1);
  expect(Math.abs(sum / n)).toBeLessThan(error / 10);
});
