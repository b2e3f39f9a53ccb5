const ASCII = /^[\x20-\x7e]*$/;

/**
 * Case, width, ligatures and diacritics folded: `Ｖｕｅ` → `vue`, `naïve` → `naive`, `ﬁ` → `fi`.
 * The result may be of another length than the text. Idempotent.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC').toLowerCase();
}
