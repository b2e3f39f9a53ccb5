import type { DefaultTreeAdapterTypes as Tree } from 'parse5';
import { questionIn } from '../core/questions.ts';
import type { BlockKind } from '../core/types.ts';
import { align } from './align.ts';
import type { Piece } from './compose.ts';
import { under } from './faq.ts';
import { Flow } from './flow.ts';
import { attribute, isElement, isText, parseTree, select, textOf } from './html-tree.ts';
import { questionsMarkedUp, withMarkedUp } from './json-ld.ts';
import type { Page } from './page.ts';

const words = (list: string) => new Set(list.split(' '));
const DROPPED = words(
  'head script style template noscript nav footer aside iframe object svg canvas audio video select option datalist button textarea rp rt',
);
const DROPPED_ROLES = words('navigation banner contentinfo complementary search menu menubar toolbar');
const BLOCKS = words(
  'address article body caption center dd details dialog div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul blockquote',
);
/** A table that holds one of these is there for its layout. */
const LAYOUT = words('table h1 h2 h3 h4 h5 h6 pre ul ol blockquote article section');

/** The main content of a page: `<main>`, else `role=main`, else its articles, else the body, without navigation. */
export function readHtml(source: string): Page {
  const tree = parseTree(source);
  const html = select(tree, (element) => element.tagName === 'html')[0];
  const title = select(tree, (element) => element.tagName === 'title')[0];
  const lang = html && attribute(html, 'lang');
  return {
    pieces: withMarkedUp(mainPieces(tree, source), questionsMarkedUp(tree)),
    ...(title ? { title: textOf(title) } : {}),
    ...(lang ? { lang } : {}),
  };
}

/** The blocks of a piece of HTML inside another document, where it begins at offset `base`. */
export function htmlPieces(source: string, base: number): Piece[] {
  return walk(
    select(parseTree(source), (element) => element.tagName === 'body'),
    source,
    base,
  );
}

function mainPieces(tree: Tree.Document, source: string): readonly Piece[] {
  const roots = [
    (element: Tree.Element) => element.tagName === 'main',
    (element: Tree.Element) => attribute(element, 'role') === 'main',
    (element: Tree.Element) => element.tagName === 'article',
  ];
  for (const isRoot of roots) {
    const pieces = walk(select(tree, isRoot), source, 0);
    if (pieces.length > 0) return pieces;
  }
  const body = select(tree, (element) => element.tagName === 'body')[0];
  return body ? walk([body], source, 0, isBanner) : [];
}

/** A `<header>` without a heading is the site's, not the text's. */
const isBanner = (element: Tree.Element) =>
  element.tagName === 'header' && select(element, (inner) => /^h[1-6]$/.test(inner.tagName)).length === 0;

function walk(
  roots: readonly Tree.Element[],
  source: string,
  base: number,
  skip: (element: Tree.Element) => boolean = () => false,
): Piece[] {
  const pieces: Piece[] = [];
  const flow = new Flow();
  let kind: BlockKind = 'paragraph';
  let level = 0;
  let depth = 0;
  /** Level of the last heading. */
  let above = 1;
  let anchor: string | undefined;
  let inCell = false;

  const flush = () => {
    const runs = flow.take();
    if (!runs.some((run) => /\S/.test(run.text))) return;
    pieces.push({ kind, level, runs, ...(anchor ? { anchor } : {}) });
    anchor = undefined;
    // What follows in the same item is a paragraph of it, not another item.
    if (kind === 'list-item') inBlock('paragraph', 0);
  };
  const inBlock = (nextKind: BlockKind, nextLevel: number) => {
    kind = nextKind;
    level = nextLevel;
  };
  const block = (nextKind: BlockKind, nextLevel: number, inside: () => void) => {
    flush();
    const before = [kind, level] as const;
    inBlock(nextKind, nextLevel);
    inside();
    flush();
    inBlock(...before);
  };
  const children = (node: Tree.ParentNode) => {
    for (const child of node.childNodes) visit(child);
  };

  const visit = (node: Tree.Node) => {
    if (isText(node)) {
      const place = node.sourceCodeLocation;
      if (place) align(node.value, source, place.startOffset, place.endOffset, flow, base);
    } else if (isElement(node) && !isHidden(node) && !skip(node)) {
      const tag = node.tagName;
      const at = base + (node.sourceCodeLocation?.startOffset ?? 0);
      const id = attribute(node, 'id') ?? (tag === 'a' ? attribute(node, 'name') : undefined);
      const isBlock = BLOCKS.has(tag);
      if (isBlock && !inCell) flush();
      if (id && (isBlock || kind === 'heading' || tag === 'a')) anchor = id;
      element(node, tag, at, isBlock);
    }
  };
  const element = (node: Tree.Element, tag: string, at: number, isBlock: boolean) => {
    if (tag === 'br') return inCell ? flow.space(at) : flow.break(at);
    if (inCell) {
      if (isBlock) flow.space(at);
      children(node);
      if (isBlock) flow.space(at);
      return;
    }
    // The sign beside a heading or an entry that leads to itself: `#`, `¶`.
    if (tag === 'a' && leadsWithin(node, kind) && !/[\p{L}\p{N}]/u.test(textOf(node))) return;
    if (/^h[1-6]$/.test(tag)) {
      above = Number(tag[1]);
      return block('heading', above, () => children(node));
    }
    // A disclosure that asks, opened, answers.
    if (tag === 'summary' && kind !== 'heading' && questionIn(textOf(node).replace(/\s+/g, ' '))) {
      return block('heading', under(above), () => children(node));
    }
    if (tag === 'pre') return block('code', 0, () => preformatted(node));
    if (tag === 'blockquote') return block('quote', 0, () => children(node));
    if (tag === 'table' && select(node, (inner) => LAYOUT.has(inner.tagName)).length === 0) return table(node);
    if (tag === 'ul' || tag === 'ol') {
      depth++;
      block(kind, level, () => children(node));
      depth--;
      if (kind === 'list-item') inBlock('paragraph', 0);
      return;
    }
    if (tag === 'li') return block('list-item', Math.max(1, depth), () => children(node));
    children(node);
    if (isBlock) flush();
  };
  const preformatted = (node: Tree.Element) => {
    flow.keepsSpace = true;
    children(node);
    flow.keepsSpace = false;
  };
  const table = (node: Tree.Element) => {
    for (const caption of select(node, (inner) => inner.tagName === 'caption')) visit(caption);
    block('table', 0, () => {
      inCell = true;
      for (const [r, row] of select(node, (inner) => inner.tagName === 'tr').entries()) {
        const at = base + (row.sourceCodeLocation?.startOffset ?? 0);
        if (r > 0) flow.break(at);
        const cells = select(row, (inner) => inner.tagName === 'td' || inner.tagName === 'th');
        for (const [c, cell] of cells.entries()) {
          if (c > 0) flow.break(base + (cell.sourceCodeLocation?.startOffset ?? 0), '\t');
          children(cell);
        }
      }
      inCell = false;
    });
  };

  for (const root of roots) {
    children(root);
    flush();
  }
  return pieces;
}

const leadsWithin = (link: Tree.Element, kind: BlockKind) =>
  kind === 'heading' || attribute(link, 'href')?.startsWith('#') === true;

/** VitePress says above every block of code what it is written in. */
const isCodeLabel = (element: Tree.Element) =>
  attribute(element, 'class') === 'lang' &&
  element.parentNode !== null &&
  isElement(element.parentNode) &&
  /^language-/.test(attribute(element.parentNode, 'class') ?? '');

function isHidden(element: Tree.Element): boolean {
  if (DROPPED.has(element.tagName) || isCodeLabel(element)) return true;
  if (element.tagName === 'dialog' && attribute(element, 'open') === undefined) return true;
  if (element.attrs.length === 0) return false;
  const hidden = attribute(element, 'hidden');
  return (
    (hidden !== undefined && hidden !== 'until-found') ||
    attribute(element, 'aria-hidden') === 'true' ||
    DROPPED_ROLES.has(attribute(element, 'role') ?? '') ||
    /display\s*:\s*none/i.test(attribute(element, 'style') ?? '')
  );
}
