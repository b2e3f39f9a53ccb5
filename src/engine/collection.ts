import type { PairId } from '../core/accepted.ts';
import { discard } from '../core/discard.ts';
import type { DocumentSummary } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { Chunk, DocumentId, FieldWeights, Language, ModelKey } from '../core/types.ts';
import { readSearchBlocks } from '../search/index.ts';
import type { Change, Store, StoredPair, StoredSegment } from '../store/store.ts';
import { type Adapters, openAdapters } from './adapters.ts';
import { ahead } from './ahead.ts';
import { type Glossary, openGlossary } from './glossary.ts';
import { openQuestions } from './questions.ts';
import { type ReadSegment, Rows } from './rows.ts';

/** The store and what is held in memory of it, always in step: memory changes only after the store has committed. */
export interface Collection {
  readonly summaries: ReadonlyMap<DocumentId, DocumentSummary>;
  readonly index: Rows['index'];
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

/**
 * Reads a collection into memory: first passages, postings and 4-bit vectors, with which it can be searched and is
 * returned; then, behind its back, the vectors in full. Damaged segments are left out and named in `notes`.
 */
export async function openCollection(store: Store, fields: FieldWeights = {}): Promise<Collection> {
  const notes: string[] = [];
  const note = (sentence: string) => void notes.push(sentence);
  const noteDamage = (id: number, error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'block-corrupt') throw error;
    note(`Segment ${id}: ${error.message}`);
  };
  const snapshot = await store.snapshot();
  const rows = new Rows(fields, rowsByModel(snapshot.segments));
  const unread: { readonly stored: StoredSegment; readonly first: number }[] = [];
  // Segments first: a damaged one lowers what its documents' summaries say is stored.
  try {
    for await (const [stored, reading] of ahead(snapshot.segments, (one) => readToSearch(one, fields), READ_AHEAD)) {
      try {
        const read = await reading;
        const first = rows.load(read);
        if (!read.blocks) continue;
        unread.push({ stored, first });
        discard(read.blocks.packed.levels.buffer);
      } catch (error) {
        noteDamage(stored.id, error);
      }
    }
  } catch (error) {
    snapshot.close();
    throw error;
  }
  const pairs = byId(await store.pairs());
  const summaries = byId(await store.documents());
  let adapters = await openAdapters(store, note);
  let glossary = await openGlossary(store, note);
  const questionBook = () => openQuestions(store, rows.index, pairs, (id) => rows.chunks(id), note);
  let questions = await questionBook();

  let abandoned = false;
  const readVectors = async () => {
    const { index } = rows;
    for await (const [{ stored, first }, reading] of ahead(unread, ({ stored }) => stored.vectors(), 2)) {
      const vectors = await reading.catch(async (error: unknown) => {
        noteDamage(stored.id, error);
        rows.lose(stored.id);
        // What its documents have stored is less now.
        for (const summary of await store.documents())
          if (summaries.has(summary.id)) summaries.set(summary.id, summary);
      });
      if (abandoned || index !== rows.index) return;
      if (!vectors) continue;
      index.supply(first, vectors);
      discard(vectors.buffer);
    }
  };
  const whole = readVectors()
    .catch((error: unknown) => {
      // Searching goes on by what is there.
      if (!abandoned) note(`Not all vectors could be read, so that ranks are estimates: ${String(error)}`);
    })
    .finally(snapshot.close);

  return {
    summaries,
    whole,
    abandon: () => {
      abandoned = true;
    },
    get index() {
      return rows.index;
    },
    notes,
    pairs,
    get adapters() {
      return adapters;
    },
    get glossary() {
      return glossary;
    },
    models: () => rows.models,
    modelOf: (document) => rows.modelOf(document),
    chunks: (document) => rows.chunks(document).toSorted((a, b) => a.ordinal - b.ordinal),
    async commit(wanted) {
      const change = glossary.completed(questions.completed(wanted));
      await store.commit(change);
      if (change.removed) rows.forget(change.removed);
      for (const id of change.removed ?? []) summaries.delete(id);
      for (const { tokens: _, ...segment } of change.segments ?? []) rows.add(segment);
      for (const summary of change.documents ?? []) summaries.set(summary.id, summary);
      for (const id of change.forgotten ?? []) pairs.delete(id);
      for (const pair of change.pairs ?? []) pairs.set(pair.id, pair);
      adapters.take(change.attachments);
      questions.take(change);
      glossary.take(change);
    },
    async clear() {
      await store.clear();
      rows.clear();
      summaries.clear();
      pairs.clear();
      adapters.clear();
      notes.length = 0;
      glossary = await openGlossary(store, note);
      questions = await questionBook();
    },
    async refresh() {
      const newest = await store.snapshot();
      try {
        if (rows.isMostlyDead(newest.segments)) return false;
        const coming = newest.segments.filter(({ id }) => !rows.has(id));
        const read: ReadSegment[] = [];
        for await (const [{ id }, reading] of ahead(coming, (one) => readWhole(one, fields), READ_AHEAD)) {
          await reading.then(
            (one) => read.push(one),
            (error: unknown) => noteDamage(id, error),
          );
        }
        const [documents, judged, newAdapters, newGlossary] = await Promise.all([
          store.documents(),
          store.pairs(),
          openAdapters(store, note),
          openGlossary(store, note),
        ]);
        // From here on in one go: no question meets half of it.
        rows.takeOver(newest.segments, read);
        refill(summaries, documents);
        refill(pairs, judged);
        adapters = newAdapters;
        glossary = newGlossary;
        questions = await questionBook();
        return true;
      } finally {
        newest.close();
      }
    },
  };
}

/** A segment without its vectors; with them where there is nothing to search it by instead. */
async function readToSearch(stored: StoredSegment, fields: FieldWeights): Promise<ReadSegment> {
  const { id, model, language, dim, rows } = stored;
  const [chunks, sparse, blocks] = await Promise.all([
    stored.chunks(),
    stored.sparse(),
    readSearchBlocks(stored.derived, dim, rows, fields),
  ]);
  const segment = { id, model, language, dim, chunks, ...(sparse && { sparse }) };
  return blocks ? { stored, segment, blocks } : { stored, segment: { ...segment, vectors: await stored.vectors() } };
}

async function readWhole(stored: StoredSegment, fields: FieldWeights): Promise<ReadSegment> {
  const [read, vectors] = await Promise.all([readToSearch(stored, fields), stored.vectors()]);
  return { ...read, segment: { ...read.segment, vectors } };
}

function rowsByModel(segments: readonly StoredSegment[]): Map<ModelKey, number> {
  const count = new Map<ModelKey, number>();
  for (const { model, rows } of segments) count.set(model, (count.get(model) ?? 0) + rows);
  return count;
}

const byId = <V extends { readonly id: string }>(values: readonly V[]): Map<V['id'], V> =>
  new Map(values.map((value) => [value.id, value]));

function refill<K, V extends { readonly id: K }>(map: Map<K, V>, values: readonly V[]): void {
  map.clear();
  for (const value of values) map.set(value.id, value);
}
