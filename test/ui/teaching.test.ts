import { expect, test } from 'vitest';
import type { RunLog } from '../../src/core/adapt.ts';
import type { Engine } from '../../src/core/engine.ts';
import { EngineError } from '../../src/core/errors.ts';
import type { Lessons, TeachOptions, TeachReport } from '../../src/core/teach.ts';
import { createTeachActions, NOTHING_TAUGHT, type TeachState } from '../../src/ui/teaching.ts';

/** An engine that does what a test says when it is taught, and the page's state over it. */
function page(teach: (lessons: Lessons, options: TeachOptions) => Promise<TeachReport>) {
  let state: TeachState = NOTHING_TAUGHT;
  let applied = 0;
  const engine = {
    teach,
    adapters: async () => [],
    accepted: async () => [],
    rejected: async () => [],
  } as unknown as Engine;
  const actions = createTeachActions(
    engine,
    () => state,
    (next) => {
      state = next;
    },
    () => applied++,
  );
  return { actions, get: () => state, applied: () => applied };
}
const record = (epoch: number) => ({ epoch, loss: 1, alpha: 1, all: 0.5, shared: 0.5, untouched: 0.5 });
const report = { steps: [], warnings: [], changes: [], bytes: 1, log: { epochs: [record(0)] } as unknown as RunLog };

test('a run grows as it is told of, and ends with its report', async () => {
  const { actions, get } = page(async (lessons, { onProgress }) => {
    expect(lessons).toMatchObject({ kind: 'question-document', synthetic: 2 });
    onProgress!({ kind: 'prepare', phase: 'questions', done: 5, total: 10 });
    expect(get().runs[0]).toMatchObject({ state: 'running', phase: 'questions', done: 0.5 });
    onProgress!({ kind: 'phase', phase: 'folds' });
    for (let step = 1; step <= 1000; step++) onProgress!({ kind: 'step', step, steps: 1000, loss: 1 / step });
    onProgress!({ kind: 'epoch', record: record(1) });
    onProgress!({ kind: 'phase', phase: 'final' });
    onProgress!({ kind: 'step', step: 1, steps: 5, loss: 0.1 });
    return report;
  });
  actions.choose({ synthetic: 2 });
  actions.train();
  await expect.poll(() => get().runs[0]?.state).toBe('done');
  const { losses, epochs } = get().runs[0]!;
  expect(losses.tried.length).toBeLessThanOrEqual(400);
  expect(losses.tried[0]).toEqual([1, 1]);
  expect(losses.final).toEqual([[1, 0.1]]);
  expect(epochs).toEqual([record(0)]);
});

test('a run that fails says why, one that is cancelled that it was, and the next one runs', async () => {
  let call = 0;
  const { actions, get } = page((_, { signal }) => {
    if (call++ === 0) return Promise.reject(new EngineError('bad-input', 'Expected pairs.'));
    return new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)));
  });
  actions.train();
  await expect.poll(() => get().runs[0]?.state).toBe('failed');
  expect(get().runs[0]!.failure).toEqual({ code: 'bad-input', message: 'Expected pairs.' });
  actions.train();
  actions.train();
  expect(get().runs).toHaveLength(2);
  actions.cancel();
  await expect.poll(() => get().runs[1]?.state).toBe('cancelled');
  expect(get().shown).toBe(2);
});

test('a change of the adapters that fails is shown, and the question is asked anew', async () => {
  const { actions, get, applied } = page(async () => report);
  await actions.apply('x' as never, true);
  expect(get().failure?.message).toContain('applyAdapter');
  expect(applied()).toBe(1);
});
