import type { Chunk } from '../core/types.ts';
import { fold } from './fold.ts';
import { simplify } from './simplify.ts';

/** What a chunk is found by: its document's title, the headings above it, the questions it answers, its text. */
export const searchableText = ({ title, headings, questions = [], text }: Chunk) =>
  [title, ...headings, ...questions, text].join('\n');

/** A text as verbatim matching sees it: folded, Traditional as Simplified, each run of white space one blank. */
export const plain = (text: string) => simplify(fold(text)).replace(/\s+/gu, ' ').trim();
