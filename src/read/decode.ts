/**
 * The text of a file, without a byte order mark. Never fails: bytes that fit no encoding become U+FFFD.
 *
 * Tried in turn: UTF-8 or UTF-16 by byte order mark; UTF-8; UTF-8 with a few bad bytes; the charset an HTML page
 * names; Big5, if that gives the commoner characters; GB18030, if the bytes pair up as it does; windows-1252. The offsets of a chunk count this text's UTF-16
 * units, so whoever turns an offset into a line must decode with this function.
 */
export function decodeSource(bytes: Uint8Array<ArrayBuffer>): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decode('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decode('utf-16be', bytes);
  const strict = tryDecode('utf-8', bytes);
  if (strict !== undefined) return strict;
  const utf8 = decode('utf-8', bytes);
  if (mostlyRight(utf8)) return utf8;
  const named = charsetOf(bytes);
  return (
    (named && tryDecode(named, bytes)) ??
    (looksLikeBig5(bytes) ? tryDecode('big5', bytes) : undefined) ??
    (pairsLikeChinese(bytes) ? tryDecode('gb18030', bytes) : undefined) ??
    decode('windows-1252', bytes)
  );
}

const decode = (encoding: string, bytes: Uint8Array<ArrayBuffer>) => decodeWith(new TextDecoder(encoding), bytes);

/** Node 20 reads windows-1252 as ISO 8859-1: quotes, dashes and the euro come out as control characters. */
function decodeWith(decoder: TextDecoder, bytes: Uint8Array<ArrayBuffer>): string {
  const text = decoder.decode(bytes);
  if (decoder.encoding !== 'windows-1252') return text;
  return text.replace(/[\u0080-\u009f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]!);
}

/** Of 0x80 to 0x9F, by the WHATWG's Encoding standard. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** `undefined` if the bytes are not valid, or the encoding is not known here. */
function tryDecode(encoding: string, bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return decodeWith(new TextDecoder(encoding, { fatal: true }), bytes);
  } catch {
    return undefined;
  }
}

/** At most one in twenty characters beyond ASCII failed: a damaged UTF-8 file, not another encoding. */
function mostlyRight(text: string): boolean {
  let high = 0;
  let bad = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    high++;
    if (code === 0xfffd) bad++;
  }
  return bad * 20 <= high;
}

/** Where a browser looks for `<meta charset>`: the first 1024 bytes. */
function charsetOf(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  const head = decode('windows-1252', bytes.subarray(0, 1024));
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(head)?.[1];
}

/**
 * Han characters of GB2312 are two bytes, both ≥ 0xA1. In western text a high byte mostly stands alone between
 * ASCII letters, and even where two happen to pair up, they are the exception.
 */
function pairsLikeChinese(bytes: Uint8Array<ArrayBuffer>): boolean {
  let pairs = 0;
  let others = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < 0x80) continue;
    if (bytes[i]! >= 0xa1 && (bytes[i + 1] ?? 0) >= 0xa1) {
      pairs++;
      i++;
    } else others++;
  }
  return pairs > others;
}

/** Among the commonest characters of Chinese, in both scripts. */
const COMMON = new Set(
  '的一是不了在人有我他這这個个們们中來来上大為为和國国地到以說说時时要就出會会可也你對对生能而子那得於于著着下自之年過过發发後后作裡里用法者所及其或應应與与第條条',
);
/** Of what is not ASCII. Right texts of five collections: .05 of 40 characters and more but for one in a hundred; wrong ones: .075 at most. */
const COMMON_SHARE = 0.08;

/** Both encodings of Chinese read nearly any pair of bytes as some character, but only the right one as common ones. */
function looksLikeBig5(bytes: Uint8Array<ArrayBuffer>): boolean {
  const sample = bytes.subarray(0, SAMPLE);
  const big5 = shareOfCommon(decode('big5', sample));
  return big5 >= COMMON_SHARE && big5 > shareOfCommon(decode('gb18030', sample));
}

function shareOfCommon(text: string): number {
  let high = 0;
  let common = 0;
  for (const character of text) {
    if (character < '\u0080') continue;
    high++;
    if (COMMON.has(character)) common++;
  }
  return common / Math.max(1, high);
}

const MAGIC: readonly (readonly [format: string, ...bytes: number[]])[] = [
  ['a PDF', 0x25, 0x50, 0x44, 0x46, 0x2d],
  ['a PNG image', 0x89, 0x50, 0x4e, 0x47],
  ['a JPEG image', 0xff, 0xd8, 0xff],
  ['a GIF image', 0x47, 0x49, 0x46, 0x38],
  ['a ZIP archive or an Office document', 0x50, 0x4b, 0x03, 0x04],
  ['a gzip archive', 0x1f, 0x8b],
  ['a 7z archive', 0x37, 0x7a, 0xbc, 0xaf],
  ['a RAR archive', 0x52, 0x61, 0x72, 0x21, 0x1a],
  ['an old Office document', 0xd0, 0xcf, 0x11, 0xe0],
  ['a program', 0x7f, 0x45, 0x4c, 0x46],
  ['a WebAssembly module', 0x00, 0x61, 0x73, 0x6d],
  ['an Ogg recording', 0x4f, 0x67, 0x67, 0x53],
  ['an RTF document', 0x7b, 0x5c, 0x72, 0x74, 0x66],
];
const SAMPLE = 65_536;
/** Its text is markup for the most part, in pieces no reader would make. */
const DRAWING = /^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!doctype svg[^>]*>\s*)?<svg[\s>]/i;

/** What a file is, in words, if it is not text; `undefined` for text. */
export function binaryFormat(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  for (const [format, ...magic] of MAGIC) if (magic.every((byte, i) => bytes[i] === byte)) return format;
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return undefined;
  if (bytes.includes(0)) return 'binary data (it has zero bytes)';
  const sample = bytes.subarray(0, SAMPLE);
  if (DRAWING.test(new TextDecoder().decode(sample.subarray(0, 4096)))) return 'an SVG drawing';
  let controls = 0;
  for (const byte of sample) if ((byte < 32 && (byte < 8 || byte > 13) && byte !== 27) || byte === 127) controls++;
  return controls * 20 > sample.length ? 'binary data (it is full of control characters)' : undefined;
}
