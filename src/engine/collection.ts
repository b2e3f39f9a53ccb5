import type { PairId } from '../core/accepted.ts';
import type { DocumentSummary } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { Chunk, DocumentId, FieldWeights, Language, ModelKey, Segment } from '../core/types.ts';
import { createSearchIndex, readSearchBlocks, type SearchBlocks } from '../search/index.ts';
import type { Change, Store, StoredPair, StoredSegment } from '../store/store.ts';
import { type Adapters, openAdapters } from './adapters.ts';
import { ahead } from './ahead.ts';
import { type Glossary, openGlossary } from './glossary.ts';
import { openQuestions } from './questions.ts';

/** The store and what is held in memory of it, always in step: memory changes only after the store has committed. */
export interface Collection {
  readonly summaries: ReadonlyMap<DocumentId, DocumentSummary>;
  readonly index: ReturnType<typeof createSearchIndex>;
  readonly notes: readonly string[];
  readonly pairs: ReadonlyMap<PairId, StoredPair>;
  readonly adapters: Adapters;
  readonly glossary: Pick<Glossary, 'expand'>;
  /** Which models made the vectors that are here, by language. */
  models(): ReadonlyMap<Language, ReadonlySet<ModelKey>>;
  /** What made a document's vectors, if any are stored. */
  modelOf(document: DocumentId): ModelKey | undefined;
  /** A document's chunks, by ordinal. */
  chunks(document: DocumentId): readonly Chunk[];
  commit(change: Change): Promise<void>;
  clear(): Promise<void>;
  /**
   * Takes over what other tabs have committed: reads the segments that are new here, lets go of those that are gone. False,
   * and nothing done, where so much has gone that opening anew is better.
   */
  refresh(): Promise<boolean>;
  /** Resolves when every vector has been read; until then cosines are estimates. Never rejects. */
  readonly whole: Promise<void>;
  /** Reads nothing more: a newer state takes over, or the store is about to close. */
  abandon(): void;
}

/** Segments that are read ahead of the one that is taken in. */
const READ_AHEAD = 4;
/** Rows that count no more stay in memory until they outnumber the others, and these. */
const MOST_DEAD = 4096;

/** A stored segment in memory. */
interface Held {
  readonly first: number;
  readonly segment: Omit<Segment, 'vectors'>;
  readonly dead: ReadonlySet<number>;
}

/**
 * Reads a collection into memory: first passages, postings and 4-bit vectors, with which it can be searched and is
 * returned; then, behind its back, the vectors in full. Damaged segments are left out and named in `notes`.
 */
export async function openCollection(store: Store, fields: FieldWeights = {}): Promise<Collection> {
  const summaries = new Map<DocumentId, DocumentSummary>();
  const chunks = new Map<DocumentId, Chunk[]>();
  const models = new Map<Language, Set<ModelKey>>();
  const pairs = new Map<PairId, StoredPair>();
  const made = new Map<DocumentId, ModelKey>();
  const notes: string[] = [];
  const snapshot = await store.snapshot();
  const expected = new Map<ModelKey, number>();
  for (const { model, rows } of snapshot.segments) expected.set(model, (expected.get(model) ?? 0) + rows);
  let index = createSearchIndex({ fields, expected });

  /** Stored segments by id; and what this tab committed, whose ids the store gave. */
  const held = new Map<number, Held>();
  let own: { readonly first: number; readonly rows: number }[] = [];
  let rows = 0;

  const take = (segment: Omit<Segment, 'vectors'>, dead?: ReadonlySet<number>) => {
    models.set(segment.language, (models.get(segment.language) ?? new Set()).add(segment.model));
    segment.chunks.forEach((chunk, row) => {
      if (dead?.has(row)) return;
      made.set(chunk.document, segment.model);
      const list = chunks.get(chunk.document);
      if (list) list.push(chunk);
      else chunks.set(chunk.document, [chunk]);
    });
  };
  const forget = (documents: readonly DocumentId[]) => {
    index.remove(documents);
    for (const id of documents) {
      summaries.delete(id);
      chunks.delete(id);
      made.delete(id);
    }
  };

  const unread: {
    readonly stored: StoredSegment;
    readonly first: number;
    readonly segment: Omit<Segment, 'vectors'>;
  }[] = [];
  const missing = (id: number, error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'block-corrupt') throw error;
    notes.push(`Segment ${id}: ${error.message}`);
  };
  /** A segment without its vectors; with them where there is nothing to search it by instead. */
  const readSegment = async (stored: StoredSegment) => {
    const { id, model, language, dim, rows } = stored;
    const [chunks, sparse, blocks] = await Promise.all([
      stored.chunks(),
      stored.sparse(),
      readSearchBlocks(stored.derived, dim, rows, fields),
    ]);
    const segment = { id, model, language, dim, chunks, ...(sparse && { sparse }) };
    return blocks ? { segment, blocks } : { segment: { ...segment, vectors: await stored.vectors() } };
  };
  // Segments first: a damaged one lowers what its documents' summaries say is stored.
  try {
    for await (const [stored, reading] of ahead(snapshot.segments, readSegment, READ_AHEAD)) {
      try {
        const { segment, blocks } = await reading;
        const first = blocks ? index.load(segment, blocks, stored.dead) : index.add(segment, stored.dead);
        if (blocks) unread.push({ stored, segment, first });
        held.set(stored.id, { first, segment, dead: stored.dead });
        rows += stored.rows;
        take(segment, stored.dead);
      } catch (error) {
        missing(stored.id, error);
      }
    }
  } catch (error) {
    snapshot.close();
    throw error;
  }
  const note = (sentence: string) => void notes.push(sentence);
  let adapters = await openAdapters(store, note);
  for (const pair of await store.pairs()) pairs.set(pair.id, pair);
  for (const summary of await store.documents()) summaries.set(summary.id, summary);
  let glossary = await openGlossary(store, note);
  let questions = await openQuestions(store, index, pairs, (id) => chunks.get(id) ?? [], note);

  const readWhole = async (stored: StoredSegment): Promise<Whole> => {
    const [{ segment, blocks }, vectors] = await Promise.all([readSegment(stored), stored.vectors()]);
    return { stored, segment: { ...segment, vectors }, ...(blocks && { blocks }) };
  };
  /** Memory as the store has it now: segments that are gone go, rows that died die, what was read comes. */
  const takeOver = (segments: readonly StoredSegment[], read: readonly Whole[]) => {
    const stored = new Map(segments.map((one) => [one.id, one]));
    for (const { first, rows } of own) index.drop(first, rows);
    own = [];
    for (const [id, { first, segment, dead }] of held) {
      const now = stored.get(id);
      if (now) {
        for (const row of now.dead) if (!dead.has(row)) index.drop(first + row, 1);
        held.set(id, { first, segment, dead: now.dead });
      } else {
        index.drop(first, segment.chunks.length);
        held.delete(id);
      }
    }
    for (const { stored: one, segment, blocks } of read) {
      const first = blocks ? index.load(segment, blocks, one.dead) : index.add(segment, one.dead);
      if (blocks) index.supply(first, segment.vectors);
      rows += one.rows;
      const { vectors: _, ...rest } = segment;
      held.set(one.id, { first, segment: rest, dead: one.dead });
    }
    for (const map of [chunks, made, models]) map.clear();
    for (const { segment, dead } of held.values()) take(segment, dead);
  };

  let abandoned = false;
  const readVectors = async () => {
    const loaded = index;
    for await (const [{ stored, first, segment }, reading] of ahead(unread, ({ stored }) => stored.vectors(), 2)) {
      const vectors = await reading.catch(async (error: unknown) => {
        missing(stored.id, error);
        loaded.drop(first, stored.rows);
        held.delete(stored.id);
        const lost = new Set(segment.chunks);
        for (const [id, list] of chunks)
          chunks.set(
            id,
            list.filter((chunk) => !lost.has(chunk)),
          );
        // What its documents have stored is less now.
        for (const summary of await store.documents())
          if (summaries.has(summary.id)) summaries.set(summary.id, summary);
      });
      if (abandoned || loaded !== index) return;
      if (vectors) loaded.supply(first, vectors);
    }
  };
  const whole = readVectors()
    .catch((error: unknown) => {
      // Searching goes on by what is there.
      if (!abandoned) notes.push(`Not all vectors could be read, so that ranks are estimates: ${String(error)}`);
    })
    .finally(snapshot.close);

  return {
    summaries,
    whole,
    abandon: () => {
      abandoned = true;
    },
    get index() {
      return index;
    },
    notes,
    pairs,
    get adapters() {
      return adapters;
    },
    get glossary() {
      return glossary;
    },
    models: () => models,
    modelOf: (document) => made.get(document),
    chunks: (document) => (chunks.get(document) ?? []).toSorted((a, b) => a.ordinal - b.ordinal),
    async commit(wanted) {
      const change = glossary.completed(questions.completed(wanted));
      await store.commit(change);
      if (change.removed) forget(change.removed);
      for (const { tokens: _, ...segment } of change.segments ?? []) {
        own.push({ first: index.add(segment), rows: segment.chunks.length });
        rows += segment.chunks.length;
        take(segment);
      }
      for (const summary of change.documents ?? []) summaries.set(summary.id, summary);
      for (const id of change.forgotten ?? []) pairs.delete(id);
      for (const pair of change.pairs ?? []) pairs.set(pair.id, pair);
      adapters.take(change.attachments);
      questions.take(change);
      glossary.take(change);
    },
    async clear() {
      await store.clear();
      index = createSearchIndex({ fields });
      summaries.clear();
      chunks.clear();
      made.clear();
      pairs.clear();
      adapters.clear();
      glossary = await openGlossary(store, note);
      questions = await openQuestions(store, index, pairs, (id) => chunks.get(id) ?? [], note);
      models.clear();
      notes.length = 0;
      held.clear();
      own = [];
      rows = 0;
    },
    async refresh() {
      const newest = await store.snapshot();
      try {
        const coming = newest.segments.filter(({ id }) => !held.has(id));
        const live = newest.segments.reduce((sum, { rows, dead }) => sum + rows - dead.size, 0);
        if (coming.reduce((sum, stored) => sum + stored.rows, rows) > 2 * live + MOST_DEAD) return false;
        const read: Whole[] = [];
        for await (const [stored, reading] of ahead(coming, readWhole, READ_AHEAD)) {
          await reading.then(
            (whole) => read.push(whole),
            (error: unknown) => missing(stored.id, error),
          );
        }
        const [documents, judged, newAdapters, newGlossary] = await Promise.all([
          store.documents(),
          store.pairs(),
          openAdapters(store, note),
          openGlossary(store, note),
        ]);
        // From here on in one go: no question meets half of it.
        takeOver(newest.segments, read);
        refill(summaries, documents);
        refill(pairs, judged);
        adapters = newAdapters;
        glossary = newGlossary;
        questions = await openQuestions(store, index, pairs, (id) => chunks.get(id) ?? [], note);
        return true;
      } finally {
        newest.close();
      }
    },
  };
}

/** All of a stored segment. */
interface Whole {
  readonly stored: StoredSegment;
  readonly segment: Segment;
  readonly blocks?: SearchBlocks;
}

function refill<K, V extends { readonly id: K }>(map: Map<K, V>, values: readonly V[]): void {
  map.clear();
  for (const value of values) map.set(value.id, value);
}
