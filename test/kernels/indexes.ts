import fc from 'fast-check';
import { Bitmap } from '../../src/kernels/bitmap.ts';
import { dot } from '../../src/kernels/dot.ts';
import type { KernelForm } from '../../src/kernels/kernels.ts';
import { decodePacked, encodePacked, packVectors } from '../../src/kernels/packed-rows.ts';
import { measureRecall } from '../../src/kernels/recall.ts';
import { VectorIndex } from '../../src/kernels/vector-index.ts';

/**
 * What an index promises, against slow loops over plain arrays. Run for each form of the kernels, in Node and in
 * Chromium (test/browser/kernels.test.ts). A check throws when it fails.
 */
export const promises: Record<string, (form: KernelForm) => void> = {
  'with every row a candidate, search is a sort by exact score, the lower row first': (kernels) => {
    fc.assert(
      fc.property(collections, (given) => {
        for (const scan of ['int4', 'int8', 'float32'] as const) {
          const { index, wanted, queries, filter } = build(given, { scan, kernels });
          const found = index.search(queries, given.k, { candidates: index.rows, ...filter });
          same(
            found.map(({ rows }) => [...rows]),
            wanted.map((best) => best.map(({ row }) => row)),
          );
          same(
            found.map(({ scores }) => [...scores]),
            wanted.map((best) => best.map(({ score }) => score)),
          );
        }
      }),
      { numRuns: 40 },
    );
  },

  'one query alone finds what it finds among others': (kernels) => {
    fc.assert(
      fc.property(collections, (given) => {
        const { index, queries, filter } = build(given, { kernels });
        const dim = given.dim;
        const options = { candidates: 3, ...filter };
        const together = index.search(queries, 2, options);
        together.forEach((best, q) => {
          same(index.search(queries.subarray(q * dim, (q + 1) * dim), 2, options), [best]);
        });
      }),
      { numRuns: 20 },
    );
  },

  'every form of the kernels finds the same rows with the same scores': (kernels) => {
    const vectors = clusters(5000, 48, 1);
    const queries = clusters(7, 48, 2);
    for (const scan of ['int4', 'int8'] as const) {
      for (const exact of ['float32', 'int8'] as const) {
        const [a, b] = [kernels, 'typed-arrays' as const].map((form) => {
          const index = new VectorIndex({ dim: 48, scan, exact, kernels: form });
          index.add(vectors);
          return index.search(queries, 10);
        });
        same(a, b);
      }
    }
  },

  'deleted rows and rows outside the filter are never found, in full segments and in the open one': (kernels) => {
    const index = new VectorIndex({ dim: 24, kernels });
    index.add(clusters(4096 + 700, 24, 3));
    const filter = new Bitmap(index.rows);
    for (let row = 0; row < index.rows; row += 3) filter.add(row);
    for (let row = 0; row < index.rows; row += 2) index.remove(row);
    same(index.live, (4096 + 700) / 2);
    const queries = clusters(5, 24, 4);
    for (const { rows } of index.search(queries, 50, { filter })) {
      same(rows.length, 50);
      for (const row of rows) same([row % 2, row % 3], [1, 0]);
    }
    for (const { rows } of index.search(queries, 5, { filter: new Bitmap(0) })) same(rows.length, 0);
  },

  'adding bit by bit finds what adding at once finds': (kernels) => {
    const vectors = clusters(5200, 40, 5);
    const once = new VectorIndex({ dim: 40, kernels });
    same(once.add(vectors), 0);
    const often = new VectorIndex({ dim: 40, kernels });
    for (let row = 0; row < 5200; row += 130) same(often.add(vectors.subarray(row * 40, (row + 130) * 40)), row);
    const queries = clusters(9, 40, 6);
    const rows = (index: VectorIndex) => index.search(queries, 10).map((best) => [...best.rows]);
    same(rows(often), rows(once));
  },

  'without float32, scores are within 0.01 of the exact ones and vectors are nearly what was added': (kernels) => {
    const vectors = clusters(4096 + 300, 64, 7);
    const index = new VectorIndex({ dim: 64, exact: 'int8', kernels });
    index.add(vectors);
    const query = clusters(1, 64, 8);
    const [best] = index.search(query, 10);
    best!.rows.forEach((row, i) => {
      within(best!.scores[i]!, dot(query, vectors, row * 64), 0.01);
    });
    for (const row of [0, 77, 4095, 4096, 4395]) within(dot(index.vector(row), vectors, row * 64), 1, 0.01);
    same(measureRecall(index).recall > 0.95, true);
    const withFloat32 = new VectorIndex({ dim: 64, kernels });
    withFloat32.add(vectors);
    same(index.bytes < withFloat32.bytes, true);
  },

  'a pass over signs finds what a pass over levels finds, in every form, with filters and deleted rows': (kernels) => {
    const vectors = clusters(4096 * 2 + 4000, 192, 21);
    const queries = clusters(12, 192, 22);
    const build = (signedFrom: number, form: KernelForm) => {
      const index = new VectorIndex({ dim: 192, signedFrom, kernels: form });
      // A segment that is added, one that is loaded and one that is loaded short of a multiple of 32, which leaves a gap.
      index.add(vectors.subarray(0, 4096 * 192));
      for (const [from, to] of [
        [4096, 8100],
        [8100, 12_192],
      ] as const) {
        const part = vectors.subarray(from * 192, to * 192);
        index.supply(index.load(packVectors(part, 192, 'int4')), part);
      }
      for (let row = 0; row < index.rows; row += 7) index.remove(row);
      return index;
    };
    const [signed, plain, twin] = [build(0, kernels), build(Infinity, kernels), build(0, 'typed-arrays')];
    const filter = new Bitmap(signed.rows);
    for (let row = 0; row < signed.rows; row += 2) filter.add(row);
    for (const options of [{}, { filter }]) {
      const found = signed.search(queries, 10, options);
      same(found, twin.search(queries, 10, options));
      const wanted = plain.search(queries, 10, options).map(({ rows }) => [...rows]);
      const hits = found.map(({ rows }, q) => [...rows].filter((row) => wanted[q]!.includes(row)).length);
      same(hits.reduce((sum, each) => sum + each, 0) >= 0.98 * 120, true);
      for (const { rows } of found)
        for (const row of rows) same([row % 7 > 0, !('filter' in options) || row % 2 === 0], [true, true]);
    }
    // Estimates are near, and rows that do not take part are nowhere.
    const scores = signed.pass(queries.subarray(0, 192)).scores.slice();
    let [error, n] = [0, 0];
    for (let row = 0; row < signed.rows; row++) {
      if (!signed.has(row)) same(scores[row], -Infinity);
      else {
        const exact = signed.score(queries.subarray(0, 192), Uint32Array.of(row))[0]!;
        within(scores[row]!, exact, 0.5);
        error += scores[row]! - exact;
        n++;
      }
    }
    within(error / n, 0, 0.05);
  },

  'the mean and the deviation are those of all scores that take part': (kernels) => {
    const vectors = clusters(4500, 32, 9);
    const index = new VectorIndex({ dim: 32, scan: 'float32', kernels });
    index.add(vectors);
    index.remove(17);
    const query = clusters(1, 32, 10);
    const scores = [...index.pass(query).scores].filter((score) => score > -Infinity);
    const mean = scores.reduce((sum, score) => sum + score, 0) / 4499;
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 4499;
    const [best] = index.search(query, 1);
    same(scores.length, 4499);
    within(best!.mean, mean, 1e-6);
    within(best!.deviation, Math.sqrt(variance), 1e-5);
  },

  'a pass is near the exact score for every row that takes part, and -Infinity for the others': (kernels) => {
    const vectors = clusters(4700, 32, 11);
    for (const [scan, error] of [
      ['int4', 0.1],
      ['int8', 0.03],
      ['float32', 0],
    ] as const) {
      const index = new VectorIndex({ dim: 32, scan, kernels });
      index.add(vectors);
      index.remove(3);
      const query = clusters(1, 32, 12);
      const all = index.pass(query).scores.slice();
      const rows = index.search(query, 20)[0]!.rows;
      same(all[3], -Infinity);
      for (let row = 4; row < 4700; row++) within(all[row]!, dot(query, vectors, row * 32), error);
      const every = index.pass(query, { exact: true }).scores.slice();
      for (let row = 4; row < 4700; row++) same(every[row], dot(query, vectors, row * 32));
      const exact = index.score(query, rows);
      rows.forEach((row, i) => {
        same(exact[i], dot(query, vectors, row * 32));
      });
    }
  },

  'packed rows are found at once, exactly as soon as float32 is there, among rows that were added': (kernels) => {
    const vectors = clusters(5000, 40, 14);
    const part = (from: number, to: number) => vectors.subarray(from * 40, to * 40);
    const packed = (from: number, to: number) => {
      const rows = packVectors(part(from, to), 40, 'int4');
      return decodePacked(encodePacked(rows), 40, to - from, 'int4')!;
    };
    const index = new VectorIndex({ dim: 40, kernels });
    const cuts = [0, 4096, 4097, 4500, 4600, 5000];
    const firsts = cuts.slice(0, -1).map((from, i) => {
      const to = cuts[i + 1]!;
      return i === 3 ? index.add(part(from, to)) : index.load(packed(from, to));
    });
    same(index.live, 5000);
    const numberOf = (row: number) => {
      const i = cuts.findLastIndex((cut) => cut <= row);
      return firsts[i]! + row - cuts[i]!;
    };
    const queries = clusters(6, 40, 15);
    const plain = new VectorIndex({ dim: 40, scan: 'float32', kernels });
    plain.add(vectors);
    const exact = plain.search(queries, 10);
    const wanted = exact.map(({ rows }) => [...rows].map(numberOf));
    const found = (k: number) => index.search(queries, k).map(({ rows }) => [...rows]);
    const early = found(30);
    wanted.forEach((rows, q) => {
      for (const row of rows) same(early[q]!.includes(row), true);
    });
    firsts.forEach((first, i) => {
      if (i !== 3) index.supply(first, part(cuts[i]!, cuts[i + 1]!));
    });
    same(found(10), wanted);
    same(
      index.search(queries, 10).map(({ scores }) => [...scores]),
      exact.map(({ scores }) => [...scores]),
    );
    same(decodePacked(new Uint8Array(7), 40, 1, 'int4'), undefined);
  },

  'rows that are loaded and then supplied where float32 is not kept are those that are added there': (kernels) => {
    const vectors = clusters(8192, 40, 18);
    const queries = clusters(6, 40, 19);
    const options = { dim: 40, exact: 'int8', kernels } as const;
    const [added, loaded] = [new VectorIndex(options), new VectorIndex(options)];
    added.add(vectors);
    const parts = [vectors.subarray(0, 4096 * 40), vectors.subarray(4096 * 40)];
    const firsts = parts.map((part) => loaded.load(packVectors(part, 40, 'int4')));
    same(loaded.score(queries.subarray(0, 40), Uint32Array.of(5)), Float32Array.of(Number.NaN));
    parts.forEach((part, i) => void loaded.supply(firsts[i]!, part));
    same(loaded.search(queries, 10), added.search(queries, 10));
    same(loaded.searchExact(queries, 10), added.searchExact(queries, 10));
    // In 7 bits a row is nearly what it was.
    const plain = new VectorIndex({ dim: 40, kernels });
    plain.add(vectors);
    const exact = plain.searchExact(queries, 1).map(({ scores }) => scores[0]!);
    loaded.searchExact(queries, 1).forEach(({ scores }, q) => {
      same(Math.abs(scores[0]! - exact[q]!) < 0.01, true);
    });
  },

  'recall is 1 with every row a candidate, and less with few': (kernels) => {
    const index = new VectorIndex({ dim: 100, kernels });
    index.add(clusters(600, 100, 13));
    same(measureRecall(index, { candidates: index.rows }).recall, 1);
    same(measureRecall(index, { candidates: 10 }).recall < 1, true);
    same(measureRecall(new VectorIndex({ dim: 3, kernels })).recall, 1);
  },
};

interface Collection {
  readonly dim: number;
  readonly rows: readonly (readonly number[])[];
  readonly queries: readonly (readonly number[])[];
  readonly removed: readonly number[];
  readonly kept: readonly number[] | undefined;
  readonly k: number;
}

/** Small whole numbers, so that ties are common and every float32 sum is exact; sizes round 256, where levels begin. */
const collections: fc.Arbitrary<Collection> = fc.integer({ min: 1, max: 20 }).chain((dim) => {
  const vector = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: dim, maxLength: dim });
  return fc.record({
    dim: fc.constant(dim),
    rows: fc.array(vector, { maxLength: 12 }).chain((rows) => fc.nat(40).map((times) => repeat(rows, times))),
    queries: fc.array(vector, { minLength: 1, maxLength: 3 }),
    removed: fc.array(fc.nat(400), { maxLength: 20 }),
    kept: fc.option(fc.array(fc.nat(400), { maxLength: 200 }), { nil: undefined }),
    k: fc.nat(30),
  });
});

const repeat = <T>(items: readonly T[], times: number) => Array.from({ length: times }, () => items).flat();

function build(given: Collection, options: Omit<ConstructorParameters<typeof VectorIndex>[0], 'dim'>) {
  const index = new VectorIndex({ dim: given.dim, ...options });
  index.add(Float32Array.from(given.rows.flat()));
  for (const row of given.removed) index.remove(row);
  const part = (row: number) => !given.removed.includes(row) && (given.kept?.includes(row) ?? true);
  const wanted = given.queries.map((query) =>
    given.rows
      .map((values, row) => ({ row, score: values.reduce((sum, value, i) => sum + value * query[i]!, 0) }))
      .filter(({ row }) => part(row))
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .slice(0, given.k),
  );
  const filter = given.kept ? { filter: Bitmap.of(given.rows.length, given.kept) } : {};
  return { index, wanted, filter, queries: Float32Array.from(given.queries.flat()) };
}

/** Unit vectors around a few centres, as embeddings are; the same for a seed. */
function clusters(rows: number, dim: number, seed: number): Float32Array {
  const values = new Float32Array(rows * dim);
  let state = seed * 7919 + 17;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' linear congruential generator
    return state / 2 ** 32 - 0.5;
  };
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let i = 0; i < dim; i++) {
      const value = Math.cos((row % 16) * 1.7 + i * 0.9) * 0.4 + random();
      values[row * dim + i] = value;
      squares += value * value;
    }
    for (let i = 0; i < dim; i++) values[row * dim + i]! /= Math.sqrt(squares);
  }
  return values;
}

function same(actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value, plainly));
  if (a !== b) throw new Error(`expected ${b?.slice(0, 300)}, got ${a?.slice(0, 300)}`);
}

/** JSON knows neither typed arrays nor -Infinity, and 0 and -0 are equal here as in a ranking. */
const plainly = (_: string, value: unknown) =>
  ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value === -Infinity ? '-Infinity' : value;

function within(actual: number, expected: number, absolute: number): void {
  if (!(Math.abs(actual - expected) <= absolute)) throw new Error(`expected ${expected} ± ${absolute}, got ${actual}`);
}
