import fc from 'fast-check';
import { expect, test } from 'vitest';
import { middle } from '../../src/core/middle.ts';
import { createRandom } from '../../src/core/random.ts';
import { joined, strengths } from '../../src/map/graph.ts';
import { indexOf, nearest } from '../../src/map/neighbours.ts';
import { principalPlane } from '../../src/map/pca.ts';
import { createProjector } from '../../src/map/projector.ts';
import { kept, trustworthiness } from './trust.ts';

const DIM = 24;
/** Rows in heaps: directions drawn at random, each row one of them and a little more. */
function heaps(count: number, rows: number, seed = 1): Float32Array<ArrayBuffer> {
  const random = createRandom(seed);
  const centres = Array.from({ length: count }, () => Array.from({ length: DIM }, () => random.normal()));
  const vectors = new Float32Array(rows * DIM);
  for (let row = 0; row < rows; row++) {
    const own = centres[row % count]!.map((value) => value + 0.35 * random.normal());
    const length = Math.hypot(...own);
    vectors.set(
      own.map((value) => value / length),
      row * DIM,
    );
  }
  return vectors;
}
const never = async () => {};
const place = (points: Float32Array, row: number) => [points[2 * row]!, points[2 * row + 1]!] as const;
const apart = (points: Float32Array, a: number, b: number) =>
  Math.hypot(points[2 * a]! - points[2 * b]!, points[2 * a + 1]! - points[2 * b + 1]!);

test('the same rows give the same layout, and heaps stay heaps', async () => {
  const vectors = heaps(6, 240);
  const first = await createProjector().fit(vectors.slice(), DIM);
  const second = await createProjector().fit(vectors.slice(), DIM);
  expect(second).toEqual(first);
  let [within, between, pairs] = [0, 0, 0];
  for (let row = 0; row + 7 < 240; row++) {
    within += apart(first, row, row + 6);
    between += apart(first, row, row + 7);
    pairs++;
  }
  expect(within / pairs).toBeLessThan(0.5 * (between / pairs));
});

test('rows placed afterwards lie in the heaps they belong to', async () => {
  const projector = createProjector();
  const vectors = heaps(5, 400);
  const fitted = await projector.fit(vectors.slice(0, 300 * DIM), DIM);
  const placed = await projector.place(vectors.slice(300 * DIM));
  const all = Float32Array.from([...fitted, ...placed]);
  for (let row = 300; row < 400; row++) {
    const nearestRow = Array.from({ length: 300 }, (_, i) => i).sort((a, b) => apart(all, row, a) - apart(all, row, b));
    expect(nearestRow[0]! % 5, `row ${row}`).toBe(row % 5);
  }
  // The same by rows that were given their places.
  const other = createProjector();
  await other.anchor(vectors.slice(0, 300 * DIM), DIM, fitted.slice());
  expect(await other.place(vectors.slice(300 * DIM))).toEqual(placed);
});

test('neighbours are kept far better than by the two directions in which rows differ most', async () => {
  const vectors = heaps(12, 360, 5);
  const points = await createProjector().fit(vectors.slice(), DIM);
  const flat = principalPlane(vectors, DIM);
  expect(trustworthiness(vectors, DIM, points)).toBeGreaterThan(0.93);
  expect(trustworthiness(vectors, DIM, points)).toBeGreaterThan(trustworthiness(vectors, DIM, flat) + 0.05);
  expect(kept(vectors, DIM, points)).toBeGreaterThan(kept(vectors, DIM, flat) + 0.1);
});

test.each([1, 2, 3, 9, 10, 11, 17])('%i rows have a layout, equal ones among them too', async (rows) => {
  for (const vectors of [heaps(2, rows), heaps(1, 1).slice(0, DIM)]) {
    const same = vectors.length === DIM;
    const all = same ? Float32Array.from({ length: rows * DIM }, (_, i) => vectors[i % DIM]!) : vectors;
    const points = await createProjector().fit(all, DIM);
    expect(points).toHaveLength(rows * 2);
    expect(points.every(Number.isFinite)).toBe(true);
  }
});

test('bad shapes are refused, and a place asks for rows to be placed among', async () => {
  const projector = createProjector();
  await expect(projector.fit(new Float32Array(DIM + 1), DIM)).rejects.toMatchObject({ code: 'bad-input' });
  await expect(projector.fit(new Float32Array(0), DIM)).rejects.toMatchObject({ code: 'bad-input' });
  await expect(projector.place(heaps(1, 1))).rejects.toMatchObject({ code: 'bad-input' });
  await expect(projector.anchor(heaps(1, 2), DIM, new Float32Array(2))).rejects.toMatchObject({ code: 'bad-input' });
});

test('it tells how far it is, and ends where it is told to', async () => {
  const seen: number[] = [];
  const stop = new AbortController();
  const fitting = createProjector().fit(heaps(9, 2400), DIM, {
    signal: stop.signal,
    onProgress: (_, done) => {
      seen.push(done);
      if (seen.length === 2) stop.abort(new Error('enough'));
    },
  });
  await expect(fitting).rejects.toThrow('enough');
  expect(seen).toHaveLength(2);
  expect(seen[1]).toBeGreaterThan(seen[0]!);
});

test('neighbours are the nearest, each row’s own self left out', async () => {
  const vectors = heaps(4, 90, 3);
  const { rows, distances } = await nearest(indexOf(vectors, DIM), vectors, 7, true, never);
  const cosine = (a: number, b: number) => {
    let sum = 0;
    for (let d = 0; d < DIM; d++) sum += vectors[a * DIM + d]! * vectors[b * DIM + d]!;
    return sum;
  };
  for (let row = 0; row < 90; row++) {
    const truth = Array.from({ length: 90 }, (_, i) => i)
      .filter((i) => i !== row)
      .sort((a, b) => cosine(row, b) - cosine(row, a))
      .slice(0, 7);
    expect([...rows.subarray(row * 7, row * 7 + 7)]).toEqual(truth);
    expect(distances[row * 7]).toBeCloseTo(1 - cosine(row, truth[0]!), 4);
  }
});

test('a row is held by its neighbours with log2(k) in all, the nearest with 1; pairs are joined once', async () => {
  const vectors = heaps(4, 90, 3);
  const near = await nearest(indexOf(vectors, DIM), vectors, 8, true, never);
  const weights = strengths(near);
  for (let row = 0; row < 90; row++) {
    const own = weights.subarray(row * 8, row * 8 + 8);
    expect(own[0]).toBe(1);
    expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(3, 2);
  }
  const { from, to, weights: joint } = joined(near, weights);
  const pairs = new Set(Array.from(from, (a, e) => `${Math.min(a, to[e]!)}-${Math.max(a, to[e]!)}`));
  expect(pairs.size).toBe(from.length);
  for (let at = 0; at < near.rows.length; at++) {
    const [a, b] = [Math.floor(at / 8), near.rows[at]!];
    expect(pairs.has(`${Math.min(a, b)}-${Math.max(a, b)}`)).toBe(true);
  }
  expect(joint.every((weight) => weight > 0 && weight <= 1)).toBe(true);
});

test('the middle lies where weighted distances are least', () => {
  const points = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
    minLength: 3,
    maxLength: 12,
  });
  fc.assert(
    fc.property(points, (list) => {
      const flat = list.flat();
      const weights = list.map((_, i) => 1 + (i % 3));
      const cost = (x: number, y: number) =>
        list.reduce((sum, [px, py], i) => sum + weights[i]! * Math.hypot(px - x, py - y), 0);
      const found = cost(...middle(flat, weights));
      for (const [x, y] of list) expect(found).toBeLessThanOrEqual(cost(x, y) * 1.03 + 1e-6);
    }),
  );
  expect(middle([0, 0, 10, 0], [1, 1])).toEqual([5, 0]);
  // Four near and one far: it stays with the four.
  const [x] = middle([0, 0, 1, 0, 0, 1, 1, 1, 100, 0], [1, 1, 1, 1, 1]);
  expect(x).toBeLessThan(1.5);
});

test('the plane of two directions keeps what differs most', () => {
  const vectors = Float32Array.from({ length: 60 * 3 }, (_, i) => [i, (i * 7) % 11, 0.01 * (i % 5)][i % 3]!);
  const points = principalPlane(vectors, 3);
  expect(Math.abs(place(points, 59)[0] - place(points, 0)[0])).toBeGreaterThan(150);
  expect(points.filter((_, i) => i % 2 === 0).reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 1);
});
