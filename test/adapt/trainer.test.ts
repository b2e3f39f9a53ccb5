import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTrainer } from '../../src/adapt/trainer.ts';
import { connectTrainer } from '../../src/bridge/client.ts';
import { serveTrainer } from '../../src/bridge/host.ts';
import type { TrainingSet, TrainProgress } from '../../src/core/adapt.ts';
import { teach } from './teach.ts';

const QUICK = { epochs: 6, batch: 16, rate: 0.02, temperature: 0.1, patience: 6 } as const;
const train = (set: TrainingSet, options = {}) => createTrainer().train(set, { ...QUICK, ...options });

test('a rotation between questions and documents is learned, on documents never trained on too', async () => {
  const { log, adapter } = await train(teach());
  expect(log.kept).toBe('adapter');
  expect(adapter).toBeDefined();
  for (const judged of [log.validation, log.test!]) {
    expect(judged.untouched.questions).toBeGreaterThan(10);
    expect(judged.untouched.dense.gain).toBeGreaterThan(0.1);
    expect(judged.all.dense.low).toBeGreaterThan(0);
  }
});

test('where questions say nothing of their documents, identity is kept and said', async () => {
  const { log, adapter } = await train(teach({ kind: 'random', questions: 90, documents: 90 }));
  expect(adapter).toBeUndefined();
  expect(log).toMatchObject({ kept: 'identity', alpha: 0 });
  expect(log.verdict).toMatch(/^Identity was kept/);
});

test('the same seed and data give the same adapter, bit for bit; another seed does not', async () => {
  const world = { words: true, questions: 80 };
  const [first, again, other] = await Promise.all([
    train(teach(world), { seed: 5 }),
    train(teach(world), { seed: 5 }),
    train(teach(world), { seed: 6 }),
  ]);
  expect(first.adapter).toBeDefined();
  expect(again.adapter).toEqual(first.adapter);
  expect(again.log.epochs).toEqual(first.log.epochs);
  expect(other.adapter).not.toEqual(first.adapter);
});

test('a low rank and a bias are learned as well', async () => {
  const { log, adapter } = await train(teach(), { rank: 8, bias: true });
  expect(log.kept).toBe('adapter');
  expect(adapter!.bias).toHaveLength(12);
});

test('the log tells of every epoch, with identity first, and goes through JSON', async () => {
  const events: TrainProgress[] = [];
  const { log } = await createTrainer().train(teach(), QUICK, { onProgress: (event) => events.push(event) });
  const told = events.flatMap((event) => (event.kind === 'epoch' ? [event.record] : []));
  expect(log.epochs).toEqual([expect.objectContaining({ epoch: 0, alpha: 0 }), ...told]);
  expect(JSON.parse(JSON.stringify(log))).toEqual(log);
  expect(events.some(({ kind }) => kind === 'step')).toBe(true);
});

const broken = (change: (set: TrainingSet) => Partial<TrainingSet>) => {
  const set = teach();
  return { ...set, ...change(set) };
};
const POISON: readonly (readonly [string, TrainingSet, RegExp])[] = [
  [
    'NaN in a question',
    broken(({ queries }) => ({ queries: queries.with(3, Number.NaN) })),
    /question 0 has length NaN/,
  ],
  ['a document of length 2', broken(({ documents }) => ({ documents: documents.map((x) => x * 2) })), /document 0/],
  [
    'infinite keyword scores',
    broken(() => ({
      fusion: { weights: new Float32Array(120).fill(0.7), others: new Float32Array(120 * 60).fill(Infinity) },
    })),
    /keyword scores/,
  ],
  ['too few questions', teach({ questions: 19 }), /at least 20 questions/],
  ['a question without a document', broken(({ positives }) => ({ positives: positives.with(7, []) })), /question 7/],
  [
    'a document that is not there',
    broken(({ positives }) => ({ positives: positives.with(7, [60]) })),
    /below 60, got 60/,
  ],
  ['too few query values', broken(({ queries }) => ({ queries: queries.slice(1) })), /120 × 12 query values/],
];

test.each(POISON)('%s is refused in one sentence', async (_, set, message) => {
  await expect(train(set)).rejects.toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
  );
});

test('an option out of range is refused by name', async () => {
  await expect(train(teach(), { rate: -1 })).rejects.toThrow('Expected training option “rate” to be above 0');
});

test('all questions on one document cannot be split, or are kept at identity', async () => {
  const set = teach({ questions: 60 });
  const { log } = await train({ ...set, positives: set.positives.map(() => [0]) });
  expect(log.kept === 'identity' || log.test!.all.dense.gain >= 0).toBe(true);
});

test('a rate that blows up never becomes an adapter that is worse', async () => {
  const { log, adapter } = await train(teach({ kind: 'random' }), { rate: 1, temperature: 1e-4 });
  if (adapter) expect(log.test!.all.dense.gain).toBeGreaterThanOrEqual(0);
  else expect(log.kept).toBe('identity');
});

test('over a bridge, a run can be watched, paused, resumed and stopped', async () => {
  const { port1, port2 } = new MessageChannel();
  serveTrainer(createTrainer(), port1);
  const trainer = connectTrainer(() => port2);
  let epochs = 0;
  let paused: Promise<void> | undefined;
  const set = teach({ questions: 300, documents: 150, dim: 24 });
  const running = trainer.train(
    set,
    { ...QUICK, epochs: 100, patience: 100, batch: 8 },
    {
      onProgress: (progress) => {
        if (progress.kind === 'epoch' && ++epochs === 2) paused = trainer.pause();
      },
    },
  );
  await expect.poll(() => epochs).toBeGreaterThanOrEqual(2);
  await paused;
  // What was told before the pause was heard is still on its way.
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  const whilePaused = epochs;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(epochs).toBe(whilePaused);
  await trainer.resume();
  await expect.poll(() => epochs).toBeGreaterThan(whilePaused);
  await trainer.stop();
  const { log, adapter } = await running;
  expect(log.epochs.length).toBeLessThan(100);
  expect(adapter?.matrix).toHaveLength(24 * 24);
  expect(set.queries).toHaveLength(0);
  await trainer.close();
});

test('a run is given up on abort, with the caller’s reason; a second run at once is refused', async () => {
  const trainer = createTrainer();
  const abort = new AbortController();
  const running = trainer.train(
    teach(),
    { ...QUICK, epochs: 500, patience: 500 },
    { signal: abort.signal, onProgress: ({ kind }) => kind === 'epoch' && abort.abort(new Error('enough')) },
  );
  await expect(trainer.train(teach())).rejects.toThrow(expect.objectContaining({ code: 'busy' }));
  await expect(running).rejects.toThrow('enough');
  await expect(trainer.train(teach(), QUICK)).resolves.toBeDefined();
});
