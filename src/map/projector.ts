import { EngineError } from '../core/errors.ts';
import type { Projector } from '../core/map.ts';
import { middle } from '../core/middle.ts';
import { createRandom } from '../core/random.ts';
import type { VectorIndex } from '../kernels/vector-index.ts';
import { arrange } from './arrange.ts';
import { joined, strengths } from './graph.ts';
import { indexOf, nearest } from './neighbours.ts';
import { principalPlane } from './pca.ts';
import { createTurn } from './turn.ts';

/** So many neighbours say where a row belongs: UMAP's own default. */
const NEIGHBOURS = 15;
/** Fewer rows are laid out along the directions in which they differ most: neighbourhoods say little of so few. */
const FEW = 10;
/** Width of the layout to start from, from its middle. */
const START = 10;
/** Share of the time that goes into comparing. */
const COMPARING = 0.3;

/** Lays vectors out in this thread, with a look at messages every few dozen milliseconds. */
export function createProjector(): Projector {
  let anchors: { readonly index: VectorIndex; readonly points: Float32Array } | undefined;

  return {
    async fit(vectors, dim, options = {}) {
      const count = checkedRows(vectors, dim);
      const points = principalPlane(vectors, dim);
      widen(points);
      const index = indexOf(vectors, dim);
      if (count >= FEW) {
        const k = Math.min(NEIGHBOURS, count - 1);
        const near = await nearest(index, vectors, k, true, createTurn(options, 'compare', 0, COMPARING));
        const edges = joined(near, strengths(near));
        await arrange(points, edges, createTurn(options, 'arrange', COMPARING, 1));
      }
      gather(points);
      anchors = { index, points: points.slice() };
      return points;
    },

    async anchor(vectors, dim, points) {
      const count = checkedRows(vectors, dim);
      if (points.length !== count * 2)
        throw new EngineError('bad-input', `Expected a place for each of ${count} rows, got ${points.length / 2}.`);
      anchors = { index: indexOf(vectors, dim), points };
    },

    async place(vectors, options = {}) {
      if (!anchors || anchors.index.live === 0)
        throw new EngineError('bad-input', 'Expected rows that were fitted or anchored before, got none.');
      const { index, points } = anchors;
      const count = checkedRows(vectors, index.dim);
      const k = Math.min(NEIGHBOURS, index.live);
      const near = await nearest(index, vectors, k, false, createTurn(options, 'place', 0, 1));
      const weights = strengths(near);
      const placed = new Float32Array(count * 2);
      for (let row = 0; row < count; row++) {
        const own = near.rows.subarray(row * k, (row + 1) * k);
        const around = Float32Array.from({ length: k * 2 }, (_, i) => points[2 * own[i >> 1]! + (i & 1)]!);
        placed.set(middle(around, weights.subarray(row * k, (row + 1) * k)), row * 2);
      }
      return placed;
    },

    async close() {
      anchors = undefined;
    },
  };
}

/** @throws EngineError `bad-input` */
function checkedRows(vectors: Float32Array, dim: number): number {
  if (dim >= 1 && vectors.length > 0 && vectors.length % dim === 0) return vectors.length / dim;
  throw new EngineError('bad-input', `Expected rows of ${dim} values, got ${vectors.length} values.`);
}

/** To the width that `arrange` starts from; equal rows are moved apart by a hair. */
function widen(points: Float32Array): void {
  const random = createRandom(3);
  let most = 0;
  for (const value of points) most = Math.max(most, Math.abs(value));
  const factor = most > 0 ? START / most : 0;
  for (let i = 0; i < points.length; i++) points[i] = points[i]! * factor + (random.next() - 0.5) * START * 1e-3;
}

/**
 * About their mean; and what has drifted far off, as rows without a tie to the others do, is brought nearer, so that the
 * many have room: a distance d beyond the one that half of the rows stay within, R, becomes R (1 + ln(d / R)).
 */
function gather(points: Float32Array): void {
  const mean = [0, 0];
  for (let i = 0; i < points.length; i++) mean[i & 1]! += (2 * points[i]!) / points.length;
  for (let i = 0; i < points.length; i++) points[i]! -= mean[i & 1]!;
  const far = Float32Array.from({ length: points.length / 2 }, (_, i) =>
    Math.hypot(points[2 * i]!, points[2 * i + 1]!),
  );
  const limit = far.toSorted()[Math.floor(far.length / 2)]!;
  if (limit === 0) return;
  for (const [i, distance] of far.entries()) {
    if (distance <= limit) continue;
    const factor = (limit / distance) * (1 + Math.log(distance / limit));
    points[2 * i]! *= factor;
    points[2 * i + 1]! *= factor;
  }
}
