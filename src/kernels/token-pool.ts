import { normalise } from './normalise.ts';
import { createProducts, type Products } from './products.ts';

/**
 * Few vectors that stand for many: the centroids, of length 1 again, of `count` clusters of the rows by Ward's method.
 *
 * Shapes   rows: n × dim, row-major, every row of length 1; result: min(n, count) × dim, by the first row of each cluster.
 * Ties     of equally near clusters the one with the lowest row is taken; equal input, equal output, in every form of the
 *          kernels.
 * Cost     n²·dim / 2 to multiply (SIMD), n² to cluster: 1.5 ms for 150 rows of 384, 12 ms for 510.
 * Source   Clavié, Chaffin & Adams 2024, "Reducing the Footprint of Multi-Vector Retrieval with Minimal Performance
 *          Impact via Token Pooling"; Ward 1963; the chain of nearest neighbours of Murtagh 1983, which finds exactly
 *          what merging the nearest pair again and again does.
 */
export function poolTokens(rows: Float32Array, dim: number, count: number): Float32Array<ArrayBuffer> {
  const n = rows.length / dim;
  if (n <= count) return rows.slice();
  const clusters = cut(n, wardMerges(distances(rows, n, dim), n), count);
  const pooled = new Float32Array(count * dim);
  for (let row = 0; row < n; row++) {
    const to = clusters[row]! * dim;
    for (let i = 0; i < dim; i++) pooled[to + i]! += rows[row * dim + i]!;
  }
  normalise(pooled, dim);
  return pooled;
}

/** Two clusters, each named by its lowest row, that become one at a cost: by how much the squared distances within grow. */
interface Merge {
  readonly low: number;
  readonly high: number;
  readonly cost: number;
}

let products: Products | undefined;
/** Rows that are multiplied at once. */
const STRIP = 64;

/** n × n: what merging two rows of length 1 costs, 1 − their cosine. */
function distances(rows: Float32Array, n: number, dim: number): Float64Array {
  products ??= createProducts();
  const costs = new Float64Array(n * n);
  // A strip of rows against those up to its end: the lower half, which does for both.
  for (let from = 0; from < n; from += STRIP) {
    const to = Math.min(from + STRIP, n);
    const cosines = new Float32Array((to - from) * to);
    const strip = rows.subarray(from * dim, to * dim);
    products.addTransposedRight(cosines, strip, rows.subarray(0, to * dim), to - from, dim, to);
    for (let i = from; i < to; i++) {
      for (let j = 0; j < i; j++) {
        costs[i * n + j] = costs[j * n + i] = Math.max(0, 1 - cosines[(i - from) * to + j]!);
      }
    }
  }
  return costs;
}

/**
 * All n − 1 merges. A chain goes from a cluster to its nearest, and on, until two are each other's nearest: those are
 * merged, and since that brings no third one nearer to either, the rest of the chain stays true.
 *
 * @param costs n × n, symmetric; used up.
 */
function wardMerges(costs: Float64Array, n: number): Merge[] {
  const sizes = new Uint16Array(n).fill(1);
  const live = Array.from({ length: n }, (_, i) => i);
  const chain: number[] = [];
  const merges: Merge[] = [];
  while (live.length > 1) {
    if (chain.length === 0) chain.push(live[0]!);
    const top = chain.at(-1)!;
    const before = chain.at(-2);
    let [nearest, least] = before === undefined ? [-1, Number.POSITIVE_INFINITY] : [before, costs[top * n + before]!];
    for (const other of live) {
      const cost = costs[top * n + other]!;
      if (cost < least && other !== top) [nearest, least] = [other, cost];
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [low, high] = top < nearest ? [top, nearest] : [nearest, top];
    merges.push({ low, high, cost: least });
    live.splice(live.indexOf(high), 1);
    const [a, b] = [sizes[low]!, sizes[high]!];
    for (const other of live) {
      if (other === low) continue;
      const c = sizes[other]!;
      // Lance & Williams 1967.
      const sum = (a + c) * costs[low * n + other]! + (b + c) * costs[high * n + other]! - c * least;
      costs[low * n + other] = costs[other * n + low] = sum / (a + b + c);
    }
    sizes[low] = a + b;
  }
  return merges;
}

/** The cluster of each row, 0 … count − 1 by their lowest row, when the cheapest merges have been made. */
function cut(n: number, merges: readonly Merge[], count: number): Uint16Array {
  // A cluster is found after its parts, and costs no less than they did but for rounding.
  const costs = new Float64Array(n);
  const ordered = merges.map(({ low, high, cost }) => {
    costs[low] = Math.max(cost, costs[low]!, costs[high]!);
    return { low, high, cost: costs[low]! };
  });
  ordered.sort((x, y) => x.cost - y.cost);
  const into = Uint16Array.from({ length: n }, (_, row) => row);
  for (const { low, high } of ordered.slice(0, n - count)) into[high] = low;
  const clusters = new Uint16Array(n);
  let next = 0;
  for (let row = 0; row < n; row++) clusters[row] = into[row] === row ? next++ : clusters[into[row]!]!;
  return clusters;
}
