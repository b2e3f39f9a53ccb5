import type { Encoder, TokenVectors } from '../../src/core/encoder.ts';
import { type SparseVector, sparseRows } from '../../src/core/sparse.ts';
import { tokenRows } from '../../src/core/tokens.ts';
import type { ModelCard, ModelKey, SourceFile } from '../../src/core/types.ts';
import { pooledTokens } from '../../src/embed/pooled.ts';

export interface CountingEncoder extends Encoder {
  /** Every passage text that was embedded, in order. */
  readonly embedded: string[];
  /** Called before each embedding; throw to fail it. */
  before?: (passages: number) => void;
}

const DIM = 16;

/**
 * A deterministic encoder (hashed words, normalised) that remembers what it was asked, for tests of what the engine
 * does around an encoder. Tests of meaning use the real one.
 */
export function countingEncoder(version = 'test', hasSparse = false): CountingEncoder {
  const embedded: string[] = [];
  const card = (id: string): ModelCard => ({
    id,
    key: `${id}@${version}` as ModelKey,
    encoderKey: `${id}@${version}` as ModelKey,
    sparse: hasSparse,
    projects: false,
    reranks: true,
    languages: id.endsWith('zh') ? ['zh'] : ['en'],
    dim: DIM,
    pooling: 'cls',
    queryInstruction: '',
    maxTokens: 512,
    licence: 'MIT',
    source: 'test',
  });
  const encoder: CountingEncoder = {
    embedded,
    load: async (model) => card(model),
    countTokens: async (_model, texts) => Uint32Array.from(texts, (text) => words(text).length),
    async embed(_model, role, texts, { sparse, tokens, pooled } = {}) {
      encoder.before?.(embedded.length);
      if (role === 'passage') embedded.push(...texts);
      const dense = new Float32Array(texts.length * DIM);
      for (const [row, text] of texts.entries()) hashInto(text, dense.subarray(row * DIM, (row + 1) * DIM));
      return {
        rows: texts.length,
        dim: DIM,
        dense,
        ...(sparse && { sparse: sparseRows(texts.map(hashedWords)) }),
        ...(tokens && { tokens: wordVectors(texts) }),
        ...(pooled && { pooled: tokenRows(texts.map(pooledWords)) }),
      };
    },
    // Likes what says the query out loud.
    score: async (_model, query, passages) =>
      Float32Array.from(passages, (passage) => (passage.includes(`${query}!`) ? 3 : -3)),
    info: async () => ({ backend: 'test', threads: 1, loaded: [], notes: [] }),
    close: async () => {},
  };
  return encoder;
}

export const file = (path: string, text: string | Uint8Array<ArrayBuffer>): SourceFile => ({
  path,
  data: new Blob([text]),
});

/** A document of `sections` sections, each with words of its own. */
export function markdown(name: string, sections: number): string {
  const section = (i: number) =>
    `## ${name} part ${i}\n\n${Array.from({ length: 60 }, (_, w) => `${name}${i}word${w}`).join(' ')}.\n`;
  return `# ${name}\n\n${Array.from({ length: sections }, (_, i) => section(i)).join('\n')}`;
}

/** Every word once, under its hash, as heavy as it is long. */
function hashedWords(text: string): SparseVector {
  const weights = new Map(words(text.toLowerCase()).map((word) => [hashOf(word) % 30_000, Math.min(255, word.length)]));
  const entries = [...weights].sort(([a], [b]) => a - b);
  return { indices: Uint32Array.from(entries, ([id]) => id), values: Uint8Array.from(entries, ([, value]) => value) };
}

/** Every word by itself, between two marks. */
function wordVectors(texts: readonly string[]): TokenVectors {
  const rows = texts.map((text) => ['', ...words(text.toLowerCase()), '']);
  const values = new Float32Array(rows.flat().length * DIM);
  for (const [i, word] of rows.flat().entries()) hashInto(word, values.subarray(i * DIM, (i + 1) * DIM));
  const offsets = Uint32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]);
  return { values, offsets, ids: new Int32Array(rows.flat().length) };
}

const pooledWords = (text: string) => pooledTokens(wordVectors([text]).values, DIM);

function hashOf(word: string): number {
  let hash = 2166136261;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 16777619);
  return hash >>> 0;
}

const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? [];

function hashInto(text: string, row: Float32Array): void {
  row[0] = 1e-3;
  for (const word of words(text.toLowerCase())) {
    row[hashOf(word) % DIM]! += 1;
  }
  const length = Math.hypot(...row);
  for (let i = 0; i < row.length; i++) row[i]! /= length;
}
