import type { Fusion } from '../../core/adapt.ts';
import { passageText } from '../../core/passage.ts';
import type { Chunk, ChunkId, DocumentId, Language, ModelKey } from '../../core/types.ts';
import { createSearchIndex, type SearchIndex, simplify } from '../../search/index.ts';

/** A text that can be found: a document of a collection or a passage of a file. */
export interface Unit {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** A unit as the encoder sees it. */
export const encoded = ({ title, text }: Unit) => passageText({ title, headings: [], text });

/** Texts as the engine gives them to the encoder: Chinese simplified. */
export const asEncoded = (language: Language, texts: readonly string[]) =>
  language === 'zh' ? texts.map(simplify) : texts;

/** Units with their vectors as the search stage holds them, each a document of one chunk. */
export function indexOf(
  units: readonly Unit[],
  {
    model,
    language,
    dim,
    vectors,
  }: { model: ModelKey; language: Language; dim: number; vectors: Float32Array<ArrayBuffer> },
): SearchIndex {
  const index = createSearchIndex();
  index.add({ id: 0, model, language, dim, chunks: units.map(chunkOf), vectors });
  return index;
}

/** What the product's own fusion adds to meaning, for every question and unit. */
export function fusionOf(index: SearchIndex, questions: readonly string[]): Fusion {
  const rows = index.stats().chunks;
  const weights = new Float32Array(questions.length);
  const others = new Float32Array(questions.length * rows);
  for (const [i, text] of questions.entries()) {
    const apart = index.apart({ text, vectors: [] });
    weights[i] = apart.weight;
    others.set(apart.others, i * rows);
  }
  return { weights, others };
}

function chunkOf({ id, title, text }: Unit): Chunk {
  const span = { start: 0, end: text.length, textStart: 0, textEnd: text.length };
  return { id: id as ChunkId, document: id as DocumentId, ordinal: 0, title, headings: [], text, ...span };
}
