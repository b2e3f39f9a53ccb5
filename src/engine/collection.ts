import type { AcceptedId } from '../core/accepted.ts';
import type { DocumentSummary } from '../core/engine.ts';
import type { Chunk, DocumentId, Language, ModelKey } from '../core/types.ts';
import { createSearchIndex } from '../search/index.ts';
import type { Change, Store, StoredPair } from '../store/store.ts';
import { type Adapters, openAdapters } from './adapters.ts';

/** The store and what is held in memory of it, always in step: memory changes only after the store has committed. */
export interface Collection {
  readonly summaries: ReadonlyMap<DocumentId, DocumentSummary>;
  readonly index: ReturnType<typeof createSearchIndex>;
  readonly notes: readonly string[];
  readonly accepted: ReadonlyMap<AcceptedId, StoredPair>;
  readonly adapters: Adapters;
  /** Which models made the vectors that are here, by language. */
  models(): ReadonlyMap<Language, ReadonlySet<ModelKey>>;
  /** What made a document's vectors, if any are stored. */
  modelOf(document: DocumentId): ModelKey | undefined;
  /** A document's chunks, by ordinal. */
  chunks(document: DocumentId): readonly Chunk[];
  commit(change: Change): Promise<void>;
  clear(): Promise<void>;
}

/** Reads a whole collection into memory. Damaged segments are left out and named in `notes`. */
export async function openCollection(store: Store): Promise<Collection> {
  const summaries = new Map<DocumentId, DocumentSummary>();
  const chunks = new Map<DocumentId, Chunk[]>();
  const models = new Map<Language, Set<ModelKey>>();
  const accepted = new Map<AcceptedId, StoredPair>();
  const made = new Map<DocumentId, ModelKey>();
  const notes: string[] = [];
  let index = createSearchIndex();

  const take = (segment: NonNullable<Change['segments']>[number], dead?: ReadonlySet<number>) => {
    index.add(segment, dead);
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

  // Segments first: a damaged one lowers what its documents' summaries say is stored.
  for await (const { segment, dead } of store.segments((id, message) => notes.push(`Segment ${id}: ${message}`))) {
    take(segment, dead);
  }
  const adapters = await openAdapters(store, (sentence) => notes.push(sentence));
  for (const pair of await store.accepted()) accepted.set(pair.id, pair);
  for (const summary of await store.documents()) summaries.set(summary.id, summary);

  return {
    summaries,
    get index() {
      return index;
    },
    notes,
    accepted,
    adapters,
    models: () => models,
    modelOf: (document) => made.get(document),
    chunks: (document) => (chunks.get(document) ?? []).toSorted((a, b) => a.ordinal - b.ordinal),
    async commit(change) {
      await store.commit(change);
      if (change.removed) forget(change.removed);
      for (const segment of change.segments ?? []) take(segment);
      for (const summary of change.documents ?? []) summaries.set(summary.id, summary);
      for (const id of change.forgotten ?? []) accepted.delete(id);
      for (const pair of change.accepted ?? []) accepted.set(pair.id, pair);
      adapters.take(change.attachments);
    },
    async clear() {
      await store.clear();
      index = createSearchIndex();
      summaries.clear();
      chunks.clear();
      made.clear();
      accepted.clear();
      adapters.clear();
      models.clear();
      notes.length = 0;
    },
  };
}
