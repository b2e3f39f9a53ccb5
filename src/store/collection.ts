import { EngineError } from '../core/errors.ts';
import { acceptedPrefix, decodePair } from './accepted.ts';
import { isCorrupt, unlessCorrupt } from './block.ts';
import { applied, replaced, replacedTokens } from './changes.ts';
import { mergeSegments, runsToMerge } from './compact.ts';
import { Damage } from './damage.ts';
import {
  attachmentKey,
  contentKey,
  decodeAttachment,
  decodeContent,
  idOfKey,
  summaryKey,
  summaryPrefix,
} from './documents.ts';
import type { Batch, Home } from './home.ts';
import {
  deadRows,
  decodeManifest,
  EMPTY,
  encodeManifest,
  MANIFEST_KEYS,
  type Manifest,
  type SegmentEntry,
} from './manifest.ts';
import { alone, type Peers } from './peers.ts';
import {
  checkSegment,
  derive,
  type Part,
  partsOf,
  readChunks,
  readDerived,
  readSegment,
  readSparse,
  readVectors,
} from './segments.ts';
import type { Derivation, LoadedSegment, Store, StoredSegment } from './store.ts';
import type { TokenPart } from './token-block.ts';
import { createTokenReader, mergedTokens, TOKEN_ROWS, tokenPartsOf } from './tokens.ts';

export interface StoreOptions {
  readonly derivation?: Derivation;
  readonly peers?: Peers;
}

/** A `Store` over any home: what a document, a segment and a commit are, in blocks. */
export function createStore(home: Home, { derivation, peers = alone() }: StoreOptions = {}): Store {
  const damage = new Damage(home.damage);
  let nextSegment = 0;

  const readManifest = async (): Promise<Manifest> => {
    const manifest = decodeManifest(await home.read(MANIFEST_KEYS), damage.note);
    nextSegment = Math.max(nextSegment, manifest.nextSegment);
    return manifest;
  };

  const tokens = createTokenReader(home, readManifest, damage.note);
  peers.listen(tokens.changed);
  const announce = () => {
    tokens.changed();
    peers.announce();
  };

  /** One atomic step from a manifest to the next. `plan` gets the blocks under `keys` too; undefined changes nothing. */
  const change = async (
    plan: (manifest: Manifest, blocks: (ArrayBuffer | undefined)[]) => Batch | undefined,
    keys: readonly string[] = [],
  ): Promise<void> => {
    let changed = false;
    await home.update([...MANIFEST_KEYS, ...keys], ([a, b, ...blocks]) => {
      const batch = plan(decodeManifest([a, b], damage.note), blocks);
      changed = batch !== undefined;
      return batch ?? { deletes: [], puts: [] };
    });
    if (changed) announce();
  };

  const repair = async () => {
    if (damage.nothing) return;
    await change((manifest, blocks) => damage.repair(manifest, blocks), damage.affectedKeys());
    damage.settled();
  };

  /** Notes damage of a segment on its way to the caller. */
  const noting = async <T>(entry: SegmentEntry, reading: Promise<T>): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      if (isCorrupt(error)) damage.segment(entry, error.message);
      throw error;
    }
  };

  const stored = (entry: SegmentEntry, dead: ReadonlySet<number>): StoredSegment => {
    const { id, model, language, dim, rows } = entry;
    const chunks = () => noting(entry, readChunks(home.read, entry));
    const vectors = () => noting(entry, readVectors(home.read, entry));
    const sparse = () => noting(entry, readSparse(home.read, entry));
    let derivedAnew: Promise<Part['derived']> | undefined;
    const derived = async (name: string) => {
      const block = await readDerived(home.read, entry, name).catch((error: unknown) => {
        if (!isCorrupt(error)) throw error;
        // Not kept when it was written, which is no damage, or damaged; either way it can be had again.
        if (entry.derived?.includes(name)) damage.note(error.message);
      });
      if (block) return block;
      derivedAnew ??= noting(entry, readSegment(home.read, entry)).then((segment) => derive(segment, derivation));
      const [, body] = (await derivedAnew).find(([known]) => known === name) ?? [];
      return Uint8Array.from(body ?? []);
    };
    return { id, model, language, dim, rows, dead, chunks, vectors, sparse, derived };
  };

  const snapshot: Store['snapshot'] = async () => {
    const close = await peers.reading();
    try {
      const manifest = await readManifest();
      const summaries = await home.list(summaryPrefix);
      const whole = summaries.filter(([key, block]) => damage.summary(key, block));
      const known = new Set(whole.map(([key]) => idOfKey(key)));
      const segments = manifest.segments.map((entry) => stored(entry, deadRows(entry, known)));
      return { revision: manifest.revision, segments, close };
    } catch (error) {
      close();
      throw error;
    }
  };

  async function* segments(onDamaged?: (segment: number, message: string) => void): AsyncGenerator<LoadedSegment> {
    const { segments, close } = await snapshot();
    try {
      for (const { id, model, language, dim, dead, chunks, vectors, sparse } of segments) {
        try {
          const [rows, dense, found] = await Promise.all([chunks(), vectors(), sparse()]);
          yield {
            segment: { id, model, language, dim, chunks: rows, vectors: dense, ...(found && { sparse: found }) },
            dead,
          };
        } catch (error) {
          if (!isCorrupt(error)) throw error;
          onDamaged?.(id, error.message);
        }
      }
    } finally {
      close();
    }
  }

  /** Merges one run; leaves it if it has changed since it was looked at, or if one of its segments is damaged. */
  const merge = async (run: readonly SegmentEntry[]): Promise<void> => {
    const read = run.map(async (entry) => ({ entry, segment: await noting(entry, readSegment(home.read, entry)) }));
    const merged = partsOf(mergeSegments(await Promise.all(read)), derivation);
    await change((manifest) => (isAsIn(manifest.segments, run) ? replaced(manifest, run, merged) : undefined));
  };

  const replaceTokens = (run: readonly SegmentEntry[], merged: readonly TokenPart[]) =>
    change((manifest) => (isAsIn(manifest.tokens ?? [], run) ? replacedTokens(manifest, run, merged) : undefined));

  /** As `merge`. Of a run that holds a damaged block nothing is kept: passages can be read again. */
  const mergeTokens = async (run: readonly SegmentEntry[]): Promise<void> => {
    const merged = await mergedTokens(home, run).catch((error: unknown) => {
      if (!isCorrupt(error)) throw error;
      damage.note(error.message);
      return [];
    });
    await replaceTokens(run, merged);
  };

  const mergeAll = (everything: boolean) =>
    peers.unread(async () => {
      const manifest = await readManifest();
      for (const run of runsToMerge(manifest, everything, derivation?.names)) await unlessKept(merge(run));
      const blocks = (manifest.tokens ?? []).filter(({ id }) => !tokens.damaged.has(id));
      for (const run of runsToMerge({ segments: blocks }, everything, [], TOKEN_ROWS))
        await unlessKept(mergeTokens(run));
      for (const one of manifest.tokens ?? []) if (tokens.damaged.has(one.id)) await replaceTokens([one], []);
    });

  /** What could not be merged is still there. A damaged segment has been noted and goes with the next repair. */
  const unlessKept = (merging: Promise<void>) =>
    merging.catch((error: unknown) => {
      if (!isCorrupt(error) && !isQuota(error)) throw error;
    });

  return {
    async documents() {
      const blocks = await home.list(summaryPrefix);
      return blocks.flatMap(([key, block]) => damage.summary(key, block) ?? []);
    },

    async pairs() {
      const blocks = await home.list(acceptedPrefix);
      return blocks.flatMap(([key, block]) => unlessCorrupt(() => decodePair(key, block), damage.note) ?? []);
    },

    async content(id) {
      const key = contentKey(id);
      const [block, summary] = await home.read([key, summaryKey(id)]);
      if (!summary) return undefined;
      try {
        return decodeContent(id, block);
      } catch (error) {
        if (isCorrupt(error)) {
          damage.content(id, error.message);
          // At once, so that it is known after a reload too; where that fails, the next commit does it.
          await repair().catch(() => {});
        }
        throw error;
      }
    },

    async attachments(prefix) {
      const blocks = await home.list(attachmentKey(prefix));
      return blocks.flatMap(([key, block]) => unlessCorrupt(() => decodeAttachment(key, block), damage.note) ?? []);
    },

    segments,
    snapshot,
    tokens: tokens.read,
    nextSegment: () => nextSegment++,

    async commit(wanted) {
      wanted.segments?.forEach(checkSegment);
      const segments = wanted.segments ?? [];
      const added = {
        parts: segments.flatMap((segment) => partsOf(segment, derivation)),
        tokens: segments.flatMap(tokenPartsOf),
      };
      await repair();
      await change((manifest) => {
        const batch = applied(manifest, wanted, added);
        nextSegment = Math.max(nextSegment, manifest.nextSegment + added.parts.length + added.tokens.length);
        return batch;
      });
      // The change is committed: what merging fails at is worth a note, not an error.
      await mergeAll(false).catch((error) => damage.note(`Small segments could not be merged: ${error}`));
    },

    async compact() {
      await repair();
      return mergeAll(true);
    },

    damage: () => damage.sentences,
    exclusively: (task, { wait = true } = {}) => peers.writing(task, wait),
    onChange: (listener) => peers.listen(listener),
    usage: () => home.usage(),

    async clear() {
      await home.update(MANIFEST_KEYS, (copies) => {
        const { revision, nextSegment } = unlessCorrupt(() => decodeManifest(copies)) ?? EMPTY;
        return { clear: true, deletes: [], puts: encodeManifest({ ...EMPTY, revision, nextSegment }) };
      });
      damage.settled();
      announce();
    },

    async close() {
      peers.close();
      await home.close();
    },
  };
}

/** Whether the entries are still what `run` says they are. */
function isAsIn(entries: readonly SegmentEntry[], run: readonly SegmentEntry[]): boolean {
  const ids = new Set(run.map(({ id }) => id));
  return JSON.stringify(entries.filter(({ id }) => ids.has(id))) === JSON.stringify(run);
}

const isQuota = (error: unknown) => error instanceof EngineError && error.code === 'quota-exceeded';
