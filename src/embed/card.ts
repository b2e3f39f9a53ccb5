import { EngineError } from '../core/errors.ts';
import type { Language, LateChunking, ModelCard, ModelKey } from '../core/types.ts';

/** A file of a model, as `model.json` pins it. */
export interface ModelFile {
  /** Name inside the model's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Hex, lower case. */
  readonly sha256: string;
}

/** Token ids of a text, and the sentence vector that the form for CPUs makes of it. */
export interface Probe {
  readonly ids: readonly number[];
  /** Of whatever length; base64 of signed bytes in `model.json`. */
  readonly vector: Int8Array;
}

/** All of `model.json`: what the engine may know (`ModelCard`) and which files make the model. */
export interface ModelManifest extends ModelCard {
  readonly tokenizer: ModelFile;
  /** An ONNX graph with its weights; `unpacked` bytes, if told, of which the file is the raw DEFLATE. */
  readonly weights: ModelFile & { readonly unpacked?: number };
  /** The graph for GPUs over the same weights, and what must come out of it. */
  readonly webgpu?: ModelFile & { readonly probes: readonly Probe[] };
  /** The learned-sparse head: a `SparseHeadFile`. */
  readonly sparseHead?: ModelFile;
  /** The map of token vectors that MaxSim compares: see `decodeTokenHead`. */
  readonly tokenHead?: ModelFile;
}

/**
 * Reads a parsed `model.json`. The card's `key` names everything that shapes a vector: the hashes of weights and
 * tokenizer, the pooling, the query instruction, the hash of each head, and how late chunking is done.
 *
 * @throws EngineError `model-unavailable` naming the field that is missing or of the wrong type.
 */
export function parseManifest(json: unknown, where: string): ModelManifest {
  const card = object(json, where);
  const text = (field: string) => typed<string>(card, field, 'string', where);
  const count = (field: string) => typed<number>(card, field, 'number', where);
  const pooling = text('pooling');
  if (pooling !== 'cls' && pooling !== 'mean') throw bad(where, 'pooling', "'cls' or 'mean'", pooling);
  const languages = card.languages;
  if (!Array.isArray(languages)) throw bad(where, 'languages', 'a list', languages);
  const manifest = {
    id: text('id'),
    languages: languages as Language[],
    dim: count('dim'),
    pooling,
    queryInstruction: text('queryInstruction'),
    maxTokens: count('maxTokens'),
    licence: text('licence'),
    source: text('source'),
    tokenizer: parseFile(card.tokenizer, `${where}, tokenizer`),
    weights: parseWeights(card.weights, `${where}, weights`),
    ...(card.webgpu !== undefined && { webgpu: parseWebgpu(card.webgpu, `${where}, webgpu`) }),
    ...(card.lateChunking !== undefined && { lateChunking: parseLate(card.lateChunking, `${where}, lateChunking`) }),
    ...(card.agreement !== undefined && { agreement: count('agreement') }),
    ...(card.sparseHead !== undefined && { sparseHead: parseFile(card.sparseHead, `${where}, sparseHead`) }),
    ...(card.tokenHead !== undefined && { tokenHead: parseFile(card.tokenHead, `${where}, tokenHead`) }),
  } as const;
  const { id, weights, tokenizer, queryInstruction, sparseHead, tokenHead, lateChunking: late } = manifest;
  const files = [weights.sha256.slice(0, 12), tokenizer.sha256.slice(0, 8)];
  const encoderKey = modelKey(id, files, pooling, queryInstruction);
  const heads = [
    ...(sparseHead ? [`sparse-${sparseHead.sha256.slice(0, 8)}`] : []),
    ...(tokenHead ? [`tokens-${tokenHead.sha256.slice(0, 8)}`] : []),
    ...(late ? [`late-${late.window}-${late.mix}-${late.upTo}`] : []),
  ];
  const key = withHeads(encoderKey, heads);
  return {
    ...manifest,
    encoderKey,
    key,
    sparse: sparseHead !== undefined,
    projects: tokenHead !== undefined,
    reranks: card.reranks === true,
  };
}

/** Equal only where vectors may be compared. `files` tells the model's files apart, e.g. by their hashes. */
export function modelKey(id: string, files: readonly string[], pooling: string, queryInstruction: string): ModelKey {
  return [id, ...files, pooling, fnv1a(queryInstruction)].join('/') as ModelKey;
}

/** The key of an encoder with heads on it: another head makes vectors that must not be compared with the old one's. */
const withHeads = (encoder: ModelKey, heads: readonly string[]) => [encoder, ...heads].join('/') as ModelKey;

function parseLate(json: unknown, where: string): LateChunking {
  const late = object(json, where);
  const [window, mix, upTo] = ['window', 'mix', 'upTo'].map((field) => typed<number>(late, field, 'number', where));
  if (!(mix! > 0 && mix! <= 1)) throw bad(where, 'mix', 'above 0 and at most 1', mix);
  return { window: window!, mix: mix!, upTo: upTo! };
}

function parseFile(json: unknown, where: string): ModelFile {
  const file = object(json, where);
  return {
    path: typed(file, 'path', 'string', where),
    bytes: typed(file, 'bytes', 'number', where),
    sha256: typed(file, 'sha256', 'string', where),
  };
}

function parseWeights(json: unknown, where: string): ModelManifest['weights'] {
  const { unpacked } = object(json, where);
  const file = parseFile(json, where);
  return unpacked === undefined ? file : { ...file, unpacked: typed({ unpacked }, 'unpacked', 'number', where) };
}

function parseWebgpu(json: unknown, where: string): NonNullable<ModelManifest['webgpu']> {
  const { probes } = object(json, where);
  if (!Array.isArray(probes)) throw bad(where, 'probes', 'a list', probes);
  return {
    ...parseFile(json, where),
    probes: probes.map((probe, i) => {
      const { ids, vector } = object(probe, `${where}, probe ${i}`);
      if (!Array.isArray(ids) || typeof vector !== 'string') throw bad(where, 'probes', 'ids and vectors', probe);
      return { ids, vector: Int8Array.from(atob(vector), (letter) => letter.charCodeAt(0)) };
    }),
  };
}

function object(json: unknown, where: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new EngineError('model-unavailable', `${where}: expected an object, got ${JSON.stringify(json)}.`);
}

function typed<T>(from: Record<string, unknown>, field: string, type: 'string' | 'number', where: string): T {
  if (typeof from[field] === type) return from[field] as T;
  throw bad(where, field, `a ${type}`, from[field]);
}

const bad = (where: string, field: string, expected: string, got: unknown) =>
  new EngineError('model-unavailable', `${where}: expected "${field}" to be ${expected}, got ${JSON.stringify(got)}.`);

/** FNV-1a, 32 bits over UTF-16 units: tells two instructions apart; guards nothing. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
