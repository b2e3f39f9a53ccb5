import type { Piece } from './compose.ts';

export interface Masked {
  /** As long as the source, with blanks where the parser should see nothing. */
  readonly text: string;
  /** Titles of containers: `::: tip Title`. */
  readonly pieces: readonly Piece[];
  /** From the front matter. */
  readonly title?: string;
}

const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\r?\n([\s\S]*?)(?:^|\n)(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)/;
const TITLE = /^title\s*[:=]\s*(\S.*)$/m;
const FENCE = /^\s*(?:[>*+-]\s*|\d{1,9}[.)]\s+)*(`{3,}|~{3,})/;
const CONTAINER = /^\s*:{3,}(?:\s*[\w-]+)?(?:[ \t]+|\[)?/;

/**
 * Blanks out what is not Markdown but stands in Markdown files: front matter and the fences of containers.
 * Every character keeps its place.
 */
export function mask(source: string): Masked {
  const front = FRONT_MATTER.exec(source);
  const length = front?.[0].length ?? 0;
  const title = front && TITLE.exec(front[2] ?? '')?.[1];
  const body = front ? `${' '.repeat(length - 1)}\n${source.slice(length)}` : source;
  return {
    ...(body.includes(':::') ? maskContainers(body) : { text: body, pieces: [] }),
    ...(title ? { title: unquoted(title) } : {}),
  };
}

function maskContainers(source: string): Masked {
  const lines: string[] = [];
  const pieces: Piece[] = [];
  let fence = '';
  for (const match of source.matchAll(/[^\n]*(?:\n|$)/g)) {
    const line = match[0];
    const mark = FENCE.exec(line)?.[1];
    if (mark && !fence) fence = mark;
    else if (mark && mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark) fence = '';
    const opening = fence ? null : CONTAINER.exec(line);
    if (!opening) {
      lines.push(line);
      continue;
    }
    lines.push(line.replace(/[^\r\n]/g, ' '));
    const title = line
      .slice(opening[0].length)
      .replace(/[\]{][^\n]*$/, '')
      .trimEnd();
    const at = match.index + opening[0].length;
    pieces.push({ kind: 'paragraph', level: 0, runs: [{ text: title, at, span: title.length }] });
  }
  return { text: lines.join(''), pieces };
}

const unquoted = (value: string) => value.trim().replace(/^(["'])(.*)\1$/, '$2');
