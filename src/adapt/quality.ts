/**
 * How much a text looks like something a person wrote, 0 to 1: the product of
 *
 * - the share of letters, digits and ordinary punctuation (replacement characters and mojibake lower it),
 * - half of letters at least (`??!! 12-33` is not a question),
 * - the share of distinct character pairs, where fewer than a half are distinct (`ha ha ha ha`, a stuck key),
 * - words of a length that words have (a hash or a URL is one word of eighty letters).
 *
 * A rule, not a language model: it turns away what is broken and says nothing of grammar.
 * Cost: linear, no table.
 */
export function quality(text: string): number {
  const characters = [...text];
  if (characters.length === 0) return 0;
  const share = (pattern: RegExp) => (text.match(pattern)?.length ?? 0) / characters.length;

  const ordinary = share(/[\p{L}\p{N}\p{P}\p{Zs}\p{M}\p{Sc}\p{Sm}]/gu) - 3 * share(MOJIBAKE);
  const letters = share(/[\p{L}\p{M}\p{Zs}]/gu);
  const pairs = characters.slice(1).map((character, i) => characters[i]! + character);
  const distinct = pairs.length < 8 ? 1 : new Set(pairs).size / pairs.length;
  const longest = Math.max(0, ...(text.match(/[\p{Script=Latin}\p{N}_/.:-]+/gu) ?? []).map((word) => word.length));

  return clamp(ordinary) * clamp(2 * letters) * clamp(2 * distinct) * clamp(40 / Math.max(longest, 1));
}

/** U+FFFD, and what UTF-8 read as Latin-1 leaves behind. */
const MOJIBAKE = /\uFFFD|[ÂÃ][\u0080-\u00BF]|â€/gu;

const clamp = (value: number) => Math.max(0, Math.min(1, value));
