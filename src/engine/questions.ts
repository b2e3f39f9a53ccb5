import type { PairId } from '../core/accepted.ts';
import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import type { Chunk, ChunkId, Document, DocumentId, Language, ModelCard, ModelKey } from '../core/types.ts';
import type { KnownQuestion, SearchIndex } from '../search/index.ts';
import type { Attachment, Change, Store, StoredAccepted, StoredPair } from '../store/store.ts';
import { isAccepted } from './accepted.ts';
import { questionInput } from './inputs.ts';

/**
 * The questions of one document, as an attachment: byte length of the JSON (Uint32, little-endian), the JSON
 * `{ format: 1, model, dim, questions: [[chunk, text]…] }`, zeros up to a multiple of 4, one float32 vector a question.
 */
interface Header {
  readonly format: 1;
  readonly model: ModelKey;
  readonly dim: number;
  readonly questions: readonly (readonly [chunk: ChunkId, text: string])[];
}
const PREFIX = 'questions/';
const aligned = (at: number) => (at + 3) & ~3;
/** Questions encoded between two looks at the signal. */
const BATCH = 8;

function encode(document: DocumentId, header: Header, vectors: Float32Array): Attachment {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const body = new Uint8Array(aligned(4 + json.length) + vectors.byteLength);
  new DataView(body.buffer).setUint32(0, json.length, true);
  body.set(json, 4);
  body.set(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength), aligned(4 + json.length));
  return { name: PREFIX + document, body };
}

function decode({ name, body }: Attachment): KnownQuestion[] {
  const document = name.slice(PREFIX.length) as DocumentId;
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const { format, model, dim, questions } = JSON.parse(
    new TextDecoder().decode(body.subarray(4, 4 + length)),
  ) as Header;
  if (format !== 1) {
    throw new EngineError('store-version', `The questions of “${document}” were written by a newer Nearfield.`);
  }
  const vectors = new Float32Array(body.slice(aligned(4 + length)).buffer);
  return questions.map(([chunk, text], i) => {
    return { text, document, chunk, model, vector: vectors.subarray(i * dim, (i + 1) * dim) };
  });
}

/** The author's questions of a document, encoded; undefined if it has none. @throws what the encoder throws, and the signal's reason. */
export async function questionsOf(
  encoder: Encoder,
  { id, dim, key }: ModelCard,
  document: Pick<Document, 'id' | 'language'>,
  chunks: readonly Chunk[],
  signal: AbortSignal | undefined,
): Promise<Attachment | undefined> {
  const questions = chunks.flatMap(({ id, questions = [] }) => questions.map((text) => [id, text] as const));
  if (questions.length === 0) return undefined;
  const vectors = new Float32Array(questions.length * dim);
  for (let at = 0; at < questions.length; at += BATCH) {
    signal?.throwIfAborted();
    const texts = questions.slice(at, at + BATCH).map(([, text]) => questionInput(document.language, text));
    vectors.set((await encoder.embed(id, 'passage', texts)).dense, at * dim);
  }
  return encode(document.id, { format: 1, model: key, dim, questions }, vectors);
}

/** A question of a person's own, encoded, as it is kept with its answer. */
export async function encodedPair(
  encoder: Encoder,
  { id, key }: ModelCard,
  language: Language,
  pair: StoredAccepted,
): Promise<StoredAccepted> {
  const { dense } = await encoder.embed(id, 'passage', [questionInput(language, pair.question)]);
  return { ...pair, model: key, vector: [...dense] };
}

/** The known questions of a collection, in step with its index. */
export interface QuestionBook {
  /** What must go with a change so that no questions of a removed document are left. */
  completed(change: Change): Change;
  /** Takes over what a commit has changed, after its segments. */
  take(change: Change): void;
}

/** Reads the questions in the store into `index`, in the place of any there; what cannot be read is named by `note` and left out. */
export async function openQuestions(
  store: Store,
  index: Pick<SearchIndex, 'setQuestions' | 'addQuestions' | 'forgetQuestions'>,
  pairs: ReadonlyMap<PairId, StoredPair>,
  chunksOf: (document: DocumentId) => readonly Chunk[],
  note: (sentence: string) => void,
): Promise<QuestionBook> {
  const withQuestions = new Set<DocumentId>();
  /** Accepted pairs that lead to their passage now. */
  const leading = new Set<PairId>();

  const takeFile = ({ name, body }: Pick<Attachment, 'name'> & Partial<Attachment>) => {
    if (!name.startsWith(PREFIX)) return;
    const document = name.slice(PREFIX.length) as DocumentId;
    if (!body) return void withQuestions.delete(document);
    withQuestions.add(document);
    index.addQuestions(decode({ name, body }));
  };
  const lead = (given: Iterable<StoredPair>) => {
    for (const { id, question, document, passage, model, vector } of [...given].filter(isAccepted)) {
      if (leading.has(id) || !model || !vector) continue;
      const chunk = chunksOf(document).find(({ text }) => text === passage);
      if (!chunk) continue;
      leading.add(id);
      const known = { text: question, document, chunk: chunk.id, model, vector: Float32Array.from(vector) };
      index.addQuestions([{ ...known, accepted: id }]);
    }
  };

  const attachments = await store.attachments(PREFIX);
  index.setQuestions([]);
  for (const attachment of attachments) {
    try {
      takeFile(attachment);
    } catch (error) {
      note(error instanceof EngineError ? error.message : `The stored questions “${attachment.name}” are damaged.`);
    }
  }
  lead(pairs.values());

  return {
    completed(change) {
      const brought = new Set(change.attachments?.map(({ name }) => name));
      const gone = (change.removed ?? [])
        .filter((id) => withQuestions.has(id) && !brought.has(PREFIX + id))
        .map((id) => ({ name: PREFIX + id }));
      return gone.length === 0 ? change : { ...change, attachments: [...(change.attachments ?? []), ...gone] };
    },
    take({ removed = [], attachments = [], segments = [], forgotten = [], pairs: judged = [] }) {
      // The index has let go of the questions of removed documents by itself.
      const left = new Set(removed);
      for (const { id, document } of pairs.values()) if (left.has(document)) leading.delete(id);
      for (const attachment of attachments) takeFile(attachment);
      const ended = [...forgotten, ...judged.filter((pair) => !isAccepted(pair)).map(({ id }) => id)];
      if (ended.length > 0) index.forgetQuestions(ended);
      for (const id of ended) leading.delete(id);
      const came = new Set(segments.flatMap(({ chunks }) => chunks.map(({ document }) => document)));
      if (came.size > 0) lead([...pairs.values()].filter(({ document }) => came.has(document)));
      lead(judged);
    },
  };
}
