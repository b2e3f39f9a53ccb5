import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Direction, nearestPoint, nextInDirection } from '../../src/ui/plots/pick.ts';

const all = () => true;
/** Few distinct places, so that ties are common. */
const clouds = fc
  .array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 })), { minLength: 1, maxLength: 40 })
  .map((list) => Float32Array.from(list.flat()));
const far = (points: Float32Array, i: number, x: number, y: number) =>
  Math.hypot(points[2 * i]! - x, points[2 * i + 1]! - y);

test('the nearest point within reach is found, of equals the one on top, and none that is not meant', () => {
  fc.assert(
    fc.property(clouds, fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 6 }), (points, x, radius) => {
      const takes = (i: number) => i % 3 !== 1;
      const found = nearestPoint(points, x, 0, radius, takes);
      const others = Array.from({ length: points.length / 2 }, (_, i) => i).filter(
        (i) => takes(i) && far(points, i, x, 0) <= radius,
      );
      if (found === undefined) {
        expect(others).toEqual([]);
        return;
      }
      const least = Math.min(...others.map((i) => far(points, i, x, 0)));
      expect(found).toBe(others.findLast((i) => far(points, i, x, 0) === least));
    }),
  );
});

const AHEAD: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

test('an arrow leads ahead, never aside, and back again where nothing else is nearer', () => {
  fc.assert(
    fc.property(clouds, fc.constantFrom<Direction>('left', 'right', 'up', 'down'), (points, direction) => {
      const next = nextInDirection(points, 0, direction, all);
      const [ax, ay] = AHEAD[direction];
      const ahead = (i: number) => (points[2 * i]! - points[0]!) * ax + (points[2 * i + 1]! - points[1]!) * ay;
      const aside = (i: number) =>
        Math.abs((points[2 * i]! - points[0]!) * ay + (points[2 * i + 1]! - points[1]!) * ax);
      const cost = (i: number) => ahead(i) + 2 * aside(i);
      const open = Array.from({ length: points.length / 2 }, (_, i) => i).filter(
        (i) => ahead(i) > 0 && aside(i) <= ahead(i),
      );
      if (next === undefined) {
        expect(open).toEqual([]);
        return;
      }
      expect(open).toContain(next);
      expect(cost(next)).toBe(Math.min(...open.map(cost)));
    }),
  );
  const row = Float32Array.of(0, 0, 3, 0, 7, 1);
  expect(nextInDirection(row, 0, 'right', all)).toBe(1);
  expect(nextInDirection(row, 1, 'left', all)).toBe(0);
  expect(nextInDirection(row, 0, 'right', (i) => i !== 1)).toBe(2);
  expect(nextInDirection(row, 0, 'up', all)).toBeUndefined();
});

test('every point of a cloud can be come to by arrows', () => {
  let state = 5;
  const random = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  const points = Float32Array.from({ length: 160 }, () => random() * 10);
  const seen = new Set([0]);
  for (const at of seen) {
    for (const direction of Object.keys(AHEAD) as Direction[]) {
      const next = nextInDirection(points, at, direction, all);
      if (next !== undefined) seen.add(next);
    }
  }
  expect(seen.size).toBeGreaterThanOrEqual(76);
});
