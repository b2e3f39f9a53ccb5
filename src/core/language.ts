import type { Language } from './types.ts';

const HAN = /\p{Script=Han}/gu;
const LETTER = /\p{L}/gu;
/** Enough to decide; a document's beginning is representative, and a 10 MB file need not be counted whole. */
const SAMPLE = 20_000;

/**
 * The language a text is searched in.
 *
 * One Han character says about as much as one English word of five letters, so a text is Chinese when Han
 * characters are at least a twentieth of its letters: a Chinese page full of code is still Chinese, an English
 * page that quotes two Chinese words is not. Text without letters is English.
 */
export function detectLanguage(text: string): Language {
  const sample = text.length > SAMPLE ? text.slice(0, SAMPLE) : text;
  const han = sample.match(HAN)?.length ?? 0;
  if (han === 0) return 'en';
  const letters = sample.match(LETTER)?.length ?? 0;
  return han * 20 >= letters ? 'zh' : 'en';
}
