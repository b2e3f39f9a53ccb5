import { EngineError } from '../core/errors.ts';

/**
 * SentencePiece's precompiled normaliser, as XLM-R's tokenizers carry it: replaces what its table has, keeps the rest.
 *
 * The table is the base64 of: bytes of the trie (Uint32, little-endian), the trie (a double array of Uint32 units, after
 * Darts-clone), and the replacements, UTF-8, each ended by 0. A trie's leaf says where its replacement begins.
 *
 * As in Hugging Face's `spm_precompiled`, a grapheme of less than six bytes is looked up whole, then its characters one
 * by one, and the shortest entry that a key begins with counts.
 *
 * @throws EngineError `model-unavailable` if the table ends too soon.
 */
export function openCharsmap(base64: string): (text: string) => string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const units = bytes.length < 4 ? 0 : new DataView(bytes.buffer).getUint32(0, true) / 4;
  if (units < 1 || !Number.isInteger(units) || 4 + units * 4 > bytes.length) {
    throw new EngineError('model-unavailable', `Expected a precompiled character map, got ${bytes.length} bytes.`);
  }
  const trie = new Uint32Array(bytes.slice(4, 4 + units * 4).buffer);
  const replacements = bytes.subarray(4 + units * 4);
  const known = new Map<string, string | undefined>();

  const find = (key: string): string | undefined => {
    let at = offset(trie[0]!);
    for (const byte of encoder.encode(key)) {
      if (byte === 0) return undefined;
      at ^= byte;
      const unit = trie[at];
      if (unit === undefined || (unit & LABEL) !== byte) return undefined;
      at ^= offset(unit);
      if ((unit >>> 8) & 1) {
        const start = trie[at]! & VALUE;
        return decoder.decode(replacements.subarray(start, replacements.indexOf(0, start)));
      }
    }
    return undefined;
  };
  const lookUp = (key: string) => {
    if (!known.has(key)) known.set(key, find(key));
    return known.get(key);
  };

  return (text) => {
    let normal = '';
    for (const { segment } of graphemes.segment(text)) {
      const whole = encoder.encode(segment).length < 6 ? lookUp(segment) : undefined;
      if (whole !== undefined) normal += whole;
      else for (const character of segment) normal += lookUp(character) ?? character;
    }
    return normal;
  };
}

/** Bit 31 set: a value, not a label. As an int, so that it compares as the units do. */
const LABEL = (1 << 31) | 0xff;
const VALUE = 0x7fffffff;
const offset = (unit: number) => (unit >>> 10) << ((unit & (1 << 9)) >>> 6);

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
