import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLane } from '../../src/embed/lane.ts';

/** A step that takes one turn of the event loop and is written down. */
function recorder() {
  const seen: string[] = [];
  const step = (name: string) => async (item: number) => {
    await new Promise((resolve) => setTimeout(resolve));
    seen.push(`${name}${item}`);
  };
  return { seen, step };
}

test('jobs of one role run in order of arrival, whole', async () => {
  const { seen, step } = recorder();
  const lane = createLane();
  await Promise.all([lane.run('passage', 2, step('a')), lane.run('passage', 2, step('b'))]);
  expect(seen).toEqual(['a0', 'a1', 'b0', 'b1']);
});

test('a query overtakes passages that still wait, also in the middle of their job', async () => {
  const { seen, step } = recorder();
  const lane = createLane();
  const first = step('p');
  const passages = lane.run('passage', 4, async (item) => {
    if (item === 1) void lane.run('query', 1, step('q'));
    await first(item);
  });
  await passages;
  expect(seen).toEqual(['p0', 'p1', 'q0', 'p2', 'p3']);
});

test('a message that arrives while passages run is heard before they are done', async () => {
  const lane = createLane();
  let last = 0;
  let heard = -1;
  const { port1, port2 } = new MessageChannel();
  const done = lane.run('passage', 50, async (item) => {
    if (item === 0) port2.postMessage('hello');
    last = item;
  });
  port1.onmessage = () => {
    heard = last;
    port1.close();
  };
  await done;
  expect(heard).toBeGreaterThanOrEqual(0);
  expect(heard).toBeLessThan(49);
});

test('an abort ends a job between two items with the signal’s reason, and the next job runs', async () => {
  const { seen, step } = recorder();
  const lane = createLane();
  const stop = new AbortController();
  const aborted = lane.run(
    'passage',
    5,
    async (item) => {
      if (item === 1) stop.abort(new Error('enough'));
      await step('a')(item);
    },
    { signal: stop.signal },
  );
  const next = lane.run('passage', 1, step('b'));
  await expect(aborted).rejects.toThrow('enough');
  await next;
  expect(seen).toEqual(['a0', 'a1', 'b0']);
});

test('a step that fails rejects its own job only', async () => {
  const { seen, step } = recorder();
  const lane = createLane();
  const broken = lane.run('passage', 2, () => Promise.reject(new Error('broken')));
  const sound = lane.run('passage', 1, step('b'));
  await expect(broken).rejects.toThrow('broken');
  await sound;
  expect(seen).toEqual(['b0']);
});

test('a job without items is done at once', async () => {
  await createLane().run('query', 0, () => Promise.reject(new Error('never called')));
});

test('as many steps are under way as there is width for, in order, and a query takes the next place', async () => {
  const lane = createLane();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const step = (name: string) => (item: number) => {
    begun.push(`${name}${item}`);
    return new Promise<void>((resolve) => void ends.push(resolve));
  };
  /** Until all that can be heard and begun is: messages to oneself come with a turn of the event loop, or a few. */
  const quiet = async () => {
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  };
  const passages = lane.run('passage', 4, step('p'), { width: 2 });
  const query = lane.run('query', 1, step('q'), { width: 2 });
  // One who can do only one thing at a time waits until nothing else is under way.
  const alone = lane.run('passage', 1, step('a'), { width: 1 });
  const seen: string[] = [];
  for (let i = 0; i < 6; i++) {
    await quiet();
    seen.push(begun.join(' '));
    ends[i]!();
  }
  await Promise.all([passages, query, alone]);
  expect(seen).toEqual(['p0 p1', 'p0 p1 q0', 'p0 p1 q0 p2', 'p0 p1 q0 p2 p3', 'p0 p1 q0 p2 p3', 'p0 p1 q0 p2 p3 a0']);
});

test('a job that fails rejects only when its other steps are over, and begins no more', async () => {
  const lane = createLane();
  const seen: string[] = [];
  const job = lane.run(
    'passage',
    9,
    async (item) => {
      if (item === 1) throw new Error('broken');
      await new Promise((resolve) => setTimeout(resolve, 10));
      seen.push(`${item}`);
    },
    { width: 3 },
  );
  await expect(job).rejects.toThrow('broken');
  expect(seen).toEqual(['0', '2']);
});
