import { expect, test } from 'vitest';
import { createRate, timeLeft } from '../../src/ui/rate.ts';

test('the rate is taken over the last window, so an early crawl is forgotten', () => {
  const rate = createRate(10_000);
  for (let second = 0; second <= 60; second++) rate.note(second < 30 ? second : 30 + (second - 30) * 10, second * 1000);
  expect(rate.perSecond()).toBeCloseTo(10, 5);
});

test('no rate is given before a second has passed', () => {
  const rate = createRate();
  expect(rate.perSecond()).toBeUndefined();
  rate.note(0, 0);
  rate.note(50, 900);
  expect(rate.perSecond()).toBeUndefined();
  rate.note(60, 1200);
  expect(rate.perSecond()).toBe(50);
});

test('time left is unknown at a standstill and nothing once all is done', () => {
  expect(timeLeft(100, undefined)).toBeUndefined();
  expect(timeLeft(100, 0)).toBeUndefined();
  expect(timeLeft(100, 20)).toBe(5000);
  expect(timeLeft(-1, 20)).toBe(0);
});
