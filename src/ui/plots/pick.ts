export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The point nearest to a place, if one lies within `radius`.
 * Ties: the later one, which is drawn on top. Cost: one look at every point.
 */
export function nearestPoint(
  points: Float32Array,
  x: number,
  y: number,
  radius: number,
  takes: (point: number) => boolean,
): number | undefined {
  let best: number | undefined;
  let least = radius * radius;
  for (let i = 0, at = 0; at < points.length; i++, at += 2) {
    const dx = points[at]! - x;
    const dy = points[at + 1]! - y;
    const square = dx * dx + dy * dy;
    if (square > least || !takes(i)) continue;
    least = square;
    best = i;
  }
  return best;
}

/** A step aside counts so much more than one ahead. */
const ASIDE = 2;

/**
 * The next point in a direction: the nearest in the quarter ahead of `from`, what lies aside counting double.
 * `y` grows downwards. Ties: the lower number. Cost: one look at every point.
 */
export function nextInDirection(
  points: Float32Array,
  from: number,
  direction: Direction,
  takes: (point: number) => boolean,
): number | undefined {
  const isFlat = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const [x, y] = [points[2 * from]!, points[2 * from + 1]!];
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0, at = 0; at < points.length; i++, at += 2) {
    const dx = points[at]! - x;
    const dy = points[at + 1]! - y;
    const ahead = sign * (isFlat ? dx : dy);
    const aside = Math.abs(isFlat ? dy : dx);
    if (ahead <= 0 || aside > ahead || i === from) continue;
    const cost = ahead + ASIDE * aside;
    if (cost >= least || !takes(i)) continue;
    least = cost;
    best = i;
  }
  return best;
}
