import { EngineError } from '../core/errors.ts';
import type { Cartographer, MapArea, MapOptions, MappedDocument, PassageMap, Projector } from '../core/map.ts';
import { createRandom } from '../core/random.ts';
import type { DocumentId, Language, ModelKey } from '../core/types.ts';
import type { LiveRow } from '../search/index.ts';
import { chunkOf } from './accepted.ts';
import type { Collection } from './collection.ts';
import type { Library } from './library.ts';
import { documentsOf, fitInto, sectionsOf } from './map-areas.ts';
import { type DocumentPlaces, decodeLayout, encodeLayout, LAYOUTS, type Layout } from './map-file.ts';

export interface MappingParts {
  readonly opened: () => Promise<Library>;
  /** In a thread of its own, so that searching goes on; in this one unless told. */
  readonly projector?: Projector;
}

/** From so many passages of a model a layout is computed, drawn evenly; the rest are placed among them. */
export const MOST_FITTED = 10_000;
/** Rows whose vectors are on their way at once. */
const BLOCK = 4096;
/** A layout of less than this share of the passages is computed anew. */
const STILL_GOOD = 2 / 3;
/** Time that placing a passage takes, in that of fitting one. */
const PLACING = 0.3;
const SIMILAR = 8;

/** The engine's part that lays passages out, and `close` for its projector. */
export function createMapping({ opened, projector: given }: MappingParts): Cartographer & { close(): Promise<void> } {
  let projector = given;
  /** As last computed or read, by model; the store has them too. */
  const layouts = new Map<ModelKey, Layout>();
  let queue: Promise<unknown> = Promise.resolve();

  const map = async ({ anew = false, signal, onProgress }: MapOptions): Promise<PassageMap> => {
    signal?.throwIfAborted();
    const library = await opened();
    const collection = library.collection();
    await collection.whole;
    if (layouts.size === 0) {
      for (const attachment of await library.store.attachments(LAYOUTS)) {
        const read = decodeLayout(attachment);
        if (read) layouts.set(read.model, read.layout);
      }
    }
    const lanes = lanesOf(collection);
    const work = lanes.map(({ model, rows }) => planOf(collection, rows, anew ? undefined : layouts.get(model)));
    const total = work.reduce((sum, { cost }) => sum + cost, 0);
    let done = 0;
    try {
      for (const [i, { model, rows }] of lanes.entries()) {
        const plan = work[i]!;
        if (plan.cost === 0) continue;
        projector ??= (await import('../map/projector.ts')).createProjector();
        const tell: Tell = (phase, share) => onProgress?.({ phase, done: (done + share * plan.cost) / total });
        layouts.set(model, await layOut(collection, rows, plan, projector, tell, signal));
        done += plan.cost;
      }
    } finally {
      // Its thread holds a copy of every vector: it goes, and the next map starts a fresh one.
      if (projector && total > 0) await projector.close();
    }
    if (total > 0) keep(library, lanes);
    return mapOf(collection, lanes, layouts);
  };

  /**
   * Kept when nobody writes: what is being added is not waited for, and without room it is computed again. Layouts of models
   * that made none of what is here go.
   */
  const keep = (library: Library, lanes: readonly Lane[]) => {
    const gone = [...layouts.keys()].filter((model) => !lanes.some((lane) => lane.model === model));
    for (const model of gone) layouts.delete(model);
    const attachments = [
      ...lanes.map(({ model }) => encodeLayout(model, layouts.get(model)!)),
      ...gone.map((model) => ({ name: LAYOUTS + model })),
    ];
    library.change((collection) => collection.commit({ attachments })).catch(() => {});
  };

  return {
    map(options = {}) {
      const result = queue.then(() => map(options));
      queue = result.catch(() => {});
      return result;
    },
    async passages(ids) {
      const collection = (await opened()).collection();
      return ids.map((id) => {
        try {
          return chunkOf(collection, id);
        } catch (error) {
          if (error instanceof EngineError) return undefined;
          throw error;
        }
      });
    },
    async similar(passage, limit = SIMILAR) {
      const collection = (await opened()).collection();
      await collection.whole;
      return collection.index.nearest(chunkOf(collection, passage).id, limit);
    },
    close: async () => projector?.close(),
  };
}

interface Lane {
  readonly model: ModelKey;
  readonly languages: readonly Language[];
  /** By document, then ordinal. */
  readonly rows: readonly LiveRow[];
}

/** What is searchable, by the model that made its vectors, the most first. */
function lanesOf(collection: Collection): Lane[] {
  const byModel = new Map<ModelKey, LiveRow[]>();
  for (const row of collection.index.live()) {
    const lane = byModel.get(row.model);
    if (lane) lane.push(row);
    else byModel.set(row.model, [row]);
  }
  const before = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...byModel]
    .map(([model, rows]) => ({
      model,
      languages: [...collection.models()].flatMap(([language, keys]) => (keys.has(model) ? [language] : [])),
      rows: rows.sort((a, b) => before(a.chunk.document, b.chunk.document) || a.chunk.ordinal - b.chunk.ordinal),
    }))
    .sort((a, b) => b.rows.length - a.rows.length || before(a.model, b.model));
}

/** Which of a lane's rows have places, and which get them how. */
interface Plan {
  /** x and y of every row; NaN where there are none yet. */
  readonly points: Float32Array;
  readonly fitted: number;
  /** Rows to compute a layout from, or that hold one. */
  readonly anchors: readonly number[];
  readonly isNew: boolean;
  readonly missing: readonly number[];
  readonly cost: number;
}

/** x and y of every row by a layout; NaN where it has none, or one for another content. */
function pointsOf(
  collection: Collection,
  rows: readonly LiveRow[],
  layout: Layout | undefined,
): Float32Array<ArrayBuffer> {
  const points = new Float32Array(rows.length * 2).fill(Number.NaN);
  for (const [i, { chunk }] of rows.entries()) {
    const places = layout?.documents.get(chunk.document);
    if (!places || places.hash !== collection.summaries.get(chunk.document)?.hash) continue;
    const at = placeAt(places, chunk.ordinal);
    if (at >= 0) points.set(places.points.subarray(at * 2, at * 2 + 2), i * 2);
  }
  return points;
}

function planOf(collection: Collection, rows: readonly LiveRow[], layout: Layout | undefined): Plan {
  const points = pointsOf(collection, rows, layout);
  const placed = rows.flatMap((_, i) => (Number.isNaN(points[2 * i]) ? [] : [i]));
  const isNew = !layout || placed.length < rows.length * STILL_GOOD;
  const anchors = drawn(isNew ? rows.map((_, i) => i) : placed, MOST_FITTED);
  const has = new Set(isNew ? anchors : placed);
  const missing = rows.flatMap((_, i) => (has.has(i) ? [] : [i]));
  const cost = (isNew ? anchors.length : 0) + missing.length * PLACING;
  return { points, fitted: isNew ? anchors.length : layout.fitted, anchors, isNew, missing, cost };
}

function placeAt({ ordinals }: DocumentPlaces, ordinal: number): number {
  if (ordinals[ordinal] === ordinal) return ordinal;
  return ordinals.indexOf(ordinal);
}

/** All, or as many as are allowed, drawn by a fixed seed; ascending. */
function drawn(rows: readonly number[], most: number): readonly number[] {
  if (rows.length <= most) return rows;
  return createRandom(1)
    .shuffle([...rows])
    .slice(0, most)
    .sort((a, b) => a - b);
}

type Tell = (phase: 'compare' | 'arrange' | 'place', share: number) => void;

async function layOut(
  collection: Collection,
  rows: readonly LiveRow[],
  { points, fitted, anchors, isNew, missing, cost }: Plan,
  projector: Projector,
  tell: Tell,
  signal: AbortSignal | undefined,
): Promise<Layout> {
  const vectorsOf = (some: readonly number[]) => collection.index.vectors(some.map((i) => rows[i]!.row));
  const { dim, values } = vectorsOf(anchors);
  const fitting = isNew ? anchors.length / cost : 0;
  const cancel = signal ? { signal } : {};
  if (isNew) {
    const laid = await projector.fit(values, dim, {
      ...cancel,
      onProgress: (phase, done) => tell(phase, done * fitting),
    });
    put(points, anchors, laid);
  } else {
    await projector.anchor(
      values,
      dim,
      Float32Array.from({ length: anchors.length * 2 }, (_, i) => points[2 * anchors[i >> 1]! + (i & 1)]!),
    );
  }
  for (let at = 0; at < missing.length; at += BLOCK) {
    signal?.throwIfAborted();
    const block = missing.slice(at, at + BLOCK);
    const share = (done: number) => fitting + (1 - fitting) * ((at + done * block.length) / missing.length);
    const placed = await projector.place(vectorsOf(block).values, {
      ...cancel,
      onProgress: (phase, done) => tell(phase, share(done)),
    });
    put(points, block, placed);
  }
  return { fitted, documents: byDocument(collection, rows, points) };
}

function put(points: Float32Array, rows: readonly number[], values: Float32Array): void {
  for (const [i, row] of rows.entries()) points.set(values.subarray(2 * i, 2 * i + 2), 2 * row);
}

function byDocument(
  collection: Collection,
  rows: readonly LiveRow[],
  points: Float32Array,
): Map<DocumentId, DocumentPlaces> {
  const documents = new Map<DocumentId, DocumentPlaces>();
  for (const { id, first, passages } of documentsOf(rows)) {
    documents.set(id, {
      hash: collection.summaries.get(id)?.hash ?? '',
      ordinals: Uint32Array.from(rows.slice(first, first + passages), ({ chunk }) => chunk.ordinal),
      points: points.slice(2 * first, 2 * (first + passages)),
    });
  }
  return documents;
}

/** Areas stand beside one another, each as large as its passages are many, with room between them. */
function mapOf(collection: Collection, lanes: readonly Lane[], layouts: ReadonlyMap<ModelKey, Layout>): PassageMap {
  const count = lanes.reduce((sum, { rows }) => sum + rows.length, 0);
  const points = new Float32Array(count * 2);
  const ordinals = new Uint32Array(count);
  const documents: MappedDocument[] = [];
  const areas: MapArea[] = [];
  let [fitted, first, edge] = [0, 0, 0];
  for (const { model, languages, rows } of lanes) {
    const layout = layouts.get(model)!;
    const own = pointsOf(collection, rows, layout);
    const radius = Math.sqrt(rows.length);
    const x = areas.length === 0 ? 0 : edge + radius * (1 + GAP);
    edge = x + radius * (1 + GAP);
    fitInto(own, x, radius);
    points.set(own, first * 2);
    for (const [i, { chunk }] of rows.entries()) ordinals[first + i] = chunk.ordinal;
    for (const one of documentsOf(rows)) documents.push({ ...one, ...sectionsOf(rows, one), first: first + one.first });
    areas.push({ model, languages, passages: rows.length, x, y: 0, radius });
    fitted += Math.min(layout.fitted, rows.length);
    first += rows.length;
  }
  return { points, ordinals, documents, areas, fitted };
}

/** Room between areas, in their radius. */
const GAP = 0.15;
