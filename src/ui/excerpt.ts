import type { Passage } from '../core/answer.ts';
import type { Range } from '../core/types.ts';

/** A stretch of text that is shown in one way. */
export interface Piece {
  readonly text: string;
  /** Part of the sentence that answers. */
  readonly focus: boolean;
  /** A word of the query. */
  readonly hit: boolean;
}

export interface Excerpt {
  readonly pieces: readonly Piece[];
  /** Text of the passage was left out before or after. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

/**
 * The part of a passage that a result shows: about `length` characters round the sentence that answers.
 * A quarter of the room goes before the sentence, so that it is read in its place; a sentence longer than the room is cut.
 */
export function excerpt(
  passage: Pick<Passage, 'chunk' | 'focus' | 'highlights'>,
  length = defaultLength(passage.chunk.text),
): Excerpt {
  const { text } = passage.chunk;
  const shown = window(text, passage.focus, length);
  return {
    pieces: pieces(text, shown, passage.focus, passage.highlights),
    cutBefore: text.slice(0, shown.start).trim() !== '',
    cutAfter: text.slice(shown.end).trim() !== '',
  };
}

/** A Han character says, and takes the room of, about two letters. */
const defaultLength = (text: string) => (/\p{Script=Han}/u.test(text.slice(0, 200)) ? 140 : 280);

/** Cuts `text[range]` at every border of `focus` and `hits`; the pieces, joined, are that text. */
export function pieces(text: string, range: Range, focus: Range, hits: readonly Range[]): Piece[] {
  const inside = (at: number) => Math.min(Math.max(at, range.start), range.end);
  const cuts = [range.start, range.end, focus.start, focus.end, ...hits.flatMap((hit) => [hit.start, hit.end])]
    .map(inside)
    .sort((a, b) => a - b);
  const found: Piece[] = [];
  let hit = 0;
  for (let i = 1; i < cuts.length; i++) {
    const start = cuts[i - 1]!;
    const end = cuts[i]!;
    if (start === end) continue;
    while (hit < hits.length && hits[hit]!.end <= start) hit++;
    found.push({
      text: text.slice(start, end),
      focus: start >= focus.start && end <= focus.end,
      hit: hit < hits.length && start >= hits[hit]!.start,
    });
  }
  return found;
}

function window(text: string, focus: Range, length: number): Range {
  if (text.length <= length) return { start: 0, end: text.length };
  const room = Math.max(0, length - (focus.end - focus.start));
  let start = Math.max(0, focus.start - Math.floor(room / 4));
  const end = wordEnd(text, Math.min(text.length, start + length));
  if (end === text.length) start = Math.max(0, end - length);
  return { start: wordStart(text, Math.min(start, focus.start), focus.start), end };
}

const WORD = /[\p{L}\p{N}]/u;
/** How far a border may move to spare a word; Chinese has no spaces to find, and a URL may have none for long. */
const REACH = 24;

/** @param most the border moves no further: there begins what must be shown. */
function wordStart(text: string, at: number, most: number): number {
  if (at === 0) return 0;
  for (let i = at; i <= Math.min(most, at + REACH, text.length - 1); i++) {
    if (WORD.test(text[i]!) && !WORD.test(text[i - 1]!)) return i;
  }
  return isLowSurrogate(text, at) ? at - 1 : at;
}

function wordEnd(text: string, at: number): number {
  if (at === text.length) return at;
  for (let i = at; i > Math.max(0, at - REACH); i--) if (!WORD.test(text[i]!) && WORD.test(text[i - 1]!)) return i;
  return isLowSurrogate(text, at) ? at - 1 : at;
}

const isLowSurrogate = (text: string, at: number) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;
