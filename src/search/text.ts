import type { Chunk } from '../core/types.ts';
import { fold } from './fold.ts';
import { simplify } from './simplify.ts';

/** What a chunk is found by: its document's title, the headings above it, its text. An author's questions are among these. */
export const searchableText = ({ title, headings, text }: Chunk) => [title, ...headings, text].join('\n');

/** A text as verbatim matching sees it: folded, Traditional as Simplified, each run of white space one blank. */
export const plain = (text: string) => simplify(fold(text)).replace(/\s+/gu, ' ').trim();
