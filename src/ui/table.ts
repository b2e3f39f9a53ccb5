import type { Range } from '../core/types.ts';

/** The cells of a table block: a row a line, cells parted by tabs; each cell without the white space round it. */
export function tableRows(text: string, block: Range): readonly (readonly Range[])[] {
  return splitAt(text, block, '\n')
    .filter(({ start, end }) => text.slice(start, end).trim() !== '')
    .map((line) => splitAt(text, line, '\t').map((cell) => trimmed(text, cell)));
}

function splitAt(text: string, { start, end }: Range, mark: string): Range[] {
  const ranges: Range[] = [];
  let from = start;
  for (let at = text.indexOf(mark, from); at >= 0 && at < end; at = text.indexOf(mark, from)) {
    ranges.push({ start: from, end: at });
    from = at + 1;
  }
  ranges.push({ start: from, end });
  return ranges;
}

function trimmed(text: string, range: Range): Range {
  let { start, end } = range;
  while (start < end && text[start]!.trim() === '') start++;
  while (end > start && text[end - 1]!.trim() === '') end--;
  return { start, end };
}
