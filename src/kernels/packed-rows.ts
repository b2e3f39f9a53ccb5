import { createKernels } from './kernels.ts';
import { GROUP } from './quantise.ts';
import { LEVELS, type Levels, type Machine, packRows, SCORE_STEP, writeRows } from './segment.ts';

/** Rows as their levels and what fits those: all that a first pass needs, in an eighth or a quarter of the bytes. */
export interface PackedRows {
  readonly form: Levels;
  readonly dim: number;
  readonly rows: number;
  /** `padded` values of low, then as many of step; dimensions are padded to a multiple of 128. */
  readonly fit: Float32Array;
  /** Rows, padded to a multiple of 16, as the kernels read them. */
  readonly levels: Uint8Array;
}

/** Goes up whenever the same bytes would mean other rows; part of every stored block's name. */
export const PACKED_VERSION = 1;

/** One machine for all, in scratch memory: packing keeps nothing. */
let machine: Machine | undefined;

/** Fits and packs the rows of a block. Shapes: vectors: rows × dim. Cost: some 10 ms for 4,096 rows of 384. */
export function packVectors(vectors: Float32Array, dim: number, form: Levels): PackedRows {
  machine ??= createKernels();
  const padded = Math.ceil(dim / GROUP) * GROUP;
  const rows = vectors.length / dim;
  const room = Math.ceil(rows / SCORE_STEP) * SCORE_STEP;
  const bytes = room * LEVELS[form].rowBytes(padded);
  const { memory } = machine;
  const inverse = memory.scratch(padded * 12 + room * padded * 4 + bytes);
  const fit = inverse + padded * 4;
  const float32 = fit + padded * 8;
  const at = float32 + room * padded * 4;
  memory.views.u8.fill(0, inverse, at + bytes);
  writeRows(memory, float32, padded, vectors, dim);
  packRows(machine, padded, form, float32, rows, { at, fit }, inverse);
  const { f32, u8 } = memory.views;
  return { form, dim, rows, fit: f32.slice(fit / 4, fit / 4 + padded * 2), levels: u8.slice(at, at + bytes) };
}

/** A stored block: the fit, then the levels. Its shape stands with whoever stores it. */
export function encodePacked({ fit, levels }: PackedRows): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fit.byteLength + levels.length);
  bytes.set(new Uint8Array(fit.buffer, fit.byteOffset, fit.byteLength));
  bytes.set(levels, fit.byteLength);
  return bytes;
}

/** The rows in a stored block, as views of it where it is aligned; undefined if it is not as long as they must be. */
export function decodePacked(bytes: Uint8Array, dim: number, rows: number, form: Levels): PackedRows | undefined {
  const padded = Math.ceil(dim / GROUP) * GROUP;
  const room = Math.ceil(rows / SCORE_STEP) * SCORE_STEP;
  if (bytes.length !== padded * 8 + room * LEVELS[form].rowBytes(padded)) return undefined;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return {
    form,
    dim,
    rows,
    fit: new Float32Array(aligned.buffer, aligned.byteOffset, padded * 2),
    levels: aligned.subarray(padded * 8),
  };
}
