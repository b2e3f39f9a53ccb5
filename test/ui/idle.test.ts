import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenIdle } from '../../src/ui/idle.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('without idle callbacks work comes after a pause, with a slice of time that runs out', () => {
  const seen: number[] = [];
  whenIdle((left) => {
    seen.push(left());
    vi.advanceTimersByTime(20);
    seen.push(left());
  });
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(seen[0]).toBeGreaterThan(8);
  expect(seen[1]).toBeLessThan(0);
});

test('without idle callbacks work is called off', () => {
  const work = vi.fn();
  whenIdle(work)();
  vi.advanceTimersByTime(1000);
  expect(work).not.toHaveBeenCalled();
});

test('idle callbacks are used where there are any, and called off by their handle', () => {
  const request = vi.fn((_: IdleRequestCallback) => 7);
  const cancel = vi.fn();
  vi.stubGlobal('requestIdleCallback', request);
  vi.stubGlobal('cancelIdleCallback', cancel);
  const seen: number[] = [];
  const callOff = whenIdle((left) => seen.push(left()));
  request.mock.calls[0]![0]({ didTimeout: false, timeRemaining: () => 42 });
  expect(seen).toEqual([42]);
  callOff();
  expect(cancel).toHaveBeenCalledWith(7);
});
