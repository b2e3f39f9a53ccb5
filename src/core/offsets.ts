/**
 * The source offset of a reading-text offset, by a document's `origin` pairs.
 *
 * `origin` holds `[text, source]` pairs, ascending in both; between two pairs both advance alike, and no offset
 * maps past the next pair's source offset. Offsets before the first pair map to themselves.
 * Cost: one binary search.
 */
export function sourceOffset(origin: Uint32Array, offset: number): number {
  let low = 0;
  let high = origin.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (origin[middle * 2]! <= offset) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return offset;
  const at = (low - 1) * 2;
  const mapped = origin[at + 1]! + (offset - origin[at]!);
  const next = origin[at + 3];
  return next === undefined ? mapped : Math.min(mapped, next);
}

/** 1-based line of an offset in a text; `\n`, `\r\n` and lone `\r` each end a line. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset && i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) line++;
  }
  return line;
}
