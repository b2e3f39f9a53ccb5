import { chunk } from '../chunk/chunk.ts';
import type { Embeddings, Encoder } from '../core/encoder.ts';
import type { AddOptions, AddPhase, AddReport, DocumentSummary, Skipped } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import { type SparseVector, sparseRow, sparseRows } from '../core/sparse.ts';
import { tokenRow, tokenRows } from '../core/tokens.ts';
import type { Chunk, Document, DocumentId, Language, ModelCard, Segment, SourceFile } from '../core/types.ts';
import { read } from '../read/read.ts';
import type { Attachment, Change, DocumentContent, Store } from '../store/store.ts';
import type { Collection } from './collection.ts';
import { contextsOf } from './contexts.ts';
import { glossaryFile } from './glossary.ts';
import { passageInput } from './inputs.ts';
import type { Models } from './models.ts';
import { questionsOf } from './questions.ts';

export interface IndexingParts {
  readonly collection: Collection;
  readonly store: Store;
  readonly encoder: Encoder;
  readonly models: Models;
}

/** Passages embedded between two looks at the signal: about a second of work on a slow machine, as two batches. */
const BATCH = 4;
/** A commit makes what was embedded durable and searchable; fewer commits, fewer small segments. */
const COMMIT_ROWS = 256;
const COMMIT_MS = 5_000;
/** The first passages become searchable sooner: it is when the person is watching. */
const FIRST_COMMIT_ROWS = 32;

/**
 * Reads, chunks, embeds and commits `files` in order.
 *
 * Cancelling finishes the batch in work (≤ 8 passages), commits it and throws the signal's reason. A document whose
 * hash is known goes on at its first chunk that is not stored, so nothing is lost and nothing embedded twice.
 * A file that cannot be read is reported and passed over; an error of the encoder or the store commits what it can
 * and ends the call.
 */
export async function addFiles(
  parts: IndexingParts,
  files: readonly SourceFile[],
  options: AddOptions,
): Promise<AddReport> {
  const { signal, onProgress, tokens = true } = options;
  const writer = createWriter(parts);
  const skipped: Skipped[] = [];
  const bytesTotal = files.reduce((sum, { data }) => sum + data.size, 0);
  let [added, unchanged, finished, bytesDone] = [0, 0, 0, 0];

  const report = (phase: AddPhase, current: string, bytes: number, total = bytesTotal) =>
    onProgress?.({
      phase,
      current,
      files: finished,
      filesTotal: files.length,
      bytes,
      bytesTotal: total,
      passages: writer.passages(),
    });

  try {
    for (const file of files) {
      signal?.throwIfAborted();
      report('index', file.path, bytesDone);
      const document = await readOrSkip(file, skipped);
      if (document) {
        const known = parts.collection.summaries.get(document.id);
        const same = known?.hash === document.hash && !(await isOutdated(parts, document));
        if (same && known.stored === known.chunks) unchanged++;
        else {
          const card = await parts.models.load(document.language, {
            ...(signal && { signal }),
            onProgress: (loaded, total) => report('model', parts.models.name(document.language), loaded, total),
          });
          const kept = { ...card, reranks: card.reranks && tokens };
          await addDocument(parts, writer, kept, document, same ? known : undefined, signal, (share) =>
            report('index', file.path, bytesDone + share * file.data.size),
          );
          added++;
        }
      }
      finished++;
      bytesDone += file.data.size;
      report('index', file.path, bytesDone);
    }
  } finally {
    await writer.flush();
  }
  return { added, unchanged, skipped, passages: writer.passages() };
}

/**
 * Whether the document's vectors were made by another model, or another version of it, than the one that questions are
 * asked with: then only its words are found, and it is indexed anew. Where the model cannot be had, nothing is outdated.
 */
async function isOutdated({ collection, models }: IndexingParts, { id, language }: Document): Promise<boolean> {
  const made = collection.modelOf(id);
  if (!made) return false;
  const card = models.ready(language) ?? (await models.load(language).catch(() => undefined));
  return card !== undefined && card.key !== made;
}

async function readOrSkip(file: SourceFile, skipped: Skipped[]): Promise<Document | undefined> {
  try {
    return await read(file);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    skipped.push({ path: file.path, code: error.code, message: error.message });
    return undefined;
  }
}

async function addDocument(
  { collection, encoder }: IndexingParts,
  writer: Writer,
  card: ModelCard,
  document: Document,
  resumed: DocumentSummary | undefined,
  signal: AbortSignal | undefined,
  onShare: (share: number) => void,
): Promise<void> {
  const countTokens = (texts: readonly string[]) => encoder.countTokens(card.id, texts);
  const chunks = await chunk(document, { countTokens });
  signal?.throwIfAborted();

  await writer.settle(document.id);
  const done = new Set(resumed ? collection.chunks(document.id).map(({ ordinal }) => ordinal) : []);
  const missing = chunks.filter(({ ordinal }) => !done.has(ordinal));
  writer.begin(
    document,
    card,
    chunks.length,
    done.size,
    resumed === undefined && collection.summaries.has(document.id),
  );

  if (document.glossary) writer.attach(glossaryFile(document.id, document.glossary));
  // First: whoever has all passages has the questions too.
  if (done.size === 0) writer.attach(await questionsOf(encoder, card, document, chunks, signal));
  const embed = async (at: number) => {
    const batch = missing.slice(at, at + BATCH);
    const inputs = batch.map((chunk) => passageInput(document.language, chunk));
    const late = card.lateChunking;
    const contexts = late && contextsOf(document, batch, await countTokens(batch.map(({ text }) => text)), late);
    const options = { sparse: card.sparse, pooled: card.reranks, ...(contexts && { contexts }) };
    return { batch, embedded: await encoder.embed(card.id, 'passage', inputs, options) };
  };
  // One batch ahead, so that no thread of the encoder waits for the last passage of a batch, nor for a commit.
  const begun: ReturnType<typeof embed>[] = [];
  for (let [at, written] = [0, done.size]; at < missing.length || begun.length > 0; ) {
    for (; begun.length < 2 && at < missing.length && !signal?.aborted; at += BATCH) {
      const work = embed(at);
      // Whoever awaits it hears of an error; no one may, if the batch before it fails.
      work.catch(() => {});
      begun.push(work);
    }
    if (begun.length === 0) signal?.throwIfAborted();
    const { batch, embedded } = await begun.shift()!;
    await writer.append(batch, embedded);
    written += batch.length;
    onShare(written / chunks.length);
  }
}

interface Writer {
  /** Commits what is pending of a document, in case the same path comes twice in one call. */
  settle(document: DocumentId): Promise<void>;
  /** Starts a document; `replaces` removes what an older version left. */
  begin(document: Document, card: ModelCard, chunks: number, stored: number, replaces: boolean): void;
  append(chunks: readonly Chunk[], embedded: Embeddings): Promise<void>;
  /** Goes with the document that was begun last. */
  attach(attachment: Attachment | undefined): void;
  flush(): Promise<void>;
  /** Passages appended so far. */
  passages(): number;
}

/** Gathers rows and commits them a few hundred at a time, with the state of the documents they belong to. */
function createWriter({ collection, store }: IndexingParts): Writer {
  const summaries = new Map<DocumentId, DocumentSummary>();
  const contents: DocumentContent[] = [];
  const removed: DocumentId[] = [];
  const attachments: Attachment[] = [];
  const rows = new Map<
    Language,
    { card: ModelCard; chunks: Chunk[]; vectors: Float32Array[]; sparse: SparseVector[]; tokens: Uint8Array[] }
  >();
  let [pending, pendingSince, total, limit] = [0, 0, 0, FIRST_COMMIT_ROWS];
  let current: { document: Document; card: ModelCard } | undefined;

  const flush = async () => {
    if (summaries.size === 0 && removed.length === 0) return;
    const change: Change = {
      removed: removed.splice(0),
      contents: contents.splice(0),
      attachments: attachments.splice(0),
      documents: [...summaries.values()],
      segments: [...rows].map(
        ([language, { card, chunks, vectors, sparse, tokens }]): Segment => ({
          id: store.nextSegment(),
          model: card.key,
          language,
          dim: card.dim,
          chunks,
          vectors: concatenate(vectors, card.dim),
          ...(card.sparse && { sparse: sparseRows(sparse) }),
          ...(card.reranks && { tokens: tokenRows(tokens) }),
        }),
      ),
    };
    summaries.clear();
    rows.clear();
    pending = 0;
    await collection.commit(change);
    limit = COMMIT_ROWS;
  };

  return {
    async settle(document) {
      if (summaries.has(document)) await flush();
    },
    begin(document, card, chunks, stored, replaces) {
      current = { document, card };
      const { id, title, kind, language, hash, bytes, text, blocks, origin } = document;
      if (replaces) removed.push(id);
      summaries.set(id, { id, title, kind, language, hash, bytes, addedAt: Date.now(), chunks, stored });
      contents.push({ id, text, blocks, origin });
    },
    async append(chunks, { dense, sparse, pooled }) {
      const { document, card } = current!;
      const lane = rows.get(document.language) ?? { card, chunks: [], vectors: [], sparse: [], tokens: [] };
      rows.set(document.language, lane);
      lane.chunks.push(...chunks);
      lane.vectors.push(dense);
      if (sparse) lane.sparse.push(...chunks.map((_, row) => sparseRow(sparse, row)));
      if (pooled) lane.tokens.push(...chunks.map((_, row) => tokenRow(pooled, row)));
      const summary = summaries.get(document.id) ?? collection.summaries.get(document.id)!;
      summaries.set(document.id, { ...summary, stored: summary.stored + chunks.length });
      if (pending === 0) pendingSince = performance.now();
      pending += chunks.length;
      total += chunks.length;
      if (pending >= limit || performance.now() - pendingSince > COMMIT_MS) await flush();
    },
    attach(attachment) {
      if (attachment) attachments.push(attachment);
    },
    flush,
    passages: () => total,
  };
}

function concatenate(parts: readonly Float32Array[], dim: number): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  if (whole.length % dim !== 0) {
    throw new EngineError('model-mismatch', `Expected rows of ${dim} values, got ${whole.length} values in all.`);
  }
  return whole;
}
