/** So many passages have a question; some of them are near duplicates and dropped, a thousand or so are learned from. */
export const QUESTIONS = 1072;

/** A question about a passage: some of its words, as a person might ask. */
export function questionOf(text: string): string {
  const words = text.match(/[\p{L}\d]{3,}/gu) ?? [];
  return `what about ${words
    .filter((_, i) => i % 7 === 0)
    .slice(0, 9)
    .join(' ')}?`;
}
