import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf, bringing, panned, showing, toPlane, toScreen, within, zoomed } from '../../src/ui/plots/camera.ts';

const size = { width: 800, height: 500 };
const number = fc.double({ min: -100, max: 100, noNaN: true });
const cameras = fc.record({ x: number, y: number, scale: fc.double({ min: 0.1, max: 50, noNaN: true }) });
const spots = fc.tuple(fc.double({ min: 0, max: 800, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }));
const whole = { x: 0, y: 0, scale: 1 };

test('a place on the screen is a place in the plane, and back', () => {
  fc.assert(
    fc.property(cameras, spots, (camera, spot) => {
      const [x, y] = toScreen(camera, size, toPlane(camera, size, spot));
      expect(x).toBeCloseTo(spot[0], 6);
      expect(y).toBeCloseTo(spot[1], 6);
    }),
  );
});

test('what lies under the pointer stays there while one zooms, and there is an end to zooming', () => {
  fc.assert(
    fc.property(cameras, spots, fc.double({ min: 0.2, max: 5, noNaN: true }), (camera, spot, factor) => {
      const before = toPlane(camera, size, spot);
      const after = zoomed(camera, size, factor, spot, whole);
      const [x, y] = toScreen(after, size, before);
      expect(x).toBeCloseTo(spot[0], 4);
      expect(y).toBeCloseTo(spot[1], 4);
    }),
  );
  let camera = whole;
  for (let i = 0; i < 50; i++) camera = zoomed(camera, size, 2, [10, 10], whole);
  expect(camera.scale).toBe(200);
  for (let i = 0; i < 50; i++) camera = zoomed(camera, size, 0.5, [10, 10], whole);
  expect(camera.scale).toBe(0.6);
});

test('everything is shown, with a margin around', () => {
  const points = [-3, 2, 5, 7, 1, -4];
  const bounds = boundsOf(points);
  expect(bounds).toEqual({ left: -3, right: 5, top: -4, bottom: 7 });
  const camera = showing(bounds, size, 30);
  for (let i = 0; i < 3; i++) {
    const [x, y] = toScreen(camera, size, [points[2 * i]!, points[2 * i + 1]!]);
    expect(x).toBeGreaterThanOrEqual(29.999);
    expect(x).toBeLessThanOrEqual(770.001);
    expect(y).toBeGreaterThanOrEqual(29.999);
    expect(y).toBeLessThanOrEqual(470.001);
  }
  expect(boundsOf(points, (point) => point === 1)).toEqual({ left: 5, right: 5, top: 7, bottom: 7 });
  expect(showing(boundsOf([]), size, 30).scale).toBeGreaterThan(0);
  expect(Number.isFinite(showing(boundsOf([1, 1]), { width: 0, height: 0 }, 30).scale)).toBe(true);
});

test('a point is brought in by the shortest way, above what covers the foot; one that is seen moves nothing', () => {
  const camera = { x: 0, y: 0, scale: 10 };
  expect(bringing(camera, size, [1, 1], 30)).toEqual(camera);
  const right = bringing(camera, size, [50, 0], 30);
  expect(toScreen(right, size, [50, 0])).toEqual([770, 250]);
  const [, y] = toScreen(bringing(camera, size, [0, 20], 30, 200), size, [0, 20]);
  expect(y).toBe(270);
  expect(toScreen(panned(camera, 5, -3), size, [0, 0])).toEqual([405, 247]);
  expect(within({ x: 99, y: -99, scale: 1 }, { left: -1, right: 1, top: -2, bottom: 2 })).toMatchObject({
    x: 1,
    y: -2,
  });
});
