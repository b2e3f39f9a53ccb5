/** Rounds of the iteration below; it has settled by then to a hundredth of the spread. */
const ROUNDS = 24;

/**
 * The weighted geometric median of points in the plane: the place with the least sum of weighted distances. Unlike their
 * mean it stays with the many when a few lie far away.
 *
 * Shapes   points: x, y of each; weights: one a point, not all 0.
 * Ties     where distances would be 0, they count as a hundredth of the points' spread, so that the median of two alike
 *          lies between them.
 * Source   Weiszfeld 1937, "Sur le point pour lequel la somme des distances de n points donnés est minimum".
 */
export function middle(points: ArrayLike<number>, weights: ArrayLike<number>): [x: number, y: number] {
  let [x, y] = weigh(points, weights, () => 1);
  let spread = 0;
  for (let i = 0; i < weights.length; i++) {
    spread = Math.max(spread, Math.hypot(points[2 * i]! - x, points[2 * i + 1]! - y));
  }
  if (spread === 0) return [x, y];
  for (let round = 0; round < ROUNDS; round++) {
    const [x0, y0] = [x, y];
    [x, y] = weigh(
      points,
      weights,
      (i) => 1 / (Math.hypot(points[2 * i]! - x0, points[2 * i + 1]! - y0) + spread / 100),
    );
  }
  return [x, y];
}

function weigh(points: ArrayLike<number>, weights: ArrayLike<number>, factor: (i: number) => number): [number, number] {
  let [x, y, total] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]! * factor(i);
    x += weight * points[2 * i]!;
    y += weight * points[2 * i + 1]!;
    total += weight;
  }
  return [x / total, y / total];
}
