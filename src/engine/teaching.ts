import { decodeAdapter, encodeAdapter } from '../adapt/adapter-file.ts';
import { hashSamples } from '../adapt/resolve.ts';
import { createTrainer } from '../adapt/trainer.ts';
import type { AdapterCard, JudgedQuestion, Trainer } from '../core/adapt.ts';
import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import type {
  AdapterId,
  ChangedQuestion,
  KeptAdapter,
  Lessons,
  Teacher,
  TeachOptions,
  TeachReport,
} from '../core/teach.ts';
import type { Chunk, ModelCard } from '../core/types.ts';
import type { LiveRow } from '../search/index.ts';
import { applying, dropping, keeping } from './adapters.ts';
import { createAskedQuestions } from './asked.ts';
import type { Collection } from './collection.ts';
import { gatherSamples, type Learned, languageOf, learn, orAborted } from './lessons.ts';
import type { Library } from './library.ts';
import type { Models } from './models.ts';
import { comparedWith, type Reread } from './reread.ts';
import { trainingSet, vectorsOf } from './training-set.ts';

export interface TeachingParts {
  readonly opened: () => Promise<Library>;
  readonly encoder: Encoder;
  readonly models: Models;
  /**
   * The first passages of an ordinary search without adapters; undefined where it does not compare them word by word.
   * An adapter takes the place of that comparison, so it must do better.
   */
  readonly reread?: Reread;
  /** In another thread, so that searching goes on; in this one unless told. */
  readonly trainer?: Trainer;
}

const NEW_RUN = { isTraining: false, isStopped: false } as const;
/** Most changed questions in a report. */
const MOST_CHANGES = 200;

/** The engine's part that learns, and `close` for its trainer. */
export function createTeaching({
  opened,
  encoder,
  models,
  reread,
  trainer = createTrainer(),
}: TeachingParts): Teacher & { close(): Promise<void> } {
  let isTeaching = false;
  /** What a person asks of a run while it is still being prepared and the trainer knows nothing of it. */
  let early: { isTraining: boolean; isStopped: boolean; paused?: { promise: Promise<void>; end: () => void } } =
    NEW_RUN;
  const asked = createAskedQuestions(encoder);

  const teach = async (lessons: Lessons, options: TeachOptions): Promise<TeachReport> => {
    const { signal, onProgress } = options;
    const library = await opened();
    const collection = library.collection();
    const report = (phase: 'read' | 'made' | 'model' | 'questions' | 'keywords') => (done: number, total: number) => {
      signal?.throwIfAborted();
      onProgress?.({ kind: 'prepare', phase, done, total });
    };
    report('read')(0, 1);
    const given = await gatherSamples(lessons, collection, signal, report('made'));
    const language = languageOf(given.samples, [...collection.models().keys()]);
    const card = await models.load(language, { ...(signal && { signal }), onProgress: report('model') });
    // Vectors first and at once: documents may come and go while questions are embedded.
    const vectors = await vectorsOf(library.store, card);
    const lane = laneOf(collection, card).filter(({ chunk }) => vectors.has(chunk.id));
    const chunks = lane.map(({ chunk }) => chunk);
    const learned = await learn(given.samples, language, chunks, lessons, signal);
    const steps = [...given.steps, ...learned.steps];
    onProgress?.({ kind: 'lessons', steps, warnings: learned.warnings });

    const set = await trainingSet({
      learned,
      lane,
      collection,
      vectors,
      card,
      questions: await asked(card, language, learned.samples, async (done, total) => {
        report('questions')(done, total);
        await resumed(signal);
      }),
      dataHash: await hashSamples(learned.samples),
      onProgress: report('keywords'),
    });
    const bytes = set.queries.byteLength + set.documents.byteLength + (set.fusion?.others.byteLength ?? 0);
    const shown = set.chunks;
    const positives = set.positives;
    const { chunks: _, ...sent } = set;
    await resumed(signal);
    early = { ...early, isTraining: true };
    const training = trainer.train(sent, options.train, {
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    if (early.isStopped) void trainer.stop();
    const { log, adapter, judged } = await training;
    const changes = changesOf(judged, learned, positives, shown);
    const result = { steps, warnings: [...learned.warnings, ...set.warnings], log, changes, bytes };
    if (!adapter) return result;
    const against = reread && card.reranks && (await comparedWith(reread, judged, learned, positives, shown, signal));
    if (against && against.reread > against.learned)
      return { ...result, warnings: [...result.warnings, { kind: 'reread', ...against }] };
    const synthetic = learned.samples.filter(({ origin }) => origin === 'synthetic').length;
    const name = options.name ?? log.startedAt.slice(0, 16).replace('T', ' ');
    const named: AdapterCard = { name, model: card.key, dataHash: log.dataHash, synthetic, log };
    return { ...result, adapter: await keep(encodeAdapter(adapter, named)) };
  };

  /** Resolves at once unless the run is paused; then when it goes on. */
  const resumed = async (signal: AbortSignal | undefined) => {
    while (early.paused) await orAborted(early.paused.promise, signal);
  };

  const keep = async (file: Uint8Array<ArrayBuffer>): Promise<KeptAdapter> => {
    const { id, change } = await keeping(file);
    const library = await opened();
    await library.change((collection) => collection.commit(change));
    return find(library.collection(), id);
  };
  const find = (collection: Collection, id: AdapterId): KeptAdapter => {
    const found = collection.adapters.list().find((one) => one.id === id);
    if (found) return found;
    throw new EngineError(
      'bad-input',
      `Expected an adapter of this collection, got “${id}”; it may have been removed.`,
    );
  };

  return {
    async teach(lessons, options = {}) {
      options.signal?.throwIfAborted();
      if (isTeaching) throw new EngineError('busy', 'Expected no training in progress; wait for it, or stop it first.');
      isTeaching = true;
      early = NEW_RUN;
      try {
        return await teach(lessons, options);
      } finally {
        isTeaching = false;
        early.paused?.end();
        early = NEW_RUN;
        // Its thread holds a copy of every vector: it goes, and the next run starts a fresh one.
        await trainer.close();
      }
    },
    async pauseTeaching() {
      if (!isTeaching || early.paused) return;
      if (early.isTraining) return trainer.pause();
      let end = () => {};
      const promise = new Promise<void>((resolve) => {
        end = resolve;
      });
      early = { ...early, paused: { promise, end } };
    },
    async resumeTeaching() {
      if (!isTeaching) return;
      const { paused, ...rest } = early;
      if (!paused) return trainer.resume();
      early = rest;
      paused.end();
    },
    async stopTeaching() {
      if (!isTeaching) return;
      if (early.isTraining) return trainer.stop();
      const { paused, ...rest } = early;
      early = { ...rest, isStopped: true };
      paused?.end();
    },
    adapters: async () => (await opened()).collection().adapters.list(),
    async importAdapter(blob) {
      const file = new Uint8Array(await blob.arrayBuffer());
      const { card } = decodeAdapter(file);
      const present = [...(await opened()).collection().models().values()].flatMap((keys) => [...keys]);
      if (!present.includes(card.model)) {
        throw new EngineError(
          'model-mismatch',
          `Expected an adapter of a model that this library uses (${present.join(', ') || 'it is empty'}), got one of “${card.model}”; teach it here anew.`,
        );
      }
      return keep(file);
    },
    exportAdapter: async (id) =>
      new Blob([(await opened()).collection().adapters.file(id)], { type: 'application/octet-stream' }),
    async applyAdapter(id, on) {
      await (await opened()).change((collection) => {
        const adapter = find(collection, id);
        // Ending what is not applied must not end another adapter of its model.
        if (adapter.applied === on) return Promise.resolve();
        return collection.commit(applying(adapter, on));
      });
    },
    async removeAdapter(id) {
      await (await opened()).change((collection) => collection.commit(dropping(find(collection, id))));
    },
    close: async () => {
      if (isTeaching) await trainer.close();
    },
  };
}

/** The passages whose vectors the model made. @throws EngineError `model-mismatch` if there are none. */
function laneOf(collection: Collection, card: ModelCard): readonly LiveRow[] {
  const lane = collection.index.live().filter(({ model }) => model === card.key);
  if (lane.length > 0) return lane;
  throw new EngineError(
    'model-mismatch',
    `Expected passages embedded by “${card.key}”, got ones of another model; add the documents anew first.`,
  );
}

function changesOf(
  judged: readonly JudgedQuestion[],
  { samples }: Learned,
  positives: readonly (readonly number[])[],
  chunks: readonly Chunk[],
): ChangedQuestion[] {
  return judged
    .filter(({ gain }) => gain !== 0)
    .sort((a, b) => Math.abs(b.gain) - Math.abs(a.gain))
    .slice(0, MOST_CHANGES)
    .map(({ question, ...rest }) => {
      const { id, text } = chunks[positives[question]![0]!]!;
      return { ...rest, question: samples[question]!.query, chunk: id, passage: text.slice(0, 160) };
    });
}
