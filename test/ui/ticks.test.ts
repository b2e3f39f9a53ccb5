import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepsOf, ticksOf } from '../../src/ui/plots/ticks.ts';

test('ticks are two to six, evenly apart, and hold every value', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      fc.pre(high - low > 1e-6 * Math.max(1, Math.abs(high)) || high === low);
      const ticks = ticksOf(low, high);
      const slack = 1e-6 * (ticks[1]! - ticks[0]!) + 1e-9;
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks[0]!).toBeLessThanOrEqual(low + slack);
      expect(ticks.at(-1)!).toBeGreaterThanOrEqual(high - slack);
    }),
  );
});

test('ticks are round: a share of .77 to 1 has tenths', () => {
  expect(ticksOf(0.77, 1)).toEqual([0.7, 0.8, 0.9, 1]);
});

test('steps are whole and few', () => {
  expect(stepsOf(0, 12)).toEqual([0, 2, 4, 6, 8, 10, 12]);
  expect(stepsOf(3, 3)).toEqual([3]);
  expect(stepsOf(1, 600).length).toBeLessThanOrEqual(8);
});
