import type { Block, Range } from '../../core/types.ts';
import { h } from '../dom.ts';
import { pieces } from '../excerpt.ts';
import { tableRows } from '../table.ts';
import { markedNodes } from './passage.ts';

/** What is marked, as offsets into the document's text. */
export interface Marks {
  readonly passage?: Range;
  readonly focus?: Range;
  readonly highlights?: readonly Range[];
}

const NOWHERE: Range = { start: -1, end: -1 };

/** Blocks as elements, set as what they are; those of the passage are held together by one `.marked`. */
export function blockNodes(blocks: readonly Block[], text: string, marks: Marks): HTMLElement[] {
  const { passage = NOWHERE } = marks;
  const nodes: HTMLElement[] = [];
  for (let at = 0; at < blocks.length; ) {
    const isMarked = overlap(blocks[at]!, passage);
    let end = at + 1;
    while (end < blocks.length && overlap(blocks[end]!, passage) === isMarked) end++;
    const run = runNodes(blocks.slice(at, end), text, marks);
    if (isMarked) nodes.push(h('div', { class: 'marked' }, ...run));
    else nodes.push(...run);
    at = end;
  }
  return nodes;
}

const overlap = (a: Range, b: Range) => a.start < b.end && a.end > b.start;

/** Items of one list share a `<ul>`. */
function runNodes(blocks: readonly Block[], text: string, marks: Marks): HTMLElement[] {
  const nodes: HTMLElement[] = [];
  let list: HTMLElement | undefined;
  for (const block of blocks) {
    const element = blockElement(block, text, marks);
    if (block.kind !== 'list-item') {
      list = undefined;
      nodes.push(element);
    } else if (list) list.append(element);
    else {
      list = h('ul', {}, element);
      nodes.push(list);
    }
  }
  return nodes;
}

function blockElement(block: Block, text: string, marks: Marks): HTMLElement {
  const content = (range: Range = block) => textNodes(text, range, marks);
  switch (block.kind) {
    case 'heading':
      // The page has its own first level, and the document's title its second.
      return h(
        'h3',
        { 'data-level': block.level, 'aria-level': Math.min(6, block.level + 2), role: 'heading' },
        ...content(),
      );
    case 'list-item':
      return h('li', { 'data-level': block.level }, ...content());
    case 'quote':
      return h('blockquote', {}, ...content());
    case 'code':
      return h('pre', { tabindex: 0 }, h('code', {}, ...content()));
    case 'table':
      return tableElement(block, text, content);
    default:
      return h('p', {}, ...content());
  }
}

function tableElement(block: Block, text: string, content: (range: Range) => Node[]): HTMLElement {
  const rows = tableRows(text, block).map((cells, index) =>
    h('tr', {}, ...cells.map((cell) => h(index === 0 ? 'th' : 'td', { dir: 'auto' }, ...content(cell)))),
  );
  return h('div', { class: 'table', tabindex: 0, role: 'group' }, h('table', {}, ...rows));
}

function textNodes(text: string, range: Range, { focus = NOWHERE, highlights = [] }: Marks): Node[] {
  const near = highlights.filter((hit) => overlap(hit, range));
  return markedNodes(pieces(text, range, focus, near));
}
