import type { Chunk, DocumentId, FieldWeights, Language, ModelKey, Segment } from '../core/types.ts';
import { createSearchIndex, type SearchBlocks } from '../search/index.ts';
import type { StoredSegment } from '../store/store.ts';

/** A segment's rows, its vectors apart. */
export type Passages = Omit<Segment, 'vectors'>;

/** A stored segment as it was read: with blocks to search it by, or its vectors, or both. */
export interface ReadSegment {
  readonly stored: StoredSegment;
  readonly segment: Passages & Partial<Pick<Segment, 'vectors'>>;
  readonly blocks?: SearchBlocks;
}

/** A stored segment in memory. */
interface Held {
  /** Its first row in the index. */
  readonly first: number;
  readonly segment: Passages;
  readonly dead: ReadonlySet<number>;
}

/** Rows that count no more stay in memory until they outnumber the others, and these. */
const MOST_DEAD = 4096;

/**
 * The rows of a collection in memory: the search index, and which passages and models there are, always in step. Nothing
 * here reads or writes the store.
 */
export class Rows {
  readonly #fields: FieldWeights;
  readonly #chunks = new Map<DocumentId, Chunk[]>();
  readonly #models = new Map<Language, Set<ModelKey>>();
  readonly #made = new Map<DocumentId, ModelKey>();
  /** Stored segments by id. */
  readonly #held = new Map<number, Held>();
  /** What this tab committed, under ids that only the store knows. */
  #own: { readonly first: number; readonly rows: number }[] = [];
  /** Rows ever taken in, dead ones too. */
  #count = 0;
  #index: ReturnType<typeof createSearchIndex>;

  /** @param expected rows by model, so that the index is made for as many. */
  constructor(fields: FieldWeights, expected: ReadonlyMap<ModelKey, number>) {
    this.#fields = fields;
    this.#index = createSearchIndex({ fields, expected });
  }

  /** Another one after `clear`. */
  get index() {
    return this.#index;
  }

  /** Which models made the vectors that are here, by language. */
  get models(): ReadonlyMap<Language, ReadonlySet<ModelKey>> {
    return this.#models;
  }

  modelOf(document: DocumentId): ModelKey | undefined {
    return this.#made.get(document);
  }

  /** A document's chunks, as they came. */
  chunks(document: DocumentId): readonly Chunk[] {
    return this.#chunks.get(document) ?? [];
  }

  has(segment: number): boolean {
    return this.#held.has(segment);
  }

  /** Takes in a stored segment; its first row in the index, whose vectors are to be supplied unless they came with it. */
  load({ stored: { id, rows, dead }, segment, blocks }: ReadSegment): number {
    const { vectors, ...passages } = segment;
    const first = blocks
      ? this.#index.load(passages, blocks, dead)
      : this.#index.add({ ...passages, vectors: vectors! }, dead);
    if (blocks && vectors) this.#index.supply(first, vectors);
    this.#held.set(id, { first, segment: passages, dead });
    this.#count += rows;
    this.#take(passages, dead);
    return first;
  }

  /** Takes in what this tab has committed. */
  add(segment: Segment): void {
    this.#own.push({ first: this.#index.add(segment), rows: segment.chunks.length });
    this.#count += segment.chunks.length;
    this.#take(segment);
  }

  forget(documents: readonly DocumentId[]): void {
    this.#index.remove(documents);
    for (const id of documents) {
      this.#chunks.delete(id);
      this.#made.delete(id);
    }
  }

  /** Lets go of a stored segment whose bytes turned out to be damaged. */
  lose(id: number): void {
    const lost = this.#held.get(id);
    if (!lost) return;
    this.#index.drop(lost.first, lost.segment.chunks.length);
    this.#held.delete(id);
    const gone = new Set(lost.segment.chunks);
    for (const [document, list] of this.#chunks) {
      if (list.some((chunk) => gone.has(chunk)))
        this.#chunks.set(
          document,
          list.filter((chunk) => !gone.has(chunk)),
        );
    }
  }

  /** Whether so few of the rows in memory would still count, with `segments` as the store has them, that opening anew is better. */
  isMostlyDead(segments: readonly StoredSegment[]): boolean {
    const live = segments.reduce((sum, { rows, dead }) => sum + rows - dead.size, 0);
    const coming = segments.filter(({ id }) => !this.has(id)).reduce((sum, { rows }) => sum + rows, 0);
    return this.#count + coming > 2 * live + MOST_DEAD;
  }

  /** Memory as the store has it now: segments that are gone go, rows that died die, what was read comes. */
  takeOver(segments: readonly StoredSegment[], read: readonly ReadSegment[]): void {
    const stored = new Map(segments.map((one) => [one.id, one]));
    for (const { first, rows } of this.#own) this.#index.drop(first, rows);
    this.#own = [];
    for (const map of [this.#chunks, this.#made, this.#models]) map.clear();
    for (const [id, { first, segment, dead }] of this.#held) {
      const now = stored.get(id);
      if (now) {
        for (const row of now.dead) if (!dead.has(row)) this.#index.drop(first + row, 1);
        this.#held.set(id, { first, segment, dead: now.dead });
        this.#take(segment, now.dead);
      } else {
        this.#index.drop(first, segment.chunks.length);
        this.#held.delete(id);
      }
    }
    for (const one of read) this.load(one);
  }

  clear(): void {
    this.#index = createSearchIndex({ fields: this.#fields });
    for (const map of [this.#chunks, this.#made, this.#models, this.#held]) map.clear();
    this.#own = [];
    this.#count = 0;
  }

  #take({ language, model, chunks }: Passages, dead?: ReadonlySet<number>): void {
    this.#models.set(language, (this.#models.get(language) ?? new Set()).add(model));
    chunks.forEach((chunk, row) => {
      if (dead?.has(row)) return;
      this.#made.set(chunk.document, model);
      const list = this.#chunks.get(chunk.document);
      if (list) list.push(chunk);
      else this.#chunks.set(chunk.document, [chunk]);
    });
  }
}
