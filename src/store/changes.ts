import { acceptedKey, encodePair } from './accepted.ts';
import { attachmentKey, contentKey, encodeAttachment, encodeContent, encodeSummary, summaryKey } from './documents.ts';
import type { Batch } from './home.ts';
import { bury, encodeManifest, type Manifest, type SegmentEntry } from './manifest.ts';
import { encodePart, type Part, segmentKeys } from './segments.ts';
import type { Change } from './store.ts';
import type { TokenPart } from './token-block.ts';
import { encodeTokenPart, tokensKey } from './tokens.ts';

/** What is added: segments and, apart from them, token vectors, each cut to the size it is stored in. */
export interface Added {
  readonly parts: readonly Part[];
  readonly tokens: readonly TokenPart[];
}

/** A change as one batch. */
export function applied(
  before: Manifest,
  { removed = [], documents = [], contents = [], pairs = [], forgotten = [], attachments = [] }: Change,
  { parts, tokens }: Added,
): Batch {
  const { segments, tokens: tokensBefore = [], ...manifest } = bury(before, new Set(removed));
  const added = parts.map((part, i) => encodePart(part, before.nextSegment + i));
  const pooled = tokens.map((part, i) => encodeTokenPart(part, before.nextSegment + parts.length + i));
  const tokensAfter = [...tokensBefore, ...pooled.map(({ entry }) => entry)];
  const after = {
    ...manifest,
    nextSegment: before.nextSegment + parts.length + tokens.length,
    segments: [...segments, ...added.map(({ entry }) => entry)],
    ...(tokensAfter.length > 0 && { tokens: tokensAfter }),
  };
  return {
    deletes: [
      ...removed.flatMap((id) => [summaryKey(id), contentKey(id)]),
      ...forgotten.map(acceptedKey),
      ...attachments.flatMap(({ name, body }) => (body ? [] : [attachmentKey(name)])),
    ],
    puts: [
      ...attachments.flatMap(({ name, body }) => (body ? [encodeAttachment({ name, body })] : [])),
      ...documents.map(encodeSummary),
      ...contents.map(encodeContent),
      ...pairs.map(encodePair),
      ...added.flatMap(({ puts }) => puts),
      ...pooled.map(({ put }) => put),
      ...encodeManifest(after),
    ],
  };
}

/** `merged` in the place of the first of `run`, as one batch. */
export function replaced(before: Manifest, run: readonly SegmentEntry[], merged: readonly Part[]): Batch {
  const added = merged.map((part, i) => encodePart(part, before.nextSegment + i));
  const segments = inPlace(before.segments, run, added);
  return {
    deletes: run.flatMap(segmentKeys),
    puts: [
      ...added.flatMap(({ puts }) => puts),
      ...encodeManifest({ ...before, nextSegment: before.nextSegment + merged.length, segments }),
    ],
  };
}

/** The same for token vectors. */
export function replacedTokens(before: Manifest, run: readonly SegmentEntry[], merged: readonly TokenPart[]): Batch {
  const added = merged.map((part, i) => encodeTokenPart(part, before.nextSegment + i));
  const tokens = inPlace(before.tokens ?? [], run, added);
  return {
    deletes: run.map(({ id }) => tokensKey(id)),
    puts: [
      ...added.map(({ put }) => put),
      ...encodeManifest({ ...before, nextSegment: before.nextSegment + merged.length, tokens }),
    ],
  };
}

function inPlace(
  entries: readonly SegmentEntry[],
  run: readonly SegmentEntry[],
  added: readonly { readonly entry: SegmentEntry }[],
): SegmentEntry[] {
  const gone = new Set(run.map(({ id }) => id));
  return entries.flatMap((entry) =>
    entry.id === run[0]!.id ? added.map(({ entry }) => entry) : gone.has(entry.id) ? [] : [entry],
  );
}
