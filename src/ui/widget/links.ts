import type { SiteHit } from '../../site/reader.ts';

/** Longer sentences are named by their first and last words, so that a change in the middle does not break the link. */
const WHOLE = 60;
const WORDS = 4;
const CHARACTERS = 8;
const LONGEST = 200;

/**
 * Where a hit leads: its page, the nearest heading, and the sentence that answers as a text fragment, which browsers
 * that know them scroll to and mark; others land on the heading.
 *
 * @param base absolute address that page URLs are relative to.
 * @param highlight URL parameter that is given the sentence too, for browsers or pages where no text fragment works; none if empty.
 */
export function linkTo({ page, chunk, focus }: SiteHit, base: string, highlight = ''): string {
  const url = new URL(page.url, base);
  // A page's URL comes from the owner's own files, but a link must never run a script.
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return '#';
  const sentence = chunk.text.slice(focus.start, focus.end);
  const fragment = textFragment(sentence);
  url.hash = '';
  if (highlight !== '') url.searchParams.set(highlight, sentence.split('\n')[0]!.trim().slice(0, LONGEST));
  return `${url.href}#${encodeURIComponent(chunk.anchor ?? '')}${fragment}`;
}

/** Only the first line of a sentence: text across blocks matches no fragment. */
function textFragment(sentence: string): string {
  const line = sentence.split('\n')[0]!.trim();
  if (line === '') return '';
  if (line.length <= WHOLE) return `:~:text=${encode(line)}`;
  const words = line.split(/\s+/);
  const [first, last] =
    words.length > WORDS * 2
      ? [words.slice(0, WORDS).join(' '), words.slice(-WORDS).join(' ')]
      : [line.slice(0, CHARACTERS), line.slice(-CHARACTERS)];
  return `:~:text=${encode(first)},${encode(last)}`;
}

/** Dashes, commas and ampersands mean something in a text fragment. */
const encode = (text: string) => encodeURIComponent(text).replace(/-/g, '%2D');
