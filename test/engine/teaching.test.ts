import { beforeEach, expect, test } from 'vitest';
import { encodeAdapter } from '../../src/adapt/adapter-file.ts';
import { createTrainer } from '../../src/adapt/trainer.ts';
import type { TrainingSet } from '../../src/core/adapt.ts';
import type { Encoder } from '../../src/core/encoder.ts';
import type { Engine } from '../../src/core/engine.ts';
import { createRandom } from '../../src/core/random.ts';
import type { TeachProgress } from '../../src/core/teach.ts';
import { createEngine } from '../../src/engine.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { countingEncoder, file } from './parts.ts';

const DIM = 16;
const DOCUMENTS = 60;
/** A number as questions spell it, so that no word of theirs stands in a passage. */
const spelt = (n: number) => `x${String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26))}`;
const SPELT = new Map(Array.from({ length: DOCUMENTS }, (_, n) => [spelt(n), n]));
const TRAIN = { epochs: 10, batch: 16, rate: 0.02, temperature: 0.1 } as const;

/** Passage `n` lies in a direction of its own; a question about it, in other words, a quarter turn away from there. */
function turnedEncoder(): Encoder {
  const inner = countingEncoder();
  const random = createRandom(7);
  const directions = Array.from({ length: DOCUMENTS }, () => Array.from({ length: DIM }, () => random.normal()));
  return {
    ...inner,
    // Words are not compared: this is about vectors.
    load: async (model) => ({ ...(await inner.load(model)), reranks: false }),
    async embed(model, role, texts, options) {
      const dense = new Float32Array(texts.length * DIM);
      for (const [i, text] of texts.entries()) {
        const n = SPELT.get(/\bx[a-z]{2}\b/.exec(text)?.[0] ?? '') ?? Number(/\d+/.exec(text)?.[0] ?? 0) % DOCUMENTS;
        const from = directions[n]!;
        const noise = createRandom(text.length * 1000 + n);
        const turned = from.map((_, d) => (d % 2 === 0 ? -from[d + 1]! : from[d - 1]!));
        const row = from.map((value, d) =>
          role === 'query' ? value + 2.2 * turned[d]! + 0.05 * noise.normal() : value,
        );
        const length = Math.hypot(...row);
        dense.set(
          row.map((value) => value / length),
          i * DIM,
        );
      }
      return { ...(await inner.embed(model, role, texts, options)), dense };
    },
  };
}

const paragraph = 'Nothing in these words is ever asked about, which leaves meaning alone to find the paragraph again.';
const documents = Array.from({ length: DOCUMENTS }, (_, n) => file(`d${n}.txt`, `Entry number ${n}. ${paragraph}`));
const pairs = (from: number, to: number, name = 'pairs.jsonl') => {
  const lines = Array.from({ length: to - from }, (_, i) => {
    const n = (from + i) % DOCUMENTS;
    return JSON.stringify({
      query: `who wants thing${'abcdefgh'[Math.floor((from + i) / DOCUMENTS)]} ${spelt(n)}?`,
      pos: [`d${n}.txt`],
    });
  });
  return file(name, lines.join('\n'));
};

let store: Store;
let engine: Engine;
beforeEach(async () => {
  store = createMemoryStore();
  engine = open();
  await engine.add(documents);
});
const open = () =>
  createEngine({ store: async () => store, encoder: turnedEncoder(), models: { en: 'en-model', zh: 'zh-model' } });
const placeOf = async (n: number) => {
  const { passages } = await engine.search(`which quality ${spelt(n)}?`, { tier: 'full', limit: DOCUMENTS });
  return passages.findIndex(({ chunk }) => chunk.document === `d${n}.txt`) + 1;
};
const teach = (options = {}) => engine.teach({ files: [pairs(0, 110)] }, { train: TRAIN, ...options });

test('an adapter is taught, kept, applied, taken off and removed; questions never taught are found better meanwhile', async () => {
  const events: TeachProgress[] = [];
  const before = await Promise.all([3, 20, 41].map(placeOf));
  const { log, adapter, changes, steps } = await teach({
    onProgress: (event: TeachProgress) => events.push(event),
    name: 'turn',
  });
  expect(log.kept).toBe('adapter');
  expect(adapter).toMatchObject({ applied: false, card: { name: 'turn', model: 'en-model@test', synthetic: 0 } });
  expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['format', 'near duplicates', 'passages']));
  expect(changes[0]).toMatchObject({
    question: expect.stringMatching(/^who wants/),
    chunk: expect.stringMatching(/^d\d+\.txt#0$/),
  });
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['prepare', 'lessons', 'phase', 'step', 'epoch']));
  expect(await Promise.all([3, 20, 41].map(placeOf))).toEqual(before);

  await engine.applyAdapter(adapter!.id, true);
  expect(await Promise.all([3, 20, 41].map(placeOf))).toEqual([1, 1, 1]);
  expect(before).not.toEqual([1, 1, 1]);
  // It is the collection's, not this engine's.
  engine = open();
  expect(await engine.adapters()).toEqual([{ ...adapter, applied: true }]);
  expect(await placeOf(20)).toBe(1);

  await engine.applyAdapter(adapter!.id, false);
  expect(await Promise.all([3, 20, 41].map(placeOf))).toEqual(before);
  await engine.applyAdapter(adapter!.id, true);
  await engine.removeAdapter(adapter!.id);
  expect(await engine.adapters()).toEqual([]);
  expect(await Promise.all([3, 20, 41].map(placeOf))).toEqual(before);
});

test('what is shown and what is refused stay with the query as it was asked', async () => {
  const ask = () => engine.search(`which quality ${spelt(20)}?`, { tier: 'full', limit: DOCUMENTS });
  const cosines = ({ passages }: Awaited<ReturnType<typeof ask>>) =>
    new Map(passages.map(({ chunk, reasons }) => [chunk.id, reasons.find(({ kind }) => kind === 'meaning')]));
  const before = await ask();
  const { adapter } = await teach();
  await engine.applyAdapter(adapter!.id, true);
  const after = await ask();
  expect(after.passages[0]!.chunk.document).toBe('d20.txt');
  for (const [id, reason] of cosines(after)) {
    const then = cosines(before).get(id);
    if (reason?.kind === 'meaning' && then?.kind === 'meaning') expect(reason.cosine).toBeCloseTo(then.cosine, 5);
  }
});

test('an exported adapter comes back as the same one; another model’s is refused', async () => {
  const { adapter } = await teach();
  const exported = await engine.exportAdapter(adapter!.id);
  expect(exported.size).toBe(adapter!.bytes);
  await engine.removeAdapter(adapter!.id);
  expect(await engine.importAdapter(exported)).toEqual(adapter);

  const strange = { model: 'other@test' as never, dim: 2, matrix: new Float32Array(4), bias: new Float32Array(0) };
  const foreign = encodeAdapter(strange, { ...adapter!.card, model: strange.model });
  await expect(engine.importAdapter(new Blob([foreign]))).rejects.toMatchObject({ code: 'model-mismatch' });
  await expect(engine.importAdapter(new Blob(['hello']))).rejects.toMatchObject({ code: 'format-unsupported' });
  await expect(engine.exportAdapter('none' as never)).rejects.toMatchObject({ code: 'bad-input' });
});

test('accepted answers and a person’s file are learned from together', async () => {
  for (let n = 0; n < 5; n++) {
    const { passages } = await engine.search(`Entry number ${n}`, { limit: DOCUMENTS });
    await engine.accept(
      `whom does thing ${spelt(n)} please?`,
      passages.find(({ chunk }) => chunk.document === `d${n}.txt`)!.chunk.id,
    );
  }
  const { log, steps } = await engine.teach(
    { files: [pairs(0, 40)], accepted: true },
    { train: { ...TRAIN, epochs: 1 } },
  );
  expect(log.questions).toBe(45);
  expect(steps.at(-1)).toMatchObject({ step: 'passages', kept: 45, dropped: 0 });
});

test('what a person rejected for a question is a negative of it, and of no other', async () => {
  const trainer = createTrainer();
  let set: TrainingSet | undefined;
  engine = createEngine({
    store: async () => store,
    encoder: turnedEncoder(),
    models: { en: 'en-model', zh: 'zh-model' },
    trainer: {
      ...trainer,
      train(given, ...rest) {
        set = given;
        return trainer.train(given, ...rest);
      },
    },
  });
  const passageOf = async (n: number) => {
    const { passages } = await engine.search(`Entry number ${n}`, { limit: DOCUMENTS });
    return passages.find(({ chunk }) => chunk.document === `d${n}.txt`)!.chunk.id;
  };
  // Of one question an answer is in the file, and another was rejected; of the other only what does not answer is known.
  await engine.reject(`Who wants thinga ${spelt(7)}?`, await passageOf(9));
  await engine.reject('who wants nothing at all?', await passageOf(10));
  const { log, steps } = await engine.teach(
    { files: [pairs(0, 40)], accepted: true },
    { train: { ...TRAIN, epochs: 1 } },
  );
  expect(log.questions).toBe(40);
  expect(steps.find(({ step }) => step === 'answers')).toMatchObject({ kept: 40, dropped: 1 });
  const asked = set!.negatives.flatMap((rows, question) => (rows.length > 0 ? [question] : []));
  expect(asked).toHaveLength(1);
  const [row] = set!.negatives[asked[0]!]!;
  const { dense } = await turnedEncoder().embed('en-model', 'passage', ['Entry number 9.'], {});
  expect(set!.documents.slice(row! * DIM, (row! + 1) * DIM)).toEqual(dense);
});

test('made questions are marked, and said to say little', async () => {
  const { warnings, log } = await engine.teach({ synthetic: 1 }, { train: { ...TRAIN, epochs: 1 } });
  expect(warnings).toEqual([{ kind: 'synthetic', made: log.questions, of: log.questions }]);
});

test('a second run encodes no question of the first again, and gives the same adapter', async () => {
  const encoder = turnedEncoder();
  const asked: string[] = [];
  const { embed } = encoder;
  encoder.embed = (model, role, texts, options) => {
    if (role === 'query') asked.push(...texts);
    return embed(model, role, texts, options);
  };
  engine = createEngine({ store: async () => store, encoder, models: { en: 'en-model', zh: 'zh-model' } });
  const first = await teach();
  expect(asked).toHaveLength(110);
  const lengths = asked.map(({ length }) => length);
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  const again = await teach();
  expect(asked).toHaveLength(110);
  expect(again.log.epochs).toEqual(first.log.epochs);
});

test('a caller’s model makes questions, a block list and a hook leave pairs out, and each is said', async () => {
  const asked: string[] = [];
  const made: TeachProgress[] = [];
  const { warnings, steps, log } = await engine.teach(
    {
      questionsFor: async ({ id, text }) => {
        asked.push(id);
        const n = Number(/\d+/.exec(text)![0]);
        return [` `, `who makes thing ${spelt(n)}?`, `where is secret ${spelt(n)} kept?`, 'a third one'];
      },
      blockList: ['# mine', 'Secret'],
      blocked: async ({ query }) => (query.includes(spelt(5)) ? 'is five' : undefined),
    },
    {
      train: { ...TRAIN, epochs: 1 },
      onProgress: (event) => {
        if (event.kind === 'prepare' && event.phase === 'made') made.push(event);
      },
    },
  );
  expect(asked).toHaveLength(DOCUMENTS);
  expect(made.at(-1)).toMatchObject({ done: DOCUMENTS - 1, total: DOCUMENTS });
  expect(steps.find(({ step }) => step === 'block list')?.reasons).toEqual({
    'is on the block list: Secret': DOCUMENTS,
    'is five': 1,
  });
  expect(log.questions).toBe(DOCUMENTS - 1);
  expect(warnings).toEqual([{ kind: 'synthetic', made: log.questions, of: log.questions }]);
});

test('a hook that answers nonsense, fails or never answers ends the run with a word, and nothing is kept', async () => {
  const files = [pairs(0, 40)];
  await expect(engine.teach({ questionsFor: () => 'one' as never })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'Expected questionsFor to give a list of texts, got "one".',
  });
  await expect(engine.teach({ files, blocked: () => true as never })).rejects.toMatchObject({ code: 'bad-input' });
  await expect(engine.teach({ files, blockList: ['fine', '/(/'] })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('line 2 of the block list'),
  });
  await expect(engine.teach({ questionsFor: () => Promise.reject(new Error('no model')) })).rejects.toThrow('no model');
  const stop = new AbortController();
  const running = engine.teach({ files, blocked: () => new Promise(() => {}) }, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 20);
  await expect(running).rejects.toThrow('enough');
  expect(await engine.adapters()).toEqual([]);
});

test.each([
  ['nothing at all', {}, 'Expected pairs to learn from, got none'],
  ['a file of something else', { files: [file('x.jsonl', 'hello')] }, 'got none (1 not an object)'],
  [
    'pairs of another language',
    { files: [file('x.csv', '谁付定金,d1.txt\n违约金怎么算,d2.txt')] },
    'Expected questions in a language',
  ],
  [
    'passages that are not here',
    { files: [file('x.csv', 'query,pos\nwho pays for it,nowhere.txt\n')] },
    'none that are fit',
  ],
  ['too few pairs', { files: [pairs(0, 12)] }, 'at least 20 questions'],
])('%s is refused in one sentence and leaves the collection as it was', async (_, lessons, message) => {
  await expect(engine.teach(lessons)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(message),
  });
  expect(await engine.adapters()).toEqual([]);
});

test('one run at a time; a run given up keeps nothing, and the next one runs', async () => {
  const stop = new AbortController();
  const running = teach({
    signal: stop.signal,
    train: { ...TRAIN, epochs: 500, patience: 500 },
    onProgress: ({ kind }: TeachProgress) => kind === 'epoch' && stop.abort(new Error('enough')),
  });
  await expect(teach()).rejects.toMatchObject({ code: 'busy' });
  await expect(running).rejects.toThrow('enough');
  expect(await engine.adapters()).toEqual([]);
  expect((await teach()).log.kept).toBe('adapter');
});

test('a run that is told to stop ends with the best so far; a paused one waits', async () => {
  let epochs = 0;
  const running = teach({
    train: { ...TRAIN, epochs: 400, patience: 400 },
    onProgress: ({ kind }: TeachProgress) => {
      if (kind === 'epoch' && ++epochs === 3) void engine.pauseTeaching();
    },
  });
  await expect.poll(() => epochs).toBeGreaterThanOrEqual(3);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const whilePaused = epochs;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(epochs).toBe(whilePaused);
  await engine.resumeTeaching();
  await engine.stopTeaching();
  const { log } = await running;
  expect(log.kept).toBe('adapter');
  expect(log.epochs.length).toBeLessThan(400);
});

test('paused before the training begins it waits, given up it ends, and told to stop it keeps what is best, identity', async () => {
  const whenAsked = (act: () => void) => {
    let done = false;
    return (event: TeachProgress) => {
      if (done || event.kind !== 'prepare' || event.phase !== 'questions') return;
      done = true;
      act();
    };
  };
  const seen: string[] = [];
  const pause = whenAsked(() => void engine.pauseTeaching());
  const running = teach({
    onProgress: (event: TeachProgress) => {
      seen.push(event.kind);
      pause(event);
    },
  });
  await expect.poll(() => seen).toContain('lessons');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const whilePaused = seen.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(seen).toHaveLength(whilePaused);
  expect(seen).not.toContain('step');
  await engine.resumeTeaching();
  expect((await running).log.kept).toBe('adapter');

  const stop = new AbortController();
  const forsaken = engine.teach(
    { files: [pairs(0, 60, 'other.jsonl'), pairs(110, 170)] },
    {
      signal: stop.signal,
      onProgress: whenAsked(() => {
        void engine.pauseTeaching();
        setTimeout(() => stop.abort(new Error('enough')), 20);
      }),
    },
  );
  await expect(forsaken).rejects.toThrow('enough');

  const ended = await engine.teach(
    { files: [pairs(110, 230)] },
    { train: TRAIN, onProgress: whenAsked(() => void engine.stopTeaching()) },
  );
  expect(ended.log.epochs).toHaveLength(1);
  expect(ended.log.kept).toBe('identity');
});

test('documents may come and go while it learns', async () => {
  let changing: Promise<unknown> | undefined;
  const { log } = await teach({
    onProgress: ({ kind }: TeachProgress) => {
      if (kind !== 'lessons') return;
      changing ??= engine.remove(['d59.txt' as never]).then(() => engine.add([file('new.txt', paragraph)]));
    },
  });
  expect(log.kept).toBe('adapter');
  expect(await changing).toMatchObject({ added: 1 });
});
