/** Neighbours that the measures below look at. */
const K = 10;

/** Of every row the others, nearest first. */
function orders(rows: number, distance: (a: number, b: number) => number): number[][] {
  return Array.from({ length: rows }, (_, row) => {
    const far = Float64Array.from({ length: rows }, (_, other) => distance(row, other));
    return Array.from({ length: rows }, (_, other) => other)
      .filter((other) => other !== row)
      .sort((a, b) => far[a]! - far[b]! || a - b);
  });
}

function bothOrders(vectors: Float32Array, dim: number, points: Float32Array) {
  const rows = points.length / 2;
  const truth = orders(rows, (a, b) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += vectors[a * dim + d]! * vectors[b * dim + d]!;
    return -sum;
  });
  const drawn = orders(rows, (a, b) =>
    Math.hypot(points[2 * a]! - points[2 * b]!, points[2 * a + 1]! - points[2 * b + 1]!),
  );
  return { rows, truth, drawn };
}

/**
 * How far what looks near is near: 1 where the ten nearest in the plane are among the ten nearest there are, about .5 by
 * chance. Source: Venna & Kaski 2001, "Neighborhood preservation in nonlinear projection methods".
 */
export function trustworthiness(vectors: Float32Array, dim: number, points: Float32Array): number {
  const { rows, truth, drawn } = bothOrders(vectors, dim, points);
  let penalty = 0;
  for (let row = 0; row < rows; row++) {
    const rank = new Map(truth[row]!.map((other, place) => [other, place + 1]));
    for (const other of drawn[row]!.slice(0, K)) penalty += Math.max(0, rank.get(other)! - K);
  }
  return 1 - (2 / (rows * K * (2 * rows - 3 * K - 1))) * penalty;
}

/** Share of the ten nearest that are among the ten nearest in the plane. */
export function kept(vectors: Float32Array, dim: number, points: Float32Array): number {
  const { rows, truth, drawn } = bothOrders(vectors, dim, points);
  let common = 0;
  for (let row = 0; row < rows; row++) {
    const near = new Set(drawn[row]!.slice(0, K));
    common += truth[row]!.slice(0, K).filter((other) => near.has(other)).length;
  }
  return common / (rows * K);
}
