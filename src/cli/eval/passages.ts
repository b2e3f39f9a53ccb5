import { chunk, DEFAULT_BUDGET } from '../../chunk/chunk.ts';
import type { Encoder } from '../../core/encoder.ts';
import { passageText } from '../../core/passage.ts';
import { questionIn } from '../../core/questions.ts';
import type { Chunk, ChunkId, DocumentId, ModelCard } from '../../core/types.ts';
import { read } from '../../read/read.ts';
import { BUDGET } from '../../site/pages.ts';
import type { Collection, Unit } from './collection.ts';

/**
 * A collection's units as the index holds them, in their order. A collection of passages, as most are, has a passage a
 * unit, its text as it stands; one that is too long for the model is cut as a page of a site is, into as few as may be, so
 * that nothing is lost. A collection of documents, most of which are longer than the model takes, is read as Markdown and
 * cut as the product cuts a person's files. Without a model every unit is whole.
 */
export async function passagesOf(
  { units }: Collection,
  encoder?: Pick<Encoder, 'countTokens'>,
  card?: ModelCard,
): Promise<Chunk[]> {
  const whole = units.map(wholeUnit);
  if (!encoder || !card) return whole;
  const countTokens = (texts: readonly string[]) => encoder.countTokens(card.id, texts);
  // With the model's own two marks.
  const isLong = [...(await countTokens(whole.map(passageText)))].map((size) => size + 2 > card.maxTokens);
  const areDocuments = isLong.filter(Boolean).length * 2 > units.length;
  const [extension, budget] = areDocuments ? ['md', DEFAULT_BUDGET] : ['txt', BUDGET];
  const passages = await Promise.all(
    units.map(async ({ id, title, text }, i) => {
      if (!isLong[i]) return [whole[i]!];
      const document = await read({ path: `${id}.${extension}`, data: new Blob([text]) });
      return chunk({ ...document, id: id as DocumentId, title }, { budget, countTokens });
    }),
  );
  return passages.flat();
}

function wholeUnit({ id, title, text }: Unit): Chunk {
  const place = { ordinal: 0, start: 0, end: text.length, textStart: 0, textEnd: text.length };
  const question = questionIn(title);
  const questions = question ? { questions: [question] } : {};
  return { id: id as ChunkId, document: id as DocumentId, title, headings: [], text, ...place, ...questions };
}
