import type { DocumentSummary } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';
import { unlessCorrupt } from './block.ts';
import { contentKey, decodeContent, decodeSummary, encodeSummary, idOfKey, summaryKey } from './documents.ts';
import type { Batch } from './home.ts';
import { bury, encodeManifest, liveRowsByDocument, type Manifest, type SegmentEntry } from './manifest.ts';
import { segmentKeys } from './segments.ts';

/**
 * What was found missing or damaged. Reading only takes note; the next write drops what is lost and lowers `stored`
 * of the documents it belonged to, so that the collection again says exactly what it has.
 */
export class Damage {
  readonly sentences: string[];
  readonly #segments = new Map<number, SegmentEntry>();
  /** Documents whose summary is lost: without it their rows do not count either. */
  readonly #summaries = new Set<DocumentId>();
  readonly #contents = new Set<DocumentId>();

  constructor(sentences: readonly string[] = []) {
    this.sentences = [...sentences];
  }

  /** Damage that has taken nothing away. */
  readonly note = (message: string): void => {
    if (!this.sentences.includes(message)) this.sentences.push(message);
  };

  segment(entry: SegmentEntry, message: string): void {
    this.note(message);
    this.#segments.set(entry.id, entry);
  }

  content(id: DocumentId, message: string): void {
    this.note(message);
    this.#contents.add(id);
  }

  /** The summary under `key` as far as it can be believed; undefined if it is damaged. */
  summary(key: string, block: ArrayBuffer): DocumentSummary | undefined {
    const id = idOfKey(key);
    const summary = unlessCorrupt(
      () => decodeSummary(key, block),
      (message) => {
        this.note(message);
        this.#summaries.add(id);
      },
    );
    return summary && lowered(summary, liveRowsByDocument(this.#segments.values()), this.#contents);
  }

  get nothing(): boolean {
    return this.#segments.size + this.#summaries.size + this.#contents.size === 0;
  }

  /** Keys of the blocks that `repair` wants to see: summaries, then contents. */
  affectedKeys(): string[] {
    return [...this.#affected().map(summaryKey), ...[...this.#contents].map(contentKey)];
  }

  /**
   * The write that drops what is lost, of what `manifest` and `blocks` (under `affectedKeys`, in that order) still
   * show as lost: another tab may have mended it since.
   */
  repair(manifest: Manifest, blocks: readonly (ArrayBuffer | undefined)[]): Batch {
    const ids = this.#affected();
    const summaries = ids.map((id, i) => {
      const block = blocks[i];
      return block && unlessCorrupt(() => decodeSummary(summaryKey(id), block));
    });
    const segments = manifest.segments.filter(({ id }) => this.#segments.has(id));
    const rows = liveRowsByDocument(segments);
    const contents = [...this.#contents].filter(
      (id, i) => !unlessCorrupt(() => decodeContent(id, blocks[ids.length + i])),
    );
    const withoutContent = new Set(contents);
    const lost = ids.filter((id, i) => this.#summaries.has(id) && !summaries[i]);
    const rest = { ...manifest, segments: manifest.segments.filter(({ id }) => !this.#segments.has(id)) };
    return {
      deletes: [
        ...segments.flatMap(segmentKeys),
        ...lost.flatMap((id) => [summaryKey(id), contentKey(id)]),
        ...contents.map(contentKey),
      ],
      puts: [
        ...summaries.flatMap((summary) => (summary ? [encodeSummary(lowered(summary, rows, withoutContent))] : [])),
        ...encodeManifest(bury(rest, new Set(lost))),
      ],
    };
  }

  /** To be called when `repair` has been written, or everything cleared. */
  settled(): void {
    this.#segments.clear();
    this.#summaries.clear();
    this.#contents.clear();
  }

  #affected(): DocumentId[] {
    const rows = liveRowsByDocument(this.#segments.values());
    return [...new Set([...rows.keys(), ...this.#contents, ...this.#summaries])];
  }
}

/** A document without its content counts one passage less: enough to be taken up when its file is added again. */
function lowered(
  summary: DocumentSummary,
  rows: ReadonlyMap<DocumentId, number>,
  withoutContent: ReadonlySet<DocumentId>,
): DocumentSummary {
  const lost = (rows.get(summary.id) ?? 0) + (withoutContent.has(summary.id) ? 1 : 0);
  return lost === 0 ? summary : { ...summary, stored: Math.max(0, summary.stored - lost) };
}
