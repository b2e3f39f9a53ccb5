/** The sentence: read, chunk, embed, store, search, answer. The engine alone knows the order. */
import { answer } from './answer/answer.ts';
import type { Trainer } from './core/adapt.ts';
import type { Answer } from './core/answer.ts';
import type { Encoder } from './core/encoder.ts';
import type { Engine, SearchOptions } from './core/engine.ts';
import { EngineError } from './core/errors.ts';
import { detectLanguage } from './core/language.ts';
import type { Projector } from './core/map.ts';
import type { DocumentId, FieldWeights, Language } from './core/types.ts';
import { acceptedIn, chunkOf, pairOf, rejectedIn } from './engine/accepted.ts';
import type { Collection } from './engine/collection.ts';
import { estimateStorage } from './engine/estimate.ts';
import { createFocuser } from './engine/focus.ts';
import { addFiles } from './engine/indexing.ts';
import { type Library, openLibrary } from './engine/library.ts';
import { createMapping } from './engine/mapping.ts';
import { createModels } from './engine/models.ts';
import { outdated, slow } from './engine/notes.ts';
import { prepareQuestions } from './engine/prepare.ts';
import { createQueries } from './engine/queries.ts';
import { encodedPair } from './engine/questions.ts';
import { createRefiner } from './engine/refine.ts';
import { createStrangerVectors } from './engine/strangers.ts';
import { createTeaching } from './engine/teaching.ts';
import { crossRerank, searchBlocks } from './search/index.ts';
import { exportCollection, importCollection } from './store/archive.ts';
import type { Derivation, Store } from './store/store.ts';

export interface EngineParts {
  /** Opened on first use; what a search needs of a segment is kept beside it. */
  readonly store: (options: { readonly derivation: Derivation }) => Promise<Store>;
  readonly encoder: Encoder;
  /** Which model encodes which language: ids of folders under the encoder's source. */
  readonly models: Readonly<Record<Language, string>>;
  /** What words count by where they stand, alike everywhere unless told; a collection opened with other weights is analysed anew. */
  readonly fields?: FieldWeights;
  /** The encoder's model for `rerank: 'cross-encoder'`. */
  readonly crossEncoder?: string;
  /** Trains adapters, in a thread of its own where there is one; in this thread unless told. */
  readonly trainer?: Trainer;
  /** Lays passages out, likewise. */
  readonly projector?: Projector;
}

/** @throws EngineError `bad-input` for a blank question. */
function questionOf(given: unknown): string {
  const asked = typeof given === 'string' ? given.trim() : '';
  if (asked !== '') return asked;
  throw new EngineError('bad-input', 'Expected a question to remember, got a blank one.');
}

const DEFAULT_LIMIT = 10;

/** What an exported collection says it is. */
const COLLECTION_TYPE = 'application/vnd.nearfield.collection';

/** An engine over its parts. Nothing is opened, fetched or started before the first call. */
export function createEngine({
  store: openStore,
  encoder,
  models: names,
  fields,
  crossEncoder,
  trainer,
  projector,
}: EngineParts): Engine {
  const models = createModels(encoder, names);
  const encode = createQueries(encoder, models);
  const refiner = createRefiner(encoder, async (...asked) => (await opened()).store.tokens(...asked));
  const focuser = createFocuser(encoder);
  const strangersOf = createStrangerVectors(encoder, models);
  let opening: Promise<Library> | undefined;

  const opened = () => {
    if (!opening) {
      opening = openStore({ derivation: searchBlocks(fields) }).then((store) => openLibrary(store, fields));
      // A failed opening is not remembered: the next call tries again.
      opening.then(prepare, () => {
        opening = undefined;
      });
    }
    return opening;
  };

  /** What fails here fails again, and is told, when a question is asked. */
  const prepare = (library: Library) => {
    const opened = opening;
    prepareQuestions(library, models, strangersOf, () => opening !== opened).catch(() => {});
  };

  /** The languages whose vectors a query can be compared with: its own if the collection has it, else whatever is there. */
  const lanes = (collection: Collection, language: Language): Language[] => {
    const present = [...collection.models().keys()];
    return present.includes(language) ? [language] : present;
  };

  const { close: closeTrainer, ...teacher } = createTeaching({
    opened,
    encoder,
    models,
    reread: async (question, signal) => {
      const { reranked, passages } = await search(question, { tier: 'full', ...(signal && { signal }) }, false);
      return reranked ? passages.map(({ chunk }) => chunk.id) : undefined;
    },
    ...(trainer && { trainer }),
  });

  const { close: closeMapping, ...cartographer } = createMapping({ opened, ...(projector && { projector }) });

  const crossModel = () => {
    if (crossEncoder) return crossEncoder;
    throw new EngineError(
      'bad-input',
      'Expected an engine with a cross-encoder, got none; open it with `crossEncoder: "owner/name"` or ask without `rerank: "cross-encoder"`.',
    );
  };

  /** @param adapting whether applied adapters rank. */
  const search = async (text: string, options: SearchOptions, adapting = true): Promise<Answer> => {
    const library = await opened();
    const collection = library.collection();
    const language = detectLanguage(text);
    const wanted = lanes(collection, language);
    const ready = wanted.every((lane) => models.ready(lane));
    const full = options.tier === 'full' || (options.tier === undefined && ready);
    // Keywords answer at once; the model is fetched meanwhile, and a failure shows in `status`.
    if (!full && options.tier === undefined) {
      Promise.all(wanted.map((lane) => models.load(lane))).then(
        () => prepare(library),
        () => {},
      );
    }

    const start = performance.now();
    const also = [...(options.also ?? []), ...collection.glossary.expand(text)];
    // The encoder reads the other words too: what a term means is then near what the term stands for.
    const meant = [text, ...also.map((term) => term.text)].join(' ');
    const asked = full && text !== '' ? await Promise.all(wanted.map((lane) => encode(lane, meant))) : [];
    const strangers = asked.length > 0 ? await strangersOf(language, wanted) : [];
    const embedded = performance.now();
    options.signal?.throwIfAborted();
    const queryVectors = asked.map(({ vector }) => {
      const adapted = adapting ? collection.adapters.adapt(vector.model, vector.values) : undefined;
      return adapted ? { ...vector, adapted } : vector;
    });

    const limit = options.limit ?? DEFAULT_LIMIT;
    const cards = asked.map(({ card }) => card);
    const isAdapted = queryVectors.some(({ adapted }) => adapted);
    const refining = options.fusion === 'ranks' ? 'never' : refiner.wanted(options, cards, isAdapted);
    const result = collection.index.search(
      {
        text,
        language,
        vectors: queryVectors,
        k: refining === 'never' && options.rerank !== 'cross-encoder' ? limit : refiner.depth(limit),
        typing: options.typing ?? false,
        strangers,
        also,
        ...(options.refuse && { refuse: options.refuse }),
        ...(options.documents && { documents: new Set(options.documents) }),
      },
      {
        explain: false,
        ...(options.fusion && { fusion: options.fusion }),
        ...(options.feedback && { feedback: options.feedback }),
      },
    );
    const searched = performance.now();
    // What else was meant finds passages; which of them meets the question is for its own words.
    const own =
      refining === 'never' || meant === text ? asked : await Promise.all(wanted.map((lane) => encode(lane, text)));
    const compared = await refiner.refine(own, result.hits, refining, { ...options, together: result.together });
    const refined =
      options.rerank === 'cross-encoder'
        ? await crossRerank(encoder, crossModel(), text, compared ?? result.hits, options)
        : compared;
    const reranked = refined !== undefined;
    const ranked = refiner.page(refined ?? result.hits, limit).map(result.explain);
    const hits = options.sentences ? await focuser.focus(ranked, queryVectors, cards, options.signal) : ranked;
    return answer(
      { ...result, hits },
      {
        query: text,
        language,
        tier: full ? 'full' : 'keywords',
        reranked,
        timings: { embed: embedded - start, ...(reranked && { rerank: performance.now() - searched }) },
      },
    );
  };

  return {
    ...teacher,
    ...cartographer,
    async status() {
      const library = await opened();
      const { store } = library;
      const collection = library.collection();
      const [storage, info] = await Promise.all([store.usage(), encoder.info()]);
      const search = collection.index.status();
      return {
        documents: collection.summaries.size,
        passages: collection.index.stats().chunks,
        languages: [...collection.models().keys()],
        storage,
        encoder: info,
        search,
        notes: [
          ...new Set([
            ...collection.notes,
            ...store.damage(),
            ...info.notes,
            ...models.failures(),
            ...outdated(collection, models),
            ...slow(search),
          ]),
        ],
      };
    },
    documents: async () => [...(await opened()).collection().summaries.values()],
    async search(query, options = {}) {
      if (typeof query !== 'string')
        throw new EngineError('bad-input', `Expected a query of text, got ${typeof query}.`);
      options.signal?.throwIfAborted();
      return search(query.trim(), options);
    },
    async estimate(files) {
      const library = await opened();
      return estimateStorage(files, library.collection(), models, await library.store.usage());
    },
    async add(files, options = {}) {
      options.signal?.throwIfAborted();
      const { store, change } = await opened();
      return change((collection) => addFiles({ store, collection, encoder, models }, files, options));
    },
    async remove(documents) {
      await (await opened()).change((collection) => collection.commit({ removed: documents }));
    },
    async open(id: DocumentId) {
      const library = await opened();
      const collection = library.collection();
      const summary = collection.summaries.get(id);
      const content = summary && (await library.store.content(id));
      if (!summary || !content) {
        throw new EngineError(
          'bad-input',
          `Expected a document of this collection, got “${id}”; it may have been removed.`,
        );
      }
      const passages = collection.chunks(id).map(({ id, textStart, textEnd }) => ({ id, textStart, textEnd }));
      return { ...summary, text: content.text, blocks: content.blocks, passages };
    },
    async accept(question, passage) {
      const asked = questionOf(question);
      return (await opened()).change(async (collection) => {
        const chunk = chunkOf(collection, passage);
        const language = collection.summaries.get(chunk.document)?.language ?? detectLanguage(asked);
        const card = await models.load(language);
        const pair = { ...(await pairOf(asked, chunk)), acceptedAt: Date.now() };
        await collection.commit({ pairs: [await encodedPair(encoder, card, language, pair)] });
        return { ...pair, chunk: chunk.id };
      });
    },
    accepted: async () => acceptedIn((await opened()).collection()),
    async reject(question, passage) {
      const asked = questionOf(question);
      return (await opened()).change(async (collection) => {
        const chunk = chunkOf(collection, passage);
        const pair = { ...(await pairOf(asked, chunk)), rejectedAt: Date.now() };
        await collection.commit({ pairs: [pair] });
        return { ...pair, chunk: chunk.id };
      });
    },
    rejected: async () => rejectedIn((await opened()).collection()),
    async forget(pairs) {
      await (await opened()).change((collection) => collection.commit({ forgotten: pairs }));
    },
    async exportCollection() {
      const stream = exportCollection((await opened()).store);
      return new Response(stream, { headers: { 'content-type': COLLECTION_TYPE } }).blob();
    },
    async importCollection(file) {
      return (await opened()).replace((store) => importCollection(store, file));
    },
    async clear() {
      await (await opened()).change((collection) => collection.clear());
    },
    async close() {
      const library = await opening?.catch(() => undefined);
      opening = undefined;
      await library?.close();
      await closeTrainer();
      await closeMapping();
      await encoder.close();
    },
  };
}
