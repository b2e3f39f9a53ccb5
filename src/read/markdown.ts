import type { SyntaxNode, Tree } from '@lezer/common';
import { decodeHTML } from 'entities';
import type { BlockKind } from '../core/types.ts';
import type { Piece } from './compose.ts';
import { Flow } from './flow.ts';
import { htmlPieces } from './html.ts';
import { linkLabel, mask } from './markdown-mask.ts';
import { markdownParser } from './markdown-parser.ts';
import type { Page } from './page.ts';

/**
 * CommonMark with GitHub's extensions and what site generators add: front matter, containers and admonitions
 * (`::: tip`, `/// tip`, `!!! note`), heading ids (`{#id}`), attributes, includes and MDX's imports (`markdown-mask.ts`).
 *
 * Images, comments and footnote marks leave nothing; HTML is read as HTML; a table is one block, its rows lines and
 * its cells set apart by tabs.
 */
export function readMarkdown(source: string): Page {
  const { text, pieces: titles, defined, title } = mask(source);
  return {
    pieces: [...titles, ...blockPieces(markdownParser.parse(text), text, defined)],
    ...(title ? { title } : {}),
  };
}

function blockPieces(tree: Tree, source: string, defined: ReadonlySet<string>): Piece[] {
  const pieces: Piece[] = [];
  const inline = inlineReader(source, defined);
  let depth = 0;
  let quotes = 0;
  let newItem = false;

  const add = (kind: BlockKind, level: number, flow: Flow, anchor?: string) => {
    const runs = flow.take();
    pieces.push({ kind, level, runs, ...(anchor ? { anchor } : {}) });
  };
  tree.iterate({
    enter({ name, node }) {
      if (name === 'BulletList' || name === 'OrderedList') depth++;
      else if (name === 'ListItem') newItem = true;
      else if (name === 'Blockquote') quotes++;
      else if (name === 'Paragraph' || name === 'Task') {
        if (/^\[\[?toc\]?\]$/i.test(source.slice(node.from, Math.min(node.to, node.from + 10)))) return false;
        const flow = inline(node, node.to);
        if (newItem) add('list-item', depth, flow);
        else add(quotes > 0 ? 'quote' : 'paragraph', 0, flow);
        newItem = false;
        return false;
      } else if (name.startsWith('ATXHeading') || name.startsWith('SetextHeading')) {
        const id = headingId(source, node);
        add('heading', Number(name.at(-1)), inline(node, id?.at ?? node.to), id?.anchor);
        return false;
      } else if (name === 'FencedCode' || name === 'CodeBlock') {
        add('code', 0, code(node, source));
        return false;
      } else if (name === 'Table') {
        add('table', 0, table(node, inline));
        return false;
      } else if (name === 'HTMLBlock') {
        pieces.push(...htmlPieces(source.slice(node.from, node.to), node.from));
        return false;
      } else if (name !== 'Document') return false;
      return true;
    },
    leave({ name }) {
      if (name === 'BulletList' || name === 'OrderedList') depth--;
      else if (name === 'ListItem') newItem = false;
      else if (name === 'Blockquote') quotes--;
    },
  });
  return pieces;
}

type InlineReader = (node: SyntaxNode, end: number, flow?: Flow) => Flow;

/** What carries no reading text, as long as it is not the text of a bare address. */
const SILENT =
  /^(?:HeaderMark|QuoteMark|ListMark|LinkMark|LinkTitle|LinkLabel|URL|EmphasisMark|CodeMark|CodeInfo|StrikethroughMark|TaskMarker|TableDelimiter|Image|HTMLTag|Comment|ProcessingInstruction)$/;

/** Reads the inline content of one block: its source without the marks. */
function inlineReader(source: string, defined: ReadonlySet<string>): InlineReader {
  return (block, end, flow = new Flow()) => {
    let at = block.from;
    const upTo = (to: number) => {
      if (at < Math.min(to, end)) flow.text(source.slice(at, Math.min(to, end)), at);
    };
    const skip = (node: { from: number; to: number }, to = node.to) => {
      upTo(node.from);
      at = Math.max(at, to);
    };
    block.cursor().iterate(({ name, node }) => {
      if (name === 'Link' && !node.getChild('URL')) {
        const text = source.slice(node.from, node.to);
        const defines = node.from === block.from && source[node.to] === ':';
        if (/^\[\^[^\]]*\]$/.test(text)) skip(node, node.to + (defines ? 1 : 0));
        else if (/^\[![A-Z]+\]$/.test(text) && node.from === block.from) skip(node);
        else return defined.has(labelOf(node, source));
        return false;
      }
      if (name === 'Escape') skip(node, node.from + 1);
      else if (name === 'Entity') {
        skip(node);
        flow.decoded(decodeHTML(source.slice(node.from, node.to)), node.from, node.to - node.from);
      } else if (name === 'HardBreak') {
        skip(node);
        flow.break(node.from);
      } else if (name === 'URL' && !/^(?:Link|Image)$/.test(node.parent?.name ?? '')) return false;
      else if (SILENT.test(name)) {
        skip(node);
        if (name === 'HTMLTag' && /^<br\b/i.test(source.slice(node.from, node.from + 4))) flow.break(node.from);
        return false;
      }
      return true;
    });
    upTo(end);
    return flow;
  };
}

/** The label that a link by reference names: `[text][label]`, `[label][]` or `[label]`. */
function labelOf(link: SyntaxNode, source: string): string {
  const named = link.getChild('LinkLabel');
  const text = named && named.to - named.from > 2 ? named : link;
  return linkLabel(source.slice(text.from, text.to).replace(/^\[|\](?:\[\])?$/g, ''));
}

/** `## Heading {#id}`, in MDX `## Heading {/*id*\/}`: where the braces begin, and the id. */
function headingId(source: string, node: SyntaxNode): { at: number; anchor: string } | undefined {
  const text = source.slice(node.from, node.to);
  const open = text.lastIndexOf('{');
  const found = /^\{(?:\s*#([^\s{}]{1,200})[^{}]{0,200}|\/\*\s*([^\s{}*]{1,200})\s*\*\/)\}[\s#=-]*$/.exec(
    open > 0 ? text.slice(open) : '',
  );
  const anchor = found?.[1] ?? found?.[2];
  return anchor ? { at: node.from + open, anchor } : undefined;
}

function code(node: SyntaxNode, source: string): Flow {
  const flow = new Flow();
  flow.keepsSpace = true;
  for (const { from, to } of node.getChildren('CodeText')) flow.text(source.slice(from, to), from);
  return flow;
}

function table(node: SyntaxNode, inline: InlineReader): Flow {
  const flow = new Flow();
  const rows = [...node.getChildren('TableHeader'), ...node.getChildren('TableRow')];
  for (const [r, row] of rows.entries()) {
    if (r > 0) flow.break(row.from);
    for (const [c, cell] of row.getChildren('TableCell').entries()) {
      if (c > 0) flow.break(cell.from, '\t');
      inline(cell, cell.to, flow);
    }
  }
  return flow;
}
