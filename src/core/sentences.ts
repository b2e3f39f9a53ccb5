import type { Range } from './types.ts';

const STOPS = new Set('.!?。！？｡…');
/** Quotes and brackets that close behind a stop and belong to its sentence. */
const CLOSERS = new Set('\'")]}’”»」』）】》〉］｝');
/** Words whose full stop does not end a sentence, though a capital may follow. */
const ABBREVIATION =
  /(?:^|[\s(“"'])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|cf|al|[Ff]igs?|[Ee]q|[Nn]o|[Vv]ol|pp?|approx|ca|Inc|Ltd|Co|Art|Sec|Ch|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|U\.S|a\.m|p\.m)\.$/;
const LONGEST_ABBREVIATION = 10;

/**
 * The sentences of `text.slice(start, end)`, as ranges of `text` without the white space between them; every other
 * character is in exactly one.
 *
 * One rule for English and Chinese, the same in every browser; `Intl.Segmenter` changes with its ICU version, and
 * breaks after "Dr." and "e.g.". `。！？` end a sentence anywhere; `.` only before white space and something other
 * than a small letter, and not after an abbreviation or an initial; `…` as `.` does, or before a Han character; a
 * blank line always does. Cost: one pass.
 */
export function sentences(text: string, start = 0, end = text.length): Range[] {
  const found: Range[] = [];
  let first = -1;
  let last = -1;
  const close = () => {
    if (first >= 0) found.push({ start: first, end: last });
    first = -1;
  };
  let at = start;
  while (at < end) {
    const char = text[at]!;
    if (isSpace(char)) {
      let lines = 0;
      for (; at < end && isSpace(text[at]!); at++) if (text[at] === '\n') lines++;
      if (lines > 1) close();
      continue;
    }
    if (first < 0) first = at;
    last = ++at;
    if (!STOPS.has(char)) continue;
    let hard = HARD.has(char);
    for (; at < end && STOPS.has(text[at]!); at++) hard ||= HARD.has(text[at]!);
    const stop = at;
    while (at < end && CLOSERS.has(text[at]!)) at++;
    last = at;
    if (hard || endsHere(text, stop, at, end)) close();
  }
  close();
  return found;
}

const HARD = new Set('。！？｡');
const isSpace = (char: string) => char.trim() === '';

/** Whether the stops before `stop`, with closers up to `to`, end a sentence. */
function endsHere(text: string, stop: number, to: number, end: number): boolean {
  if (to >= end) return true;
  const dot = text[stop - 1] === '.';
  const next = text.slice(to, to + 40).trimStart();
  if (!isSpace(text[to]!)) return !dot && /^\p{Script=Han}/u.test(next);
  if (!dot && text[stop - 1] !== '…') return true;
  if (/^\p{Ll}/u.test(next)) return false;
  return !dot || !ABBREVIATION.test(text.slice(Math.max(0, stop - LONGEST_ABBREVIATION), stop));
}
