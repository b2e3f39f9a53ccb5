import type { Neighbours } from './neighbours.ts';

/** Steps to the width at which a row's neighbours weigh what they should. */
const HALVINGS = 32;
/** A width is at least this share of the mean distance to the neighbours: rows in a heap of equals have one too. */
const LEAST_WIDTH = 1e-3;

/**
 * How strongly each row is held by each of its neighbours: 1 for the nearest, less for the others, so that they are
 * log2(k) in all.
 *
 * Shapes   result: rows × k, as `neighbours`.
 * Source   McInnes, Healy & Melville 2018, "UMAP", algorithm 3 (SmoothKNNDist), local connectivity 1.
 */
export function strengths({ k, distances }: Neighbours): Float32Array {
  const weights = new Float32Array(distances.length);
  const wanted = Math.log2(k);
  for (let at = 0; at < distances.length; at += k) {
    const own = distances.subarray(at, at + k);
    const nearest = own.find((distance) => distance > 0) ?? 0;
    const sum = (width: number) => {
      let total = 0;
      for (const distance of own) total += distance > nearest ? Math.exp((nearest - distance) / width) : 1;
      return total;
    };
    let [low, high, width] = [0, Number.POSITIVE_INFINITY, 1];
    for (let i = 0; i < HALVINGS; i++) {
      if (sum(width) > wanted) high = width;
      else low = width;
      width = high === Number.POSITIVE_INFINITY ? width * 2 : (low + high) / 2;
    }
    let mean = 0;
    for (const distance of own) mean += distance / k;
    width = Math.max(width, LEAST_WIDTH * mean, Number.MIN_VALUE);
    for (let i = 0; i < k; i++) {
      weights[at + i] = own[i]! > nearest ? Math.exp((nearest - own[i]!) / width) : 1;
    }
  }
  return weights;
}

/** Pairs of rows that hold one another, each once, and how strongly: 0–1. */
export interface Edges {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly weights: Float32Array;
}

/** What two rows say of one another, as one: the chance that either holds (a + b − ab, the fuzzy union of the paper). */
export function joined({ k, rows }: Pick<Neighbours, 'k' | 'rows'>, weights: Float32Array): Edges {
  const from: number[] = [];
  const to: number[] = [];
  const joint: number[] = [];
  for (let at = 0; at < rows.length; at++) {
    const [a, b] = [Math.floor(at / k), rows[at]!];
    const back = rows.subarray(b * k, (b + 1) * k).indexOf(a);
    if (back >= 0 && b < a) continue; // it was met from the other side
    const other = back < 0 ? 0 : weights[b * k + back]!;
    from.push(a);
    to.push(b);
    joint.push(weights[at]! + other - weights[at]! * other);
  }
  return { from: Uint32Array.from(from), to: Uint32Array.from(to), weights: Float32Array.from(joint) };
}
