import { passageText } from '../core/passage.ts';
import type { Chunk, Language } from '../core/types.ts';
import { simplify } from '../search/index.ts';

/**
 * What the encoder is given. Chinese models read Simplified far better than Traditional, so both sides are
 * simplified before encoding; the texts that are kept and shown stay as they were written.
 */
export const passageInput = (language: Language, chunk: Chunk): string => encoded(language, passageText(chunk));
export const queryInput = (language: Language, text: string): string => encoded(language, text);
export const plainInput = (language: Language, text: string): string => encoded(language, text);

/** A known question is encoded as a passage that says it. */
export const questionInput = queryInput;

const encoded = (language: Language, text: string) => (language === 'zh' ? simplify(text) : text);
