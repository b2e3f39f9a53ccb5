import { createKernels, type KernelForm } from './kernels.ts';

/**
 * Matrix products of float32 arrays that live anywhere: operands are copied into the kernels' memory a tile at a time,
 * padded with zeros to the shapes that the kernels take.
 *
 * Shapes   row-major. All three add to `out`, which is n × m.
 * Cost     n·k·m multiply-adds: with SIMD some twenty thousand million a second, in plain loops half of one; and a copy
 *          of each operand into memory that is kept.
 * Order    fixed, and the same in every form of the kernels: equal input gives equal bits.
 */
export interface Products {
  /** out += a (n × k) · b (k × m). */
  add(out: Float32Array, a: Float32Array, b: Float32Array, n: number, k: number, m: number): void;
  /** out += aᵀ · b, with a (k × n) and b (k × m). */
  addTransposedLeft(out: Float32Array, a: Float32Array, b: Float32Array, n: number, k: number, m: number): void;
  /** out += a (n × k) · bᵀ, with b (m × k). */
  addTransposedRight(out: Float32Array, a: Float32Array, b: Float32Array, n: number, k: number, m: number): void;
}

/** Rows of the right side that are multiplied at once: half a megabyte at 512 values a row, which a cache holds. */
const TILE = 256;

export function createProducts(form?: KernelForm): Products {
  const { memory, kernels } = createKernels(form);

  /** Addresses of stretches of so many values each, one after another. */
  const places = (...lengths: readonly number[]): number[] => {
    let at = memory.scratch(lengths.reduce((sum, length) => sum + align(length) * 4, 0));
    return lengths.map((length) => {
      const place = at;
      at += align(length) * 4;
      return place;
    });
  };
  /** `rows` × `columns` of `from`, beginning at its value `offset`, to `at` with rows of `width`, padded with zeros to `height`. */
  const copyIn = (
    at: number,
    from: Float32Array,
    offset: number,
    rows: number,
    columns: number,
    height: number,
    width: number,
  ) => {
    const { f32 } = memory.views;
    if (width === columns) f32.set(from.subarray(offset, offset + rows * columns), at / 4);
    else {
      for (let i = 0; i < rows; i++) {
        const to = at / 4 + i * width;
        f32.set(from.subarray(offset + i * columns, offset + (i + 1) * columns), to);
        f32.fill(0, to + columns, to + width);
      }
    }
    f32.fill(0, at / 4 + rows * width, at / 4 + height * width);
  };
  /** Adds n × m values at `at`, in rows of `width`, to columns from `column` on of `out`, in rows of `stride`. */
  const addOut = (
    out: Float32Array,
    column: number,
    stride: number,
    at: number,
    n: number,
    m: number,
    width: number,
  ) => {
    const { f32 } = memory.views;
    for (let i = 0; i < n; i++) {
      const [to, from] = [i * stride + column, at / 4 + i * width];
      for (let j = 0; j < m; j++) out[to + j]! += f32[from + j]!;
    }
  };
  const product = (
    out: Float32Array,
    a: Float32Array,
    isTransposed: boolean,
    b: Float32Array,
    n: number,
    k: number,
    m: number,
  ) => {
    const [height, width] = [up(n, 4), up(m, 8)];
    const [left, right, result, scratch] = places(height * k, k * width, height * width, (height + 8) * k);
    if (isTransposed) copyIn(left!, a, 0, k, n, k, height);
    else copyIn(left!, a, 0, n, k, height, k);
    copyIn(right!, b, 0, k, m, k, width);
    memory.views.f32.fill(0, result! / 4, result! / 4 + height * width);
    const [row, inner] = isTransposed ? [4, height * 4] : [k * 4, 4];
    kernels.multiply(result!, left!, row, inner, right!, height, k, width, scratch!);
    addOut(out, 0, m, result!, n, m, width);
  };

  return {
    add: (out, a, b, n, k, m) => product(out, a, false, b, n, k, m),
    addTransposedLeft: (out, a, b, n, k, m) => product(out, a, true, b, n, k, m),
    addTransposedRight(out, a, b, n, k, m) {
      const [height, depth] = [up(n, 2), up(k, 4)];
      const tile = Math.min(TILE, up(m, 4));
      const [left, right, result] = places(height * depth, tile * depth, height * tile);
      copyIn(left!, a, 0, n, k, height, depth);
      for (let j = 0; j < m; j += tile) {
        const rows = Math.min(tile, m - j);
        const width = up(rows, 4);
        copyIn(right!, b, j * k, rows, k, width, depth);
        memory.views.f32.fill(0, result! / 4, result! / 4 + height * width);
        kernels.multiplyTransposed(result!, left!, right!, height, depth, width);
        addOut(out, j, m, result!, n, rows, width);
      }
    },
  };
}

/** The next multiple of `step`. */
const up = (value: number, step: number) => Math.ceil(value / step) * step;
const align = (values: number) => up(values, 16);
