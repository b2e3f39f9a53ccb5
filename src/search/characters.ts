/** What a character is to the analyser. */
export const OTHER = 0;
/** A letter, digit or mark of a script that puts blanks between words. */
export const LETTER = 1;
/** Han or kana: every character is a word or a syllable, and no blank says where words end. */
export const IDEOGRAPH = 2;

const IS_IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const IS_LETTER = /[\p{L}\p{N}\p{M}]/u;

/** Kinds of the UTF-16 units met so far, plus one; a table is some ten times faster than the expressions. */
const known = new Uint8Array(0x10000);

/** Kind of the character that the UTF-16 unit at `at` belongs to. A trailing surrogate has the kind of its pair. */
export function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= 0xd800 && unit < 0xe000) return kindOf(pairAt(text, at, unit));
  if (known[unit] === 0) known[unit] = kindOf(text[at]!) + 1;
  return known[unit]! - 1;
}

const pairAt = (text: string, at: number, unit: number) =>
  unit < 0xdc00 ? text.slice(at, at + 2) : text.slice(Math.max(0, at - 1), at + 1);
const kindOf = (character: string) =>
  IS_IDEOGRAPH.test(character) ? IDEOGRAPH : IS_LETTER.test(character) ? LETTER : OTHER;

/** The first of all Han characters: what lies below needs no further look. */
const FIRST_HAN = 0x2e80;
const HAN = /\p{Script=Han}/u;

/** Whether a text holds a Han character. Cost: one look at each unit, and no expression for texts of other scripts. */
export function hasHan(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= FIRST_HAN) return HAN.test(text);
  return false;
}
