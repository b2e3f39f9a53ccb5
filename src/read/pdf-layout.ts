/** A line of a page. Units are points, `y` grows upwards. */
export interface Line {
  readonly text: string;
  readonly page: number;
  readonly x: number;
  readonly right: number;
  readonly y: number;
  /** Height of most of its characters. */
  readonly size: number;
}

/** A piece of text as pdf.js hands it out. */
export interface Item {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly hasEOL: boolean;
}

export interface Paragraph {
  readonly text: string;
  readonly page: number;
  /** 1–3 for a heading, 0 for text. */
  readonly level: number;
}

/** Joins the items of a page, in the order they were drawn, to lines. */
export function linesOf(items: readonly Item[], page: number): Line[] {
  const lines: Line[] = [];
  let open: Item[] = [];
  const close = () => {
    const line = lineOf(open, page);
    if (line) lines.push(line);
    open = [];
  };
  for (const item of items) {
    const last = open.at(-1);
    if (last && Math.abs(yOf(item) - yOf(last)) > sizeOf(item) / 2 && item.str.trim() !== '') close();
    open.push(item);
    if (item.hasEOL) close();
  }
  close();
  return lines;
}

const sizeOf = ({ transform: [, , c = 0, d = 0] }: Item) => Math.hypot(c, d);
const xOf = ({ transform }: Item) => transform[4] ?? 0;
const yOf = ({ transform }: Item) => transform[5] ?? 0;

function lineOf(items: readonly Item[], page: number): Line | undefined {
  const visible = items.filter((item) => item.str.trim() !== '');
  const [first, last] = [visible[0], visible.at(-1)];
  if (!first || !last) return undefined;
  let text = '';
  let right = xOf(first);
  for (const item of items) {
    // A gap that no space character fills: columns of a table, or words set apart by moving the pen.
    if (item.str.trim() !== '' && xOf(item) - right > sizeOf(item) / 5 && !/\s$/.test(text)) text += ' ';
    text += item.str;
    if (item.str.trim() !== '') right = xOf(item) + item.width;
  }
  const size = sizeOf(visible.reduce((a, b) => (b.str.length > a.str.length ? b : a)));
  return { text: text.replace(/\s+/g, ' ').trim(), page, x: xOf(first), right, y: yOf(first), size };
}

/** How many lines at the top and at the bottom of a page may be running heads. */
const EDGE = 2;
/** A heading is at least this much larger than the body, and no longer than this. */
const LARGER = 1.15;
const MAX_HEADING = 200;

/**
 * Paragraphs and headings of a document, without its running heads and page numbers.
 *
 * A line begins a paragraph where the gap above it is wider than usual, its size changes, it is indented or has a
 * bullet, or the line before ends a sentence short of the margin. Words cut at a line's end are joined again. A size
 * above the body's makes a heading; its level is the rank of its size.
 */
export function paragraphsOf(pages: readonly (readonly Line[])[]): Paragraph[] {
  const body = commonest(pages.flat(), (line) => Math.round(line.size * 2) / 2);
  const lines = withoutRunningHeads(pages, body);
  const isHeading = ({ size, text }: Line) => size >= body * LARGER && text.length <= MAX_HEADING;
  const sizes = [...new Set(lines.filter(isHeading).map(({ size }) => Math.round(size)))].sort((a, b) => b - a);
  const levelOf = (line: Line) => (isHeading(line) ? Math.min(3, sizes.indexOf(Math.round(line.size)) + 1) : 0);
  const gap = commonest(lines, (line, i) => (i > 0 ? Math.round(lines[i - 1]!.y - line.y) : 0)) || body * 1.2;
  const endOf = marginOf(lines, body);

  const paragraphs: { text: string; page: number; level: number }[] = [];
  for (const [i, line] of lines.entries()) {
    const last = lines[i - 1];
    const open = paragraphs.at(-1);
    const level = levelOf(line);
    if (last && open && open.level === level && continues(last, line, gap * Math.max(1, line.size / body), endOf(last)))
      open.text = joined(open.text, line.text);
    else paragraphs.push({ text: line.text, page: line.page, level });
  }
  return paragraphs;
}

/** Em spaces across a page; what lies further right is off it. */
const MOST_COLUMNS = 1000;

/** Where the column of a line ends: as far to the right as text goes, on any page, that begins where it does or further left. */
function marginOf(lines: readonly Line[], body: number): (line: Line) => number {
  const column = ({ x }: Line) => Math.min(MOST_COLUMNS, Math.max(0, Math.ceil(x / body)));
  const ends: number[] = [];
  for (const line of lines) {
    if (line.size < body * LARGER) ends[column(line)] = Math.max(ends[column(line)] ?? 0, line.right);
  }
  for (let at = 0; at < ends.length; at++) ends[at] = Math.max(ends[at] ?? 0, ends[at - 1] ?? 0);
  return (line) => ends[Math.min(column(line), ends.length - 1)] ?? line.right;
}

const alike = (size: number, other: number) => Math.abs(size - other) <= other * 0.08;

const BULLET = /^(?:[•‣▪●○◦■□–]\s*|\(?\d{1,3}[.)、]\s|\(?[a-z]\)\s|第.{1,6}[条章节]\s)/;
const ENDS = /[.!?:。！？：]["”’」』)）]?$/;

/** Whether `line` goes on with the paragraph of `last`, where lines of its size are `gap` apart and `last`'s column ends at `margin`. */
function continues(last: Line, line: Line, gap: number, margin: number): boolean {
  if (BULLET.test(line.text)) return false;
  if (!alike(line.size, last.size)) return false;
  if (line.page !== last.page) return !ENDS.test(last.text);
  const drop = last.y - line.y;
  if (drop > gap * 1.35) return false;
  // Another column begins higher up.
  if (drop < -last.size) return !ENDS.test(last.text);
  const short = last.right < margin - (margin - last.x) * 0.12;
  if (short && ENDS.test(last.text)) return false;
  return !(line.x > last.x + line.size * 0.8 && ENDS.test(last.text));
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

function joined(text: string, next: string): string {
  if (/\p{L}[-\u2010\u00ad]$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next;
  return WIDE.test(text.at(-1)!) && WIDE.test(next[0]!) ? text + next : `${text} ${next}`;
}

/** On this many pages the same line in the same place is a running head; both pages of two are enough. */
const REPEATS = 3;

/** Lines of all pages, in order, but for those of body size that stand at the edge of several pages alike, page numbers aside. */
function withoutRunningHeads(pages: readonly (readonly Line[])[], body: number): Line[] {
  const seen = new Map<string, number>();
  const key = ({ y, text }: Line) => `${Math.round(y / 4)} ${text.replace(/\d+|^[ivxlc]+$/g, '#')}`;
  const edges = (page: readonly Line[]) => {
    const byHeight = page.filter((line) => line.size < body * LARGER).sort((a, b) => b.y - a.y);
    return new Set([...byHeight.slice(0, EDGE), ...byHeight.slice(-EDGE)]);
  };
  for (const page of pages) {
    for (const name of new Set(Array.from(edges(page), key))) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const enough = Math.max(2, Math.min(REPEATS, pages.length));
  return pages.flatMap((page) => {
    const edge = edges(page);
    return page.filter((line) => !edge.has(line) || (seen.get(key(line)) ?? 0) < enough);
  });
}

/** The value that holds for the most characters. */
function commonest(lines: readonly Line[], measure: (line: Line, i: number) => number): number {
  const weights = new Map<number, number>();
  for (const [i, line] of lines.entries()) {
    const value = measure(line, i);
    if (value > 0) weights.set(value, (weights.get(value) ?? 0) + line.text.length);
  }
  return [...weights].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}
