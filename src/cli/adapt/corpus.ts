import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chunk } from '../../chunk/chunk.ts';
import type { Encoder } from '../../core/encoder.ts';
import { EngineError } from '../../core/errors.ts';
import { passagePath } from '../../core/passage.ts';
import type { Chunk, Language } from '../../core/types.ts';
import { read } from '../../read/read.ts';
import { type Collection, readCollections } from '../eval/collection.ts';
import { filesIn } from '../files.ts';
import type { Corpus } from './prepare.ts';

export const MODELS: Readonly<Record<Language, string>> = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };

/** What there is to search, and, in a BEIR folder, questions with known answers. */
export interface OpenedCorpus extends Corpus {
  readonly collection?: Collection;
  /** The passages of a folder of files, for making questions from them. */
  readonly chunks?: readonly Chunk[];
}

/**
 * A BEIR folder's documents, or the passages of a folder of files, read and cut as the engine does it.
 *
 * Of files in two languages the ones in the more frequent are taken: an adapter belongs to one model.
 * @throws EngineError `bad-input` if nothing in the folder can be read.
 */
export async function openCorpus(folder: string, encoder: Encoder): Promise<OpenedCorpus> {
  const at = resolve(folder);
  if (existsSync(join(at, 'corpus.jsonl'))) {
    const collection = readCollections(at)[0]!;
    return { language: collection.language, units: collection.units, collection };
  }
  const passages: { readonly language: Language; readonly chunk: Chunk }[] = [];
  for (const file of await filesIn(at)) {
    const document = await read(file).catch((error: unknown) => {
      if (error instanceof EngineError) return undefined;
      throw error;
    });
    if (!document) continue;
    const { language } = document;
    const countTokens = (texts: readonly string[]) => encoder.countTokens(MODELS[language], texts);
    for (const one of await chunk(document, { countTokens })) passages.push({ language, chunk: one });
  }
  const chinese = passages.filter(({ language }) => language === 'zh').length;
  const language = chinese * 2 > passages.length ? 'zh' : 'en';
  const chunks = passages.filter((passage) => passage.language === language).map((passage) => passage.chunk);
  if (chunks.length === 0) {
    throw new EngineError(
      'bad-input',
      `Expected text, Markdown or HTML files in “${folder}”, got none that can be read.`,
    );
  }
  const units = chunks.map((one) => ({ id: one.id, title: passagePath(one), text: one.text }));
  return { language, units, chunks };
}
