/**
 * Case, width, ligatures and diacritics folded: `Ｖｕｅ` → `vue`, `naïve` → `naive`, `ﬁ` → `fi`.
 * The result may be of another length than the text. Idempotent.
 */
export function fold(text: string): string {
  let isFolded = true;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7e) return text.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC').toLowerCase();
    if (unit >= 65 && unit <= 90) isFolded = false;
  }
  return isFolded ? text : text.toLowerCase();
}
