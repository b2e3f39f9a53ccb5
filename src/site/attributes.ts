import type { DefaultTreeAdapterTypes as Tree } from 'parse5';
import { attribute, parseTree, select, textOf } from '../read/html-tree.ts';

/** What a page says of itself in `data-nearfield-*` attributes; `data-pagefind-*` means the same. */
export interface Marked {
  /** The page's HTML with what is not to be searched blanked out; all that stays keeps its place. */
  readonly html: string;
  /** The page names its searchable part (`data-nearfield-body`). */
  readonly hasBody: boolean;
  readonly meta: Readonly<Record<string, string>>;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly sort: Readonly<Record<string, string>>;
  /** Places in `html` that count more or less than the rest, an inner one after the one round it. */
  readonly weights: readonly Weight[];
}

export interface Weight {
  readonly start: number;
  readonly end: number;
  /** 1 is what all else counts. */
  readonly weight: number;
}

const MOST_WEIGHT = 10;

/**
 * Reads and applies a page's marks:
 *
 *   data-nearfield-body           only these elements are searched
 *   data-nearfield-ignore         what is inside is not searched (meta and filters in it still count)
 *   data-nearfield-meta="key"     the element's text, as a value shown with the page
 *   data-nearfield-filter="key"   the element's text, as a value results can be narrowed to
 *   data-nearfield-sort="key"     the element's text, as a value results can be ordered by
 *   data-nearfield-weight="2"     words inside count so many times, up to 10; below 1 they count less
 *
 * `key:value` gives the value, `key[attr]` takes it from an attribute, commas separate several.
 *
 * @throws EngineError `format-unsupported` for a page tangled beyond what browsers read.
 */
export function readMarks(html: string): Marked {
  if (!/data-(?:nearfield|pagefind)-/.test(html)) {
    return { html, hasBody: false, meta: {}, filters: {}, sort: {}, weights: [] };
  }
  const tree = parseTree(html);
  const bodies = marked(tree, 'body');
  const ignored = marked(tree, 'ignore');
  const meta: Record<string, string> = {};
  for (const element of everything(tree, 'meta')) for (const [key, value] of pairs(element, 'meta')) meta[key] = value;
  const sort: Record<string, string> = {};
  for (const element of everything(tree, 'sort')) for (const [key, value] of pairs(element, 'sort')) sort[key] = value;
  const filters: Record<string, string[]> = {};
  for (const element of everything(tree, 'filter')) {
    for (const [key, value] of pairs(element, 'filter')) {
      filters[key] ??= [];
      if (!filters[key].includes(value)) filters[key].push(value);
    }
  }
  let kept = html;
  for (const element of ignored) kept = blank(kept, element);
  if (bodies.length > 0) kept = only(kept, tree, bodies);
  return { html: kept, hasBody: bodies.length > 0, meta, filters, sort, weights: weightsIn(kept) };
}

/** Found in the HTML as it is read in the end: cutting out the bodies moves everything. */
function weightsIn(html: string): Weight[] {
  if (!/data-(?:nearfield|pagefind)-weight/.test(html)) return [];
  return everything(parseTree(html), 'weight').flatMap((element): Weight[] => {
    const weight = Number(mark(element, 'weight'));
    const place = element.sourceCodeLocation;
    if (!place || !(weight > 0)) return [];
    return [{ start: place.startOffset, end: place.endOffset, weight: Math.min(MOST_WEIGHT, weight) }];
  });
}

const PREFIXES = ['data-nearfield-', 'data-pagefind-'];

const mark = (element: Tree.Element, name: string) =>
  PREFIXES.map((prefix) => attribute(element, prefix + name)).find((value) => value !== undefined);
/** Outermost elements with the mark. */
const marked = (tree: Tree.ParentNode, name: string) => select(tree, (element) => mark(element, name) !== undefined);

/** All elements with the mark, nested ones too. */
function everything(tree: Tree.ParentNode, name: string): Tree.Element[] {
  return marked(tree, name).flatMap((element) => [element, ...everything(element, name)]);
}

function pairs(element: Tree.Element, name: string): [key: string, value: string][] {
  return mark(element, name)!
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      if (colon > 0) return [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
      const from = /^(.*)\[(.+)\]$/.exec(part);
      if (from) return [from[1]!, attribute(element, from[2]!) ?? ''];
      return [part, textOf(element).replace(/\s+/g, ' ').trim()];
    });
}

/** Spaces in place of an element, so that offsets stay as they are. */
function blank(html: string, { sourceCodeLocation: place }: Tree.Element): string {
  if (!place) return html;
  return (
    html.slice(0, place.startOffset) + ' '.repeat(place.endOffset - place.startOffset) + html.slice(place.endOffset)
  );
}

/** The page's language and title, and of its body only the given elements, as its main content. */
function only(html: string, tree: Tree.Document, bodies: readonly Tree.Element[]): string {
  const language = attribute(select(tree, ({ tagName }) => tagName === 'html')[0]!, 'lang');
  const slice = ({ sourceCodeLocation: place }: Tree.Element) =>
    place ? html.slice(place.startOffset, place.endOffset) : '';
  const titles = select(tree, ({ tagName }) => tagName === 'title').slice(0, 1);
  const open = language === undefined ? '<html>' : `<html lang="${language.replace(/["&<>]/g, '')}">`;
  return `${open}<head>${titles.map(slice).join('')}</head><body><main>${bodies.map(slice).join('')}</main></body></html>`;
}
