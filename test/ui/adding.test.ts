import { expect, test, vi } from 'vitest';
import type { AddOptions, AddReport, StorageEstimate } from '../../src/core/engine.ts';
import { EngineError } from '../../src/core/errors.ts';
import type { SourceFile } from '../../src/core/types.ts';
import { createAdder, type Room } from '../../src/ui/adding.ts';
import type { Adding, Outcome } from '../../src/ui/state.ts';

const files = (count: number, folder = 'f'): SourceFile[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${folder}/${i}.md`, data: new Blob(['four']) }));

const plenty: StorageEstimate = { bytes: 4, withoutTokens: 1, fits: 'whole' };
const never = async (): Promise<Room> => {
  throw new Error('there is room: nobody need be asked');
};

/** An adder over an engine whose `add` is given; resolves with what the page was shown. */
function adding(
  add: (files: readonly SourceFile[], options: AddOptions) => Promise<AddReport>,
  estimate = async () => plenty,
  chooseRoom: (estimate: StorageEstimate) => Promise<Room> = never,
) {
  const progress: Adding[] = [];
  let end: (outcome: Outcome) => void = () => {};
  const ended = new Promise<Outcome>((resolve) => {
    end = resolve;
  });
  const adder = createAdder(
    { add: (given, options = {}) => add(given, options), estimate },
    { chooseRoom, onProgress: (shown) => progress.push(shown), onEnd: end },
  );
  return { adder, progress, ended };
}
const report = (added: number): AddReport => ({ added, unchanged: 0, skipped: [], passages: added });

test('a thousand files reach the engine in several calls, and progress counts them as one', async () => {
  const calls: number[] = [];
  const { adder, progress, ended } = adding(async (given, { onProgress }) => {
    calls.push(given.length);
    const bytes = given.length * 4;
    onProgress?.({
      phase: 'index',
      current: 'x',
      files: given.length,
      filesTotal: given.length,
      bytes,
      bytesTotal: bytes,
      passages: 1,
    });
    return report(given.length);
  });
  adder.add(async () => files(1000));
  expect(await ended).toMatchObject({ kind: 'done', added: 1000 });
  expect(calls.reduce((a, b) => a + b)).toBe(1000);
  expect(calls.length).toBeGreaterThan(1);
  const shown = progress.filter(({ phase }) => phase === 'index');
  expect(shown.at(-1)).toMatchObject({ files: 1000, filesTotal: 1000, done: 1 });
  expect(shown.map(({ done }) => done)).toEqual([...shown.map(({ done }) => done)].sort());
});

test('what is dropped while something is being added waits its turn', async () => {
  const order: string[] = [];
  const { adder, ended } = adding(async (given) => {
    order.push(given[0]!.path);
    return report(given.length);
  });
  adder.add(async () => files(1, 'first'));
  adder.add(async () => files(1, 'second'));
  expect(await ended).toMatchObject({ kind: 'done', added: 2 });
  expect(order).toEqual(['first/0.md', 'second/0.md']);
});

test('files that will not fit are added as the person chooses, or not at all', async () => {
  const tight: StorageEstimate = { bytes: 900, withoutTokens: 300, freeBytes: 500, fits: 'without-tokens' };
  for (const choice of ['whole', 'without-tokens', 'stop'] as const) {
    const kept: (boolean | undefined)[] = [];
    const choose = vi.fn(async () => choice);
    const add = async (given: readonly SourceFile[], { tokens }: AddOptions) => {
      kept.push(tokens);
      return report(given.length);
    };
    const { adder, ended } = adding(add, async () => tight, choose);
    adder.add(async () => files(3));
    expect(await ended).toMatchObject(choice === 'stop' ? { kind: 'stopped', added: 0 } : { kind: 'done', added: 3 });
    expect(choose).toHaveBeenCalledExactlyOnceWith(tight);
    expect(kept).toEqual(choice === 'stop' ? [] : [choice === 'whole']);
  }
});

test('an estimate that fails keeps nobody from adding', async () => {
  const failing = async () => {
    throw new EngineError('busy', 'no estimate');
  };
  const { adder, ended } = adding(async (given) => report(given.length), failing);
  adder.add(async () => files(2));
  expect(await ended).toMatchObject({ kind: 'done', added: 2 });
});

test('cancelling aborts the engine, drops what waits, and says that it was stopped', async () => {
  const { adder, progress, ended } = adding(
    (_, { signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  );
  adder.add(async () => files(1));
  adder.add(async () => files(1, 'never'));
  await Promise.resolve();
  adder.cancel();
  expect(progress.at(-1)?.stopping).toBe(true);
  expect(await ended).toMatchObject({ kind: 'stopped' });
});

test('after a cancelled adding the next one runs', async () => {
  const outcomes: Outcome[] = [];
  const adder = createAdder(
    {
      add: async (given, options) => {
        options?.signal?.throwIfAborted();
        return report(given.length);
      },
      estimate: async () => plenty,
    },
    { chooseRoom: never, onProgress: () => {}, onEnd: (outcome) => outcomes.push(outcome) },
  );
  adder.add(async () => files(1));
  adder.cancel();
  await expect.poll(() => outcomes.length).toBe(1);
  adder.add(async () => files(2));
  await expect.poll(() => outcomes.length).toBe(2);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['stopped', 'done']);
});

test('a failure keeps its code, so that the page has its advice', async () => {
  const { adder, ended } = adding(async () => {
    throw new EngineError('quota-exceeded', 'Expected room for 5 MB, got none.');
  });
  adder.add(async () => files(1));
  expect(await ended).toMatchObject({ kind: 'failed', failure: { code: 'quota-exceeded' } });
});

test('an empty folder is said to hold nothing', async () => {
  const { adder, ended } = adding(async () => report(0));
  adder.add(async () => []);
  expect(await ended).toMatchObject({ kind: 'nothing' });
});

test('the time a model takes to load does not count into the rate', async () => {
  vi.useFakeTimers();
  try {
    const index = {
      phase: 'index',
      current: 'x',
      files: 0,
      filesTotal: 1,
      bytes: 0,
      bytesTotal: 4,
      passages: 0,
    } as const;
    const { adder, progress, ended } = adding(async (given, { onProgress }) => {
      onProgress?.(index);
      onProgress?.({ ...index, phase: 'model', bytes: 30, bytesTotal: 30 });
      await vi.advanceTimersByTimeAsync(60_000);
      onProgress?.({ ...index, bytes: 1, passages: 8 });
      await vi.advanceTimersByTimeAsync(2_000);
      onProgress?.({ ...index, bytes: 2, passages: 16 });
      return report(given.length);
    });
    adder.add(async () => files(1));
    await ended;
    expect(progress.at(-2)?.rate).toBeUndefined();
    expect(progress.at(-1)).toMatchObject({ rate: 4, leftMs: 4000 });
  } finally {
    vi.useRealTimers();
  }
});
