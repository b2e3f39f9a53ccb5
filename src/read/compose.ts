import type { Block, BlockKind, Document } from '../core/types.ts';

/**
 * A stretch of reading text and the stretch of source it comes from: `source[at, at + span)`.
 * Where `text.length === span` the two agree character for character (any white space standing for any other);
 * else the text was decoded (`&amp;` → `&`) or put in.
 */
export interface Run {
  readonly text: string;
  readonly at: number;
  readonly span: number;
}

/** One block as a reader found it, before it has a place in the reading text. */
export interface Piece {
  readonly kind: BlockKind;
  readonly level: number;
  readonly anchor?: string;
  readonly runs: readonly Run[];
}

export type Composition = Pick<Document, 'text' | 'blocks' | 'origin'>;

const GAP = '\n\n';

/**
 * Lays pieces out as reading text, in the order of their source, and records where each character came from.
 *
 * Pieces without a visible character are dropped; white space at either end of a piece is too (before code, only line
 * breaks, so that its indentation stays). Cost: linear, and a sort that finds its input already sorted but for
 * text that an HTML parser has moved.
 */
export function compose(pieces: readonly Piece[]): Composition {
  const parts: string[] = [];
  const blocks: Block[] = [];
  const origin: number[] = [];
  let length = 0;
  let source = 0;

  const mark = (at: number) => {
    source = Math.max(source, at);
    origin.push(length, source);
  };
  for (const { kind, level, anchor, runs } of sorted(pieces)) {
    const kept = trimmed(runs, kind === 'code' ? LINE_BREAK : SPACE);
    if (kept.length === 0) continue;
    if (length > 0) {
      parts.push(GAP);
      length += GAP.length;
    }
    const start = length;
    for (const { text, at, span } of kept) {
      mark(at);
      parts.push(text);
      length += text.length;
      source = Math.max(source, at + span);
    }
    mark(source);
    blocks.push({ kind, level, start, end: length, ...(anchor ? { anchor } : {}) });
  }
  return { text: parts.join(''), blocks, origin: Uint32Array.from(origin) };
}

const SPACE = /\s/;
const LINE_BREAK = /[\r\n]/;

function sorted(pieces: readonly Piece[]): readonly Piece[] {
  const place = (piece: Piece) => piece.runs[0]?.at ?? 0;
  return pieces.toSorted((a, b) => place(a) - place(b));
}

/** The runs without `leading` characters before and white space after; none if they hold nothing else. */
function trimmed(runs: readonly Run[], leading: RegExp): readonly Run[] {
  if (!runs.some((run) => /\S/.test(run.text))) return [];
  let first = 0;
  let last = runs.length - 1;
  let head = 0;
  while (leading.test(runs[first]!.text[head] ?? '\n')) {
    if (++head >= runs[first]!.text.length) {
      first++;
      head = 0;
    }
  }
  let tail = runs[last]!.text.length;
  while (SPACE.test(runs[last]!.text[tail - 1] ?? '\n')) {
    if (--tail <= 0) {
      last--;
      tail = runs[last]!.text.length;
    }
  }
  const kept = runs.slice(first, last + 1);
  if (tail < runs[last]!.text.length) kept[kept.length - 1] = part(kept.at(-1)!, 0, tail);
  if (head > 0) kept[0] = part(kept[0]!, head, kept[0]!.text.length);
  return kept;
}

/** `run.text[from, to)` as a run of its own. */
export function part(run: Run, from: number, to: number): Run {
  const verbatim = run.text.length === run.span;
  return verbatim
    ? { text: run.text.slice(from, to), at: run.at + from, span: to - from }
    : { text: run.text.slice(from, to), at: run.at, span: run.span };
}
