import type { Language } from './types.ts';

const HAN = /\p{Script=Han}/gu;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const LETTER = /\p{L}/gu;
/** Enough to decide; a document's beginning is representative, and a 10 MB file need not be counted whole. */
const SAMPLE = 20_000;

/**
 * The language a text is searched in.
 *
 * One Han character says about as much as one English word of five letters, so a text is Chinese when Han
 * characters are at least a twentieth of its letters: a Chinese page full of code is still Chinese, an English
 * page that quotes two Chinese words is not. Japanese counts as Chinese, whose model knows its Han characters and
 * kana better than the English one. Text without letters is English.
 *
 * @param hint What the document says of itself (`<html lang>`); believed only between a fiftieth and a fifth.
 */
export function detectLanguage(text: string, hint = ''): Language {
  const sample = text.length > SAMPLE ? text.slice(0, SAMPLE) : text;
  const wide = count(sample, HAN) + count(sample, KANA);
  if (wide === 0) return 'en';
  const letters = count(sample, LETTER);
  if (hint !== '' && wide * 50 >= letters && wide * 5 <= letters) return /^(?:zh|ja)\b/i.test(hint) ? 'zh' : 'en';
  return wide * 20 >= letters ? 'zh' : 'en';
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
