import type { DocumentSummary } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import { decodeJson, encodeJson } from './block.ts';
import {
  contentKey,
  decodeContent,
  decodeSummary,
  encodeContent,
  encodeSummary,
  idOfKey,
  summaryKey,
  summaryPrefix,
} from './documents.ts';
import type { Batch, Home } from './home.ts';
import { bury, deadRows, EMPTY, entryOf, liveRowsByDocument, type Manifest, type SegmentEntry } from './manifest.ts';
import { checkSegment, decodeSegment, encodeSegment, segmentKeys, splitSegment } from './segments.ts';
import type { Change, Store } from './store.ts';

/** Written twice in the same transaction, because it is the one block that nothing else could restore. */
const MANIFEST_KEYS = ['manifest/a', 'manifest/b'] as const;

/** A `Store` over any home: what a document, a segment and a commit are, in blocks. */
export function createStore(home: Home, nextSegment = 0): Store {
  /** Segments whose blocks were found damaged or missing, until the next commit drops them. */
  const damaged = new Map<number, SegmentEntry>();

  const documents = async (): Promise<DocumentSummary[]> => {
    const lost = liveRowsByDocument([...damaged.values()]);
    const blocks = await home.list(summaryPrefix);
    return blocks.flatMap(([key, block]) => {
      const summary = unlessCorrupt(() => decodeSummary(key, block));
      return summary ? [lowered(summary, lost.get(summary.id))] : [];
    });
  };

  /** Drops what was found damaged, so that the collection is whole again and only says what it has. */
  const repair = async () => {
    if (damaged.size === 0) return;
    const lost = liveRowsByDocument([...damaged.values()]);
    const keys = [...lost.keys()].map(summaryKey);
    await home.update([...MANIFEST_KEYS, ...keys], ([a, b, ...blocks]) => {
      const manifest = decodeManifest(a, b);
      const puts = blocks.flatMap((block, i) => {
        const summary = block && unlessCorrupt(() => decodeSummary(keys[i]!, block));
        return summary ? [encodeSummary(lowered(summary, lost.get(summary.id)))] : [];
      });
      const segments = manifest.segments.filter(({ id }) => !damaged.has(id));
      const deletes = [...damaged.keys()].flatMap((id) => Object.values(segmentKeys(id)));
      return { deletes, puts: [...puts, ...encodeManifest({ ...manifest, segments })] };
    });
    damaged.clear();
  };

  return {
    documents,

    async content(id) {
      const [block] = await home.read([contentKey(id)]);
      return block && decodeContent(id, block);
    },

    async *segments(onDamaged) {
      const [a, b] = await home.read(MANIFEST_KEYS);
      const known = new Set((await home.list(summaryPrefix)).map(([key]) => idOfKey(key)));
      for (const entry of decodeManifest(a, b).segments) {
        const keys = segmentKeys(entry.id);
        const blocks = await home.read([keys.chunks, keys.vectors]);
        const segment = unlessCorrupt(
          () => decodeSegment(entry, blocks),
          (message) => {
            damaged.set(entry.id, entry);
            onDamaged?.(entry.id, message);
          },
        );
        if (segment) yield { segment, dead: deadRows(entry, known) };
      }
    },

    nextSegment: () => nextSegment++,

    async commit(change) {
      change.segments?.forEach(checkSegment);
      await repair();
      await home.update(MANIFEST_KEYS, ([a, b]) => {
        const { manifest, batch } = apply(decodeManifest(a, b), change);
        nextSegment = Math.max(nextSegment, manifest.nextSegment);
        return { ...batch, puts: [...batch.puts, ...encodeManifest(manifest)] };
      });
    },

    usage: () => home.usage(),

    async clear() {
      await home.update(MANIFEST_KEYS, ([a, b]) => {
        const { revision, nextSegment } = unlessCorrupt(() => decodeManifest(a, b)) ?? EMPTY;
        return { clear: true, deletes: [], puts: encodeManifest({ ...EMPTY, revision, nextSegment }) };
      });
      damaged.clear();
    },

    close: () => home.close(),
  };
}

/** A change as one batch, and the manifest after it. Segment ids already taken (by another tab) are given anew. */
function apply(before: Manifest, change: Change): { manifest: Manifest; batch: Batch } {
  const removed = change.removed ?? [];
  const { revision, nextSegment, segments } = bury(before, new Set(removed));
  let next = nextSegment;
  const added = (change.segments ?? []).flatMap(splitSegment).map((segment) => {
    const id = Math.max(segment.id, next);
    next = id + 1;
    return { ...segment, id };
  });
  return {
    manifest: { revision, nextSegment: next, segments: [...segments, ...added.map(entryOf)] },
    batch: {
      deletes: removed.flatMap((id) => [summaryKey(id), contentKey(id)]),
      puts: [
        ...(change.documents ?? []).map(encodeSummary),
        ...(change.contents ?? []).map(encodeContent),
        ...added.flatMap(encodeSegment),
      ],
    },
  };
}

/** Both copies of the next revision. */
function encodeManifest(manifest: Manifest): [key: string, block: ArrayBuffer][] {
  const next = { ...manifest, revision: manifest.revision + 1 };
  return MANIFEST_KEYS.map((key) => [key, encodeJson(key, 'manifest', next)]);
}

/** The newer copy that is whole. @throws EngineError `block-corrupt` if none is, `store-version` */
function decodeManifest(...copies: (ArrayBuffer | undefined)[]): Manifest {
  if (copies.every((copy) => copy === undefined)) return EMPTY;
  const whole = copies.flatMap(
    (copy, i) => (copy && unlessCorrupt(() => decodeJson<Manifest>(MANIFEST_KEYS[i]!, 'manifest', copy))) ?? [],
  );
  if (whole.length === 0) {
    throw new EngineError(
      'block-corrupt',
      'Both copies of the manifest are damaged. Clear the collection and add its files again.',
    );
  }
  return whole.reduce((best, copy) => (copy.revision > best.revision ? copy : best));
}

const lowered = (summary: DocumentSummary, lost = 0): DocumentSummary =>
  lost === 0 ? summary : { ...summary, stored: Math.max(0, summary.stored - lost) };

/** What `read` returns, or undefined where it finds damage; every other error is thrown on. */
function unlessCorrupt<T>(read: () => T, onCorrupt?: (message: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'block-corrupt') throw error;
    onCorrupt?.(error.message);
    return undefined;
  }
}
