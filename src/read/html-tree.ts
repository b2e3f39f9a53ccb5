import { defaultTreeAdapter, Parser, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { EngineError } from '../core/errors.ts';

/** As deep as browsers nest. The parser looks through all open elements at every tag, so depth is what makes it slow. */
const MAX_DEPTH = 512;
const MAX_ATTRIBUTES = 10_000;
const SLICE = 16_384;

/**
 * The tree of a page, with source locations.
 *
 * The page is fed to the parser slice by slice, and given up once it holds what would make the parser quadratic.
 *
 * @throws EngineError `format-unsupported` for a page nested deeper than browsers nest, or as tangled.
 */
export function parseTree(source: string): Tree.Document {
  // No page has more elements than this by its own tags; only the repair of wrongly nested ones can multiply them.
  const most = 1_000 + source.length / 2;
  let elements = 0;
  const parser = new Parser<Tree.DefaultTreeAdapterMap>({
    sourceCodeLocationInfo: true,
    scriptingEnabled: false,
    treeAdapter: {
      ...defaultTreeAdapter,
      createElement(...args) {
        if (++elements > most) throw tangled('tags nested so wrongly that their repair would not end');
        return defaultTreeAdapter.createElement(...args);
      },
    },
  });
  for (let at = 0; at < source.length; at += SLICE) {
    parser.tokenizer.write(source.slice(at, at + SLICE), false);
    if (parser.openElements.stackTop > MAX_DEPTH) throw tangled(`elements nested more than ${MAX_DEPTH} deep`);
    // biome-ignore lint/complexity/useLiteralKeys: protected, and the only way to see a tag that has not ended yet
    const token = parser.tokenizer['currentToken'];
    if (token && 'attrs' in token && token.attrs.length > MAX_ATTRIBUTES) {
      throw tangled(`a tag with more than ${MAX_ATTRIBUTES} attributes`);
    }
  }
  parser.tokenizer.write('', true);
  return parser.document;
}

const tangled = (what: string) =>
  new EngineError('format-unsupported', `expected a page as browsers read it, got ${what}; save it as plain text.`);

export const isElement = (node: Tree.Node): node is Tree.Element => 'tagName' in node;
export const isText = (node: Tree.Node): node is Tree.TextNode => node.nodeName === '#text';
export const attribute = (element: Tree.Element, name: string) =>
  element.attrs.find((attr) => attr.name === name)?.value;

/** Elements below `root` for which `pick` is true, in order; what lies inside a picked element is not looked at. */
export function select(root: Tree.ParentNode, pick: (element: Tree.Element) => boolean): Tree.Element[] {
  const found: Tree.Element[] = [];
  const visit = (node: Tree.ParentNode) => {
    for (const child of node.childNodes) {
      if (!isElement(child)) continue;
      if (pick(child)) found.push(child);
      else visit(child);
    }
  };
  visit(root);
  return found;
}

export function textOf(node: Tree.ParentNode): string {
  return node.childNodes.map((child) => (isText(child) ? child.value : isElement(child) ? textOf(child) : '')).join('');
}
