/// <reference path="./untyped-packages.d.ts" />
import pairs from 'opencc-js/dict/TSCharacters';
import { hasHan } from './characters.ts';

/** Traditional character → Simplified. Where OpenCC names several, its first. */
const simplified = new Map<string, string>();
addCharacters(pairs);

/**
 * Traditional Chinese to Simplified, character by character, so that the two find each other.
 *
 * Phrase rules (乾 → 干 but 乾坤) are left out on purpose: they would have to be right on both sides to help, and a
 * character map keeps every character in its place. Simplified text, and anything else, comes back as it is.
 */
export function simplify(text: string): string {
  if (!hasHan(text)) return text;
  let result = '';
  for (const character of text) result += simplified.get(character) ?? character;
  return result;
}

/**
 * For the search widget, whose build leaves the whole table out: a static index brings the part that it can use.
 *
 * @param pairs `傘 伞|…`; what is known already stays.
 */
export function addCharacters(pairs: string): void {
  for (const pair of pairs.split('|')) {
    const [traditional, simple] = pair.split(' ');
    if (traditional && simple && !simplified.has(traditional)) simplified.set(traditional, simple);
  }
}

/** The part of the table that leads to characters of `text`, as `addCharacters` takes it. */
export const charactersFor = (text: ReadonlySet<string>): string =>
  [...simplified]
    .filter(([traditional, simple]) => traditional !== simple && text.has(simple))
    .map(([traditional, simple]) => `${traditional} ${simple}`)
    .join('|');
