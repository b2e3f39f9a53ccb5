/// <reference path="./untyped-packages.d.ts" />
import pairs from 'opencc-js/dict/TSCharacters';

/** Traditional character → Simplified. Where OpenCC names several, its first. */
const simplified = new Map(pairs.split('|').map((pair) => pair.split(' ').slice(0, 2) as [string, string]));

/**
 * Traditional Chinese to Simplified, character by character, so that the two find each other.
 *
 * Phrase rules (乾 → 干 but 乾坤) are left out on purpose: they would have to be right on both sides to help, and a
 * character map keeps every character in its place. Simplified text, and anything else, comes back as it is.
 */
export function simplify(text: string): string {
  if (!HAN.test(text)) return text;
  let result = '';
  for (const character of text) result += simplified.get(character) ?? character;
  return result;
}

const HAN = /\p{Script=Han}/u;
