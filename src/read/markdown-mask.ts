import type { Piece } from './compose.ts';

export interface Masked {
  /** As long as the source, with blanks where the parser should see nothing. */
  readonly text: string;
  /** Titles of containers: `::: tip Title`. */
  readonly pieces: readonly Piece[];
  /** Labels that links may refer to (`[label]: address`), as `linkLabel` writes them. */
  readonly defined: ReadonlySet<string>;
  /** From the front matter. */
  readonly title?: string;
}

const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\r?\n([\s\S]*?)(?:^|\n)(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)/;
const TITLE = /^title\s*[:=]\s*(\S.*)$/m;
const FENCE = /^\s*(?:[>*+-]\s*|\d{1,9}[.)]\s+)*(`{3,}|~{3,})/;
const CONTAINER = /^\s*:{3,}(?:\s*[\w-]+)?(?:[ \t]+|\[)?/;

const DEFINITION = /^ {0,3}\[([^\]^\n][^\]\n]{0,998})\]:[ \t]*\S/;

/** Quotes and lists nested deeper than anyone writes; the parser's cost grows with the depth of every line. */
const TOO_DEEP = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){50,}/;

/**
 * Blanks out what is not Markdown but stands in Markdown files: front matter, the fences of containers, link
 * definitions and marks nested beyond reason. Every character keeps its place.
 */
export function mask(source: string): Masked {
  const front = FRONT_MATTER.exec(source)?.[0] ?? '';
  const title = front && TITLE.exec(front)?.[1];
  const lines = [blank(front)];
  const pieces: Piece[] = [];
  const defined = new Set<string>();
  let fence = '';
  for (const match of source.slice(front.length).matchAll(/[^\n]*(?:\n|$)/g)) {
    const line = match[0];
    const mark = FENCE.exec(line)?.[1];
    if (mark && !fence) fence = mark;
    else if (mark && mark[0] === fence[0] && mark.length >= fence.length && line.trimEnd().endsWith(mark)) fence = '';
    const opening = fence ? undefined : CONTAINER.exec(line)?.[0];
    const label = fence ? undefined : DEFINITION.exec(line)?.[1];
    const deep = TOO_DEEP.exec(line)?.[0].length ?? 0;
    if (opening) {
      const text = line
        .slice(opening.length)
        .replace(/[\]{][^\n]*$/, '')
        .trimEnd();
      const at = front.length + match.index + opening.length;
      pieces.push({ kind: 'paragraph', level: 0, runs: [{ text, at, span: text.length }] });
    }
    if (label) defined.add(linkLabel(label));
    lines.push(opening || label ? blank(line) : blank(line.slice(0, deep)) + line.slice(deep));
  }
  return { text: lines.join(''), pieces, defined, ...(title ? { title: unquoted(title) } : {}) };
}

const blank = (text: string) => text.replace(/[^\r\n]/g, ' ');
const unquoted = (value: string) => value.trim().replace(/^(["'])(.*)\1$/, '$2');

/** A label as labels are compared. */
export const linkLabel = (label: string) => label.replace(/\s+/g, ' ').trim().toLowerCase();
