import type { DocumentSummary, ImportReport } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import { tokenRows } from '../core/tokens.ts';
import type { DocumentId, Segment } from '../core/types.ts';
import { acceptedPrefix, decodePair, encodePair } from './accepted.ts';
import { BATCH_MARK, decodeHead, encodeBatch, HEAD_BYTES, indexBytesOf, isTrailer, TRAILER_BYTES } from './batch.ts';
import { decodeJson, encodeJson } from './block.ts';
import {
  attachmentPrefix,
  contentKey,
  decodeAttachment,
  decodeContent,
  decodeSummary,
  encodeAttachment,
  encodeContent,
  encodeSummary,
  summaryPrefix,
} from './documents.ts';
import type { SegmentEntry } from './manifest.ts';
import { encodePart, readSegment, selectRows } from './segments.ts';
import type { Attachment, DocumentContent, Store, StoredPair } from './store.ts';
import { decodeTokens, encodeTokens } from './token-block.ts';
import { tokenPartOf, tokensKey } from './tokens.ts';

/**
 * A collection as one file: a batch (see `batch.ts`) for every segment or part of one, with its token vectors and the
 * summaries, contents and attachments (`questions/<document>`) of the documents that begin in it; then one with the
 * documents that have no passages, what is kept beside all documents (judged pairs, adapters and which of them are
 * applied), and this, by which a whole file is told from a cut one. Derived blocks are left out: who reads the file makes
 * his own.
 */
interface Closing {
  readonly format: 1;
  readonly documents: number;
  readonly segments: number;
}
const CLOSING_KEY = 'archive/end';
/** What the segment in a batch is: an entry without rows' owners. */
const ENTRY_KEY = 'archive/segment';
/** Rows in a batch: some tens of megabytes. */
const PORTION_ROWS = 1024;

/** The collection as bytes, read as fast as they are taken. What is removed meanwhile may or may not be in them. */
export function exportCollection(store: Store): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = archivePieces(store);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

/**
 * Adds the documents of an exported file, and what is kept beside them. A document that is here with another content is
 * replaced; of what is beside the documents, what is here stays: a person's own word, and the adapter they chose.
 *
 * The whole file is checked before the first write, so a damaged or cut one changes nothing. After that every segment
 * is a commit of its own; importing the same file again goes on where it was interrupted.
 *
 * @throws EngineError `format-unsupported` if it is no such file, `block-corrupt` if it is damaged or cut,
 *   `store-version` if a newer Nearfield wrote it, `quota-exceeded`.
 */
export async function importCollection(store: Store, file: Blob): Promise<ImportReport> {
  await checkArchive(file);

  const here = new Map((await store.documents()).map((one) => [one.id, one]));
  const incoming = new Map<DocumentId, DocumentSummary>();
  const pairsHere = new Set((await store.pairs()).map(({ id }) => id));
  const attachedHere = new Set((await store.attachments('')).map(({ name }) => name));
  let [unchanged, beside] = [0, 0];
  for await (const { segment, summaries, contents, attachments, pairs } of archiveParts(file)) {
    const fresh = summaries.filter((one) => {
      const known = here.get(one.id);
      const same = known?.hash === one.hash && known.stored === known.chunks;
      if (same) unchanged++;
      else incoming.set(one.id, { ...one, stored: 0 });
      return !same;
    });
    const rows = segment && selectRows(segment, ({ document }) => incoming.has(document));
    for (const { document } of rows?.chunks ?? []) {
      const summary = incoming.get(document)!;
      incoming.set(document, { ...summary, stored: summary.stored + 1 });
    }
    const changed = new Set([...fresh.map(({ id }) => id), ...(rows?.chunks ?? []).map(({ document }) => document)]);
    const documents = new Set<string>(summaries.map(({ id }) => id));
    const ofDocuments = attachments.filter(({ name }) => documents.has(ownerOf(name)) && incoming.has(ownerOf(name)));
    const others = attachments.filter(({ name }) => !documents.has(ownerOf(name)) && !attachedHere.has(name));
    const said = pairs.filter(({ id }) => !pairsHere.has(id));
    beside += others.length + said.length;
    if (changed.size + others.length + said.length === 0) continue;
    const removed = fresh.flatMap(({ id }) => (here.has(id) ? [id] : []));
    const stale = [...attachedHere].filter((name) => removed.includes(ownerOf(name)));
    await store.commit({
      removed,
      documents: [...changed].map((id) => incoming.get(id)!),
      contents: contents.filter(({ id }) => incoming.has(id)),
      attachments: [...stale.map((name) => ({ name })), ...ofDocuments, ...others],
      pairs: said,
      segments: rows && rows.chunks.length > 0 ? [{ ...rows, id: store.nextSegment() }] : [],
    });
  }
  return { imported: incoming.size, unchanged, beside };
}

async function* archivePieces(store: Store): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined, undefined> {
  const summaries = new Map((await store.documents()).map((one) => [one.id, one]));
  const written = new Set<DocumentId>();
  const attachments = new Map<DocumentId, Attachment[]>();
  for (const one of await store.attachments('')) {
    const owner = ownerOf(one.name);
    attachments.set(owner, [...(attachments.get(owner) ?? []), one]);
  }
  let [sequence, segments] = [0, 0];

  const documentBlocks = async (ids: Iterable<DocumentId>) => {
    const blocks: [key: string, block: ArrayBuffer][] = [];
    for (const id of ids) {
      const summary = summaries.get(id);
      if (!summary || written.has(id)) continue;
      const content = await store.content(id);
      if (!content) continue;
      written.add(id);
      blocks.push(encodeSummary(summary), encodeContent(content));
      for (const attachment of attachments.get(id) ?? []) blocks.push(encodeAttachment(attachment));
    }
    return blocks;
  };

  for await (const alive of alivePortions(store)) {
    const documents = await documentBlocks(new Set(alive.chunks.map(({ document }) => document)));
    const rows = selectRows(alive, ({ document }) => written.has(document));
    if (rows.chunks.length === 0) continue;
    const { entry, puts } = encodePart({ segment: rows, derived: [] }, segments);
    const described: SegmentEntry = { ...entry, runs: [] };
    const tokens = await tokenPut(store, rows, segments++);
    yield* batchPieces(++sequence, [
      [ENTRY_KEY, encodeJson(ENTRY_KEY, 'manifest', described)],
      ...puts,
      ...tokens,
      ...documents,
    ]);
  }
  const rest = await documentBlocks(summaries.keys());
  const beside = [...attachments].flatMap(([owner, list]) => (summaries.has(owner) ? [] : list.map(encodeAttachment)));
  const said = (await store.pairs()).map(encodePair);
  const closing: Closing = { format: 1, documents: written.size, segments };
  yield* batchPieces(++sequence, [
    ...rest,
    ...beside,
    ...said,
    [CLOSING_KEY, encodeJson(CLOSING_KEY, 'manifest', closing)],
  ]);
}

/** Live rows, so many at a time that memory holds their token vectors. */
async function* alivePortions(store: Store): AsyncGenerator<Segment> {
  for await (const { segment, dead } of store.segments()) {
    for (let from = 0; from < segment.chunks.length; from += PORTION_ROWS) {
      yield selectRows(segment, (_, row) => row >= from && row < from + PORTION_ROWS && !dead.has(row));
    }
  }
}

/** The token vectors of these rows as a block, if any are stored. */
async function tokenPut(store: Store, rows: Segment, id: number): Promise<[key: string, block: ArrayBuffer][]> {
  const stored = await store.tokens(rows.chunks, rows.model);
  if (!stored.some((one) => one)) return [];
  const tokens = tokenRows(stored.map((one) => one ?? new Uint8Array(0)));
  return [[tokensKey(id), encodeTokens(tokensKey(id), tokenPartOf({ ...rows, tokens })!)]];
}

function* batchPieces(sequence: number, puts: readonly (readonly [key: string, block: ArrayBuffer])[]) {
  const sizes = puts.map(([key, block]) => [key, block.byteLength] as const);
  const { head, trailer } = encodeBatch({ clear: false, sequence, deletes: [], puts: sizes });
  yield head;
  for (const [, block] of puts) yield new Uint8Array(block);
  yield trailer;
}

interface ArchivePart {
  readonly segment?: Segment;
  readonly summaries: readonly DocumentSummary[];
  readonly contents: readonly DocumentContent[];
  readonly attachments: readonly Attachment[];
  readonly pairs: readonly StoredPair[];
}

/** The document that an attachment belongs to; no document's id where it belongs to the collection. */
const ownerOf = (name: string) => name.slice(name.indexOf('/') + 1) as DocumentId;

/** Reads all of it, which checks all of it. */
async function checkArchive(file: Blob): Promise<void> {
  for await (const part of archiveParts(file)) void part;
}

/** The batches of a file, each checked to its last byte. Cost: memory for one segment. */
async function* archiveParts(file: Blob): AsyncGenerator<ArchivePart> {
  const start = await bytesOf(file, 0, BATCH_MARK.length);
  if (!BATCH_MARK.every((byte, i) => start[i] === byte)) {
    throw new EngineError(
      'format-unsupported',
      'Expected a collection exported by Nearfield, got another kind of file.',
    );
  }
  let [at, documents, segments] = [0, 0, 0];
  let closing: Closing | undefined;
  for (let sequence = 1; !closing; sequence++) {
    const { blocks, end } = await readBatch(file, at, sequence);
    const part = await decodePart(blocks);
    documents += part.summaries.length;
    segments += part.segment ? 1 : 0;
    const closed = blocks.get(CLOSING_KEY);
    closing = closed && decodeJson<Closing>(CLOSING_KEY, 'manifest', closed);
    at = end;
    yield part;
  }
  if (at !== file.size || closing.documents !== documents || closing.segments !== segments) {
    throw damaged(`does not hold the ${closing.documents} documents it closes with`);
  }
}

async function readBatch(file: Blob, at: number, sequence: number) {
  const header = await bytesOf(file, at, HEAD_BYTES);
  if (header.length < HEAD_BYTES) throw damaged('is cut off');
  const head = decodeHead(await bytesOf(file, at, HEAD_BYTES + indexBytesOf(header)));
  if (!head || head.sequence !== sequence) throw damaged(`has no whole part ${sequence} at byte ${at}`);
  const blocks = new Map<string, ArrayBuffer>();
  let end = at + HEAD_BYTES + head.indexBytes;
  for (const [key, size] of head.puts) {
    blocks.set(key, (await bytesOf(file, end, size)).buffer);
    end += size;
  }
  if (!isTrailer(await bytesOf(file, end, TRAILER_BYTES), head)) throw damaged(`is cut off or damaged at byte ${end}`);
  return { blocks, end: end + TRAILER_BYTES };
}

async function decodePart(blocks: ReadonlyMap<string, ArrayBuffer>): Promise<ArchivePart> {
  const described = blocks.get(ENTRY_KEY);
  const read = async (keys: readonly string[]) => keys.map((key) => blocks.get(key));
  const summaries = [...blocks].flatMap(([key, block]) =>
    key.startsWith(summaryPrefix) ? [decodeSummary(key, block)] : [],
  );
  const segment = async (entry: SegmentEntry): Promise<Segment> => {
    const block = blocks.get(tokensKey(entry.id));
    const tokens = block && decodeTokens(tokensKey(entry.id), entry, block).tokens;
    return { ...(await readSegment(read, entry)), ...(tokens && { tokens }) };
  };
  return {
    ...(described && { segment: await segment(decodeJson(ENTRY_KEY, 'manifest', described)) }),
    summaries,
    contents: summaries.map(({ id }) => decodeContent(id, blocks.get(contentKey(id)))),
    attachments: [...blocks].flatMap(([key, block]) =>
      key.startsWith(attachmentPrefix) ? [decodeAttachment(key, block)] : [],
    ),
    pairs: [...blocks].flatMap(([key, block]) => (key.startsWith(acceptedPrefix) ? [decodePair(key, block)] : [])),
  };
}

const bytesOf = async (file: Blob, at: number, bytes: number) =>
  new Uint8Array(await file.slice(at, at + bytes).arrayBuffer());

const damaged = (how: string) =>
  new EngineError('block-corrupt', `The file ${how}; nothing was changed. Export the collection again.`);
