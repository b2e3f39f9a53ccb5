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
/** VitePress and Docusaurus write `::: tip Title`, `:::tip[Title]`; MkDocs `/// tip | Title`. */
const CONTAINER =
  /^\s*(?::{3,}(?:\s*[\w-]+)?(?:[ \t]+|\[)?|\/{3,}(?=\s*(?:[\w-]+\s*(?:\|.*)?)?\s*$)\s*(?:[\w-]+\s*)?(?:\|\s*)?)/;
/** MkDocs: `!!! note "Title"` and `=== "Tab"`, what belongs to them being indented. */
const INDENTING =
  /^([ \t]*)(?:(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+[\w-]+)*|={3}[+!]*[ \t]+(?="))[ \t]*(?:"([^"\n]*)")?\s*$/;
/** Another file's text stands here when the site is built: `{!> file !}`, `--8<-- "file"`, `<<< @/file`. */
const INCLUDE = /^[\s>]*(?:\{!>?\s*[^!\s]+\s*!\}|-{2,}8<-{2,}(?:\s+"[^"\n]*")?|<<<\s+@?[\w./-]+\.\S+)\s*$/;
/** A line of MDX that brings a component. */
const IMPORT = /^import\s+(?:[\w$*{},\s]+\s+from\s+)?(['"])[^'"\n]+\1;?\s*$/;
/** Attributes of the link or picture before them, or of the block above: `{.internal-link target=_blank}`, `{: .note }`. */
const ATTRIBUTES = /(?<=[)\]])\{[^{}\n]{1,200}\}|^[ \t]*\{:[^{}\n]{1,200}\}(?=\s*$)/g;
const ATTRIBUTE = String.raw`(?:(?:[.#][\w-]+)+|[\w-]+=(?:"[^"]*"|'[^']*'|[^\s"'{}]+))`;
const ATTRIBUTE_LIST = new RegExp(String.raw`^\{:?\s*${ATTRIBUTE}(?:\s+${ATTRIBUTE})*\s*\}$`);
const MDX_COMMENT = /\{\/\*[^\n]{0,300}?\*\/\}/g;

const DEFINITION = /^ {0,3}\[([^\]^\n][^\]\n]{0,998})\]:[ \t]*\S/;

/** Quotes and lists nested deeper than anyone writes; the parser's cost grows with the depth of every line. */
const TOO_DEEP = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){50,}/;

/**
 * Blanks out what is not Markdown but stands in Markdown files: front matter, the fences of containers, includes,
 * attributes, link definitions and marks nested beyond reason. What MkDocs indents below a title, which the parser would
 * take for code, is made a quote. Every character keeps its place.
 */
export function mask(source: string): Masked {
  const front = FRONT_MATTER.exec(source)?.[0] ?? '';
  const title = front && TITLE.exec(front)?.[1];
  const lines = [blank(front)];
  const pieces: Piece[] = [];
  const defined = new Set<string>();
  let fence = '';
  let indented: number | undefined;
  const entitle = (text: string, at: number) =>
    pieces.push({ kind: 'paragraph', level: 0, runs: [{ text, at, span: text.length }] });

  for (const match of source.slice(front.length).matchAll(/[^\n]*(?:\n|$)/g)) {
    let line = match[0];
    const at = front.length + match.index;
    const indent = /^[ \t]*/.exec(line)![0].length;
    if (indented !== undefined && line.trim() !== '') {
      // A mark before the last of four spaces leaves the text where a quote's text begins.
      const mark = line[indented] === '\t' ? indented : indented + 2;
      if (indent >= indented + 4 || mark === indented) line = `${line.slice(0, mark)}>${line.slice(mark + 1)}`;
      else indented = undefined;
    }
    const mark = FENCE.exec(line)?.[1];
    if (mark && !fence) fence = mark;
    else if (mark && mark[0] === fence[0] && mark.length >= fence.length && line.trimEnd().endsWith(mark)) fence = '';
    if (INCLUDE.test(line)) line = blank(line);
    if (!fence) {
      const opening = CONTAINER.exec(line)?.[0];
      const indenting = INDENTING.exec(line);
      const label = DEFINITION.exec(line)?.[1];
      if (opening) {
        const title = line.slice(opening.length).replace(/[\]{][^\n]*$/, '');
        entitle(title.trimEnd(), at + opening.length);
      } else if (indenting) {
        const [all, before, title = ''] = indenting;
        indented = before!.length;
        entitle(title, at + Math.max(0, all.lastIndexOf(`"${title}"`)) + 1);
      }
      if (label) defined.add(linkLabel(label));
      if (opening || indenting || label || IMPORT.test(line)) line = blank(line);
      else {
        line = line.replace(ATTRIBUTES, (list, place) =>
          !ATTRIBUTE_LIST.test(list.trim()) ? list : place === 0 ? blank(list) : silent(list),
        );
        if (!/^\s*#/.test(line)) line = line.replace(MDX_COMMENT, blank);
      }
    }
    const deep = TOO_DEEP.exec(line)?.[0].length ?? 0;
    lines.push(blank(line.slice(0, deep)) + line.slice(deep));
  }
  return { text: lines.join(''), pieces, defined, ...(title ? { title: unquoted(title) } : {}) };
}

const blank = (text: string) => text.replace(/[^\r\n]/g, ' ');
/** Leaves no gap either, as an instruction to nobody. */
const silent = (text: string) => `<?${' '.repeat(text.length - 4)}?>`;
const unquoted = (value: string) => value.trim().replace(/^(["'])(.*)\1$/, '$2');

/** A label as labels are compared. */
export const linkLabel = (label: string) => label.replace(/\s+/g, ' ').trim().toLowerCase();
