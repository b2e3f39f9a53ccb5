import type { PassageContext } from '../core/encoder.ts';
import type { Chunk, Document, LateChunking } from '../core/types.ts';
import { plainInput } from './inputs.ts';

/**
 * The window around each passage that is small enough to gain by one, the passage in its middle where the document
 * allows; undefined for the others, and for one that has nothing around it. A window is measured in characters, at the passage's own characters a token, so it has
 * about as many tokens as the model's card asks for.
 *
 * @param tokens of each passage's text.
 */
export function contextsOf(
  { text, language }: Pick<Document, 'text' | 'language'>,
  passages: readonly Chunk[],
  tokens: ArrayLike<number>,
  { window, upTo }: LateChunking,
): (PassageContext | undefined)[] {
  return passages.map(({ textStart, textEnd }, i) => {
    const own = tokens[i]!;
    if (own === 0 || own > upTo) return undefined;
    const length = textEnd - textStart;
    const room = Math.max(0, Math.round(((window - own) * length) / own));
    const before = Math.min(textStart, Math.max(room >> 1, room - (text.length - textEnd)));
    const from = textStart - before;
    const to = Math.min(text.length, textEnd + room - before);
    if (text.slice(from, textStart).trim() === '' && text.slice(textEnd, to).trim() === '') return undefined;
    // Simplified piece by piece: the places must stay true.
    const pieces = [text.slice(from, textStart), text.slice(textStart, textEnd), text.slice(textEnd, to)];
    const [ahead, itself, behind] = pieces.map((piece) => plainInput(language, piece)) as [string, string, string];
    return { text: ahead + itself + behind, start: ahead.length, end: ahead.length + itself.length };
  });
}
