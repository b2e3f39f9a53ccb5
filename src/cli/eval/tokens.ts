import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Embeddings, Encoder, TextRole } from '../../core/encoder.ts';
import { decodeSparseHead, type SparseHead, type SparseVector, sparseRows, sparseVector } from '../../core/sparse.ts';
import { tokenRows } from '../../core/tokens.ts';
import type { ModelCard } from '../../core/types.ts';
import { parseManifest } from '../../embed/card.ts';
import { packagedModels } from '../../embed/encoder.node.ts';
import { pooledTokens } from '../../embed/pooled.ts';
import { cacheName } from './embeddings.ts';

/** Texts sent to the encoder at once. */
const BATCH = 16;
const HASH_BYTES = 32;
const HEAD_BYTES = HASH_BYTES + 4;

/** What the encoder made of one text: its sentence vector and its tokens. */
export interface TextTokens {
  /** dim values, of length 1. */
  readonly dense: Float32Array;
  readonly ids: Int32Array;
  /** ids.length × dim: the last hidden state, each token rounded to 8 bits of its largest value. */
  readonly vectors: Float32Array;
}

/**
 * Token vectors of texts on disk, in 8 bits, by the encoder's own key: whatever heads are tried on them, a text goes
 * through the encoder once. One file a model and role, only ever appended to:
 *
 *   32 bytes SHA-256 of the text · Uint32 n tokens · Float32 × dim sentence vector · Float32 × n scales ·
 *   Int32 × n ids · Int8 × n × dim
 *
 * A record cut short by a crash is dropped at the next start.
 */
export class TokenCache {
  readonly #encoder: Encoder;
  readonly #folder: string;
  readonly #files = new Map<string, CacheFile>();

  constructor(encoder: Encoder, folder: string) {
    this.#encoder = encoder;
    this.#folder = folder;
  }

  /**
   * Sees to it that all of the texts are cached, unless the model `projects` its tokens. `onProgress` is told how many of
   * those that were not are done.
   */
  async fill(
    card: ModelCard,
    role: TextRole,
    texts: readonly string[],
    onProgress: (done: number, total: number) => void,
  ): Promise<void> {
    if (card.projects) return;
    const file = this.#file(card, role);
    const missing = [...new Map(texts.map((text) => [digest(text), text]))].filter(([hash]) => !file.has(hash));
    for (let at = 0; at < missing.length; at += BATCH) {
      onProgress(at, missing.length);
      const batch = missing.slice(at, at + BATCH);
      const asked = batch.map(([, text]) => text);
      const { dense, tokens } = await this.#encoder.embed(card.id, role, asked, { tokens: true });
      for (const [i, [hash]] of batch.entries()) {
        const [from, to] = [tokens!.offsets[i]!, tokens!.offsets[i + 1]!];
        file.append(hash, {
          dense: dense.subarray(i * card.dim, (i + 1) * card.dim),
          ids: tokens!.ids.subarray(from, to),
          vectors: tokens!.values.subarray(from * card.dim, to * card.dim),
        });
      }
    }
  }

  /** A text that `fill` has seen. */
  read(card: ModelCard, role: TextRole, text: string): TextTokens {
    return this.#file(card, role).read(digest(text));
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #file(card: ModelCard, role: TextRole): CacheFile {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, `${cacheName(card)}.${role}.tokens`);
    const file = this.#files.get(path) ?? new CacheFile(path, card.dim);
    this.#files.set(path, file);
    return file;
  }
}

class CacheFile {
  readonly #path: string;
  readonly #dim: number;
  readonly #places = new Map<string, { readonly at: number; readonly tokens: number }>();
  readonly #handle: number;
  #end = 0;

  constructor(path: string, dim: number) {
    this.#path = path;
    this.#dim = dim;
    if (!existsSync(path)) appendFileSync(path, '');
    this.#handle = openSync(path, 'r');
    const { size } = statSync(path);
    const head = Buffer.alloc(HEAD_BYTES);
    while (this.#end + HEAD_BYTES <= size) {
      readSync(this.#handle, head, 0, HEAD_BYTES, this.#end);
      const tokens = head.readUInt32LE(HASH_BYTES);
      const next = this.#end + HEAD_BYTES + this.#bodyBytes(tokens);
      if (next > size) break;
      this.#places.set(head.toString('hex', 0, HASH_BYTES), { at: this.#end + HEAD_BYTES, tokens });
      this.#end = next;
    }
    if (this.#end < size) truncateSync(path, this.#end);
  }

  has = (hash: string) => this.#places.has(hash);

  append(hash: string, { dense, ids, vectors }: TextTokens): void {
    const dim = this.#dim;
    const scales = new Float32Array(ids.length);
    const rounded = new Int8Array(vectors.length);
    for (let t = 0; t < ids.length; t++) {
      let most = 0;
      for (let j = 0; j < dim; j++) most = Math.max(most, Math.abs(vectors[t * dim + j]!));
      scales[t] = most / 127;
      for (let j = 0; j < dim; j++)
        rounded[t * dim + j] = most > 0 ? Math.round(vectors[t * dim + j]! / scales[t]!) : 0;
    }
    const parts = [dense, scales, ids, rounded].map(
      (part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
    );
    const record = Buffer.concat([
      Buffer.from(hash, 'hex'),
      new Uint8Array(Uint32Array.of(ids.length).buffer),
      ...parts,
    ]);
    appendFileSync(this.#path, record);
    this.#places.set(hash, { at: this.#end + HEAD_BYTES, tokens: ids.length });
    this.#end += record.length;
  }

  read(hash: string): TextTokens {
    const { at, tokens } = this.#places.get(hash)!;
    const dim = this.#dim;
    const body = new Uint8Array(this.#bodyBytes(tokens));
    readSync(this.#handle, body, 0, body.length, at);
    // A copy: who keeps the sentence's vector shall not keep all of its tokens with it.
    const dense = new Float32Array(body.buffer, 0, dim).slice();
    const scales = new Float32Array(body.buffer, dim * 4, tokens);
    const ids = new Int32Array(body.buffer, (dim + tokens) * 4, tokens);
    const rounded = new Int8Array(body.buffer, (dim + 2 * tokens) * 4);
    const vectors = new Float32Array(tokens * dim);
    for (let i = 0; i < vectors.length; i++) vectors[i] = rounded[i]! * scales[Math.floor(i / dim)]!;
    return { dense, ids, vectors };
  }

  close(): void {
    closeSync(this.#handle);
  }

  #bodyBytes = (tokens: number) => (this.#dim + 2 * tokens) * 4 + tokens * this.#dim;
}

/**
 * `encoder`, but from the cache: every text is encoded once, and heads and rerankers are tried on what is kept. Its
 * token vectors are those of 8 bits, which moves no figure of the tables by more than rounding does.
 *
 * @param headOf the sparse head to make sparse vectors with, where there is one.
 */
export function cachedEncoder(
  encoder: Encoder,
  cache: TokenCache,
  headOf: (card: ModelCard) => SparseHead | undefined,
): Encoder {
  return {
    ...encoder,
    async embed(model, role, texts, options = {}): Promise<Embeddings> {
      const { tokens, sparse, pooled } = options;
      const card = await encoder.load(model);
      // Its sparse vectors are not to be had from its token vectors.
      if (card.projects) return encoder.embed(model, role, texts, options);
      await cache.fill(card, role, texts, () => {});
      const read = texts.map((text) => cache.read(card, role, text));
      const dense = new Float32Array(texts.length * card.dim);
      for (const [i, one] of read.entries()) dense.set(one.dense, i * card.dim);
      const head = sparse ? headOf(card) : undefined;
      const leading = role === 'query' && head ? await leadingTokens(encoder, card) : 0;
      const vectors: SparseVector[] = head ? read.map((one) => sparseVector(head, one.vectors, one.ids, leading)) : [];
      return {
        rows: texts.length,
        dim: card.dim,
        dense,
        ...(tokens && { tokens: joined(read, card.dim) }),
        ...(head && { sparse: sparseRows(vectors) }),
        ...(pooled && { pooled: tokenRows(read.map((one) => pooledTokens(one.vectors, card.dim))) }),
      };
    },
  };
}

/** The sparse head in a model's folder under `models`, where it has one: the cached encoder applies it itself. */
export function packagedHead(
  { id, sparse, encoderKey, dim }: ModelCard,
  models = packagedModels(),
): SparseHead | undefined {
  if (!sparse) return undefined;
  const folder = join(models, id);
  const manifest = parseManifest(readJson(join(folder, 'model.json')), id);
  return decodeSparseHead(readJson(join(folder, manifest.sparseHead!.path)), encoderKey, dim);
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Tokens before a query's own: [CLS] and the instruction. */
export async function leadingTokens(encoder: Encoder, card: ModelCard): Promise<number> {
  if (card.queryInstruction === '') return 1;
  return 1 + (await encoder.countTokens(card.id, [card.queryInstruction]))[0]!;
}

function joined(texts: readonly TextTokens[], dim: number): NonNullable<Embeddings['tokens']> {
  const offsets = new Uint32Array(texts.length + 1);
  for (const [i, { ids }] of texts.entries()) offsets[i + 1] = offsets[i]! + ids.length;
  const tokens = { offsets, ids: new Int32Array(offsets.at(-1)!), values: new Float32Array(offsets.at(-1)! * dim) };
  for (const [i, { ids, vectors }] of texts.entries()) {
    tokens.ids.set(ids, offsets[i]);
    tokens.values.set(vectors, offsets[i]! * dim);
  }
  return tokens;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
