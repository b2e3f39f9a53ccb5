import { expect, test } from 'vitest';
import { share } from '../../src/embed/shared.ts';

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 0, value));

test('many callers, one start; a later caller gets the same value', async () => {
  let starts = 0;
  const shared = share(() => later(++starts));
  expect(await Promise.all([shared.get(), shared.get()])).toEqual([1, 1]);
  expect(await shared.get()).toBe(1);
});

test('a failure reaches all who wait and is forgotten', async () => {
  let starts = 0;
  const shared = share(async () => {
    if (++starts === 1) throw new Error('offline');
    return starts;
  });
  const both = await Promise.allSettled([shared.get(), shared.get()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await shared.get()).toBe(2);
});

test('one caller’s abort does not disturb another; when nobody waits, the work is aborted and the next call starts anew', async () => {
  const signals: AbortSignal[] = [];
  const shared = share(({ signal }) => {
    signals.push(signal);
    return later(signals.length);
  });
  const [a, b] = [new AbortController(), new AbortController()];
  const first = shared.get({ signal: a.signal });
  const second = shared.get({ signal: b.signal });
  await Promise.resolve();
  a.abort(new Error('a'));
  await expect(first).rejects.toThrow('a');
  expect(signals[0]!.aborted).toBe(false);
  b.abort(new Error('b'));
  await expect(second).rejects.toThrow('b');
  expect(signals[0]!.aborted).toBe(true);
  expect(await shared.get()).toBe(2);
});

test('every waiting caller hears of progress, and a late one first hears how far it is', async () => {
  let tell: (loaded: number) => void = () => {};
  const shared = share<string>(({ onBytes }) => {
    tell = onBytes;
    return later('done');
  });
  const heard: number[][] = [[], []];
  const first = shared.get({ onBytes: (n) => heard[0]!.push(n) });
  await Promise.resolve();
  tell(10);
  const second = shared.get({ onBytes: (n) => heard[1]!.push(n) });
  tell(20);
  await Promise.all([first, second]);
  expect(heard).toEqual([
    [0, 10, 20],
    [10, 20],
  ]);
});
