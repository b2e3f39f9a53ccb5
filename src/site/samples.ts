import { sentences } from '../core/sentences.ts';
import type { Language } from '../core/types.ts';
import { checksum } from '../store/checksum.ts';
import type { SitePassage } from './pages.ts';

/** A sample is about as long as a question. */
const SHORTEST: Record<Language, number> = { en: 12, zh: 6 };
const LONGEST: Record<Language, number> = { en: 240, zh: 80 };

/**
 * Texts in the site's own words that stand for the questions it will be asked: titles, headings, sentences and spans
 * of a few words; at most `most` of them.
 *
 * Which ones is decided by a hash of each text, so that an edited page changes only its own samples and a rebuild
 * embeds little anew. Titles and headings come first: they are the most like queries.
 */
export function samplesOf(passages: readonly SitePassage[], language: Language, most: number): string[] {
  const names = new Set<string>();
  const texts = new Set<string>();
  for (const { page, headings, text } of passages) {
    names.add(page.title);
    for (const heading of headings) names.add(heading);
    if (headings.length > 0) names.add([page.title, ...headings].join(' › '));
    for (const { start, end } of sentences(text)) {
      const sentence = text.slice(start, end);
      if (sentence.length < SHORTEST[language]) continue;
      if (sentence.length <= LONGEST[language]) texts.add(sentence);
      texts.add(span(sentence, language));
    }
  }
  names.delete('');
  for (const name of names) texts.delete(name);
  const lowest = (list: Iterable<string>, count: number) =>
    [...list]
      .map((text) => ({ text, hash: hashOf(text) }))
      .sort((a, b) => a.hash - b.hash)
      .slice(0, count)
      .map(({ text }) => text);
  const first = lowest(names, Math.ceil(most / 2));
  return [...first, ...lowest(texts, most - first.length)];
}

/** A few words out of a sentence; which, its hash says. */
function span(sentence: string, language: Language): string {
  const hash = hashOf(sentence);
  const words = language === 'zh' ? [...sentence.replace(/\s+/g, '')] : sentence.split(/\s+/);
  const [least, range] = language === 'zh' ? [4, 16] : [2, 9];
  const length = least + (hash % range);
  const start = (hash >>> 8) % Math.max(1, words.length - length + 1);
  return words.slice(start, start + length).join(language === 'zh' ? '' : ' ');
}

const encoder = new TextEncoder();
const hashOf = (text: string) => checksum(encoder.encode(text));
