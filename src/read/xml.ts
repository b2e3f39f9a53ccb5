import { escapeText } from 'entities';
import { DomUtils, parseDocument } from 'htmlparser2';

export type XmlNode = ReturnType<typeof parseDocument> | ReturnType<typeof parseDocument>['children'][number];
export type XmlElement = ReturnType<typeof DomUtils.getElementsByTagName>[number];

/** The elements of an XML document; of one that is damaged, what can be made out. Cost: linear. */
export const parseXml = (xml: string): XmlNode => parseDocument(xml, { xmlMode: true });

/** Every element of that name within, in order; a name without a prefix stands for any prefix. */
export function elements(within: XmlNode, name: string): XmlElement[] {
  const ending = `:${name}`;
  const fits = (other: string) => other === name || (!name.includes(':') && other.endsWith(ending));
  return DomUtils.getElementsByTagName(fits, within, true);
}

export const textOf = (node: XmlNode | undefined): string => (node ? DomUtils.textContent(node) : '');

/** What an element is in HTML: one of that name, or whatever is made of it and of what it holds. */
export type Rewrites = Readonly<Record<string, string | ((element: XmlElement, inner: () => string) => string)>>;

/** Deeper than any document; a crafted one would end the stack. */
const MOST_LEVELS = 500;

/** XML as HTML: elements are rewritten by their names, prefixes included; of all others what they hold stays. Cost: linear. */
export function asHtml(node: XmlNode, rewrites: Rewrites, level = 0): string {
  if (node.nodeType === 3) return escapeText(textOf(node));
  if (!('children' in node) || level > MOST_LEVELS) return '';
  const inner = () => node.children.map((child) => asHtml(child, rewrites, level + 1)).join('');
  const rewrite = 'name' in node && Object.hasOwn(rewrites, node.name) ? rewrites[node.name] : undefined;
  if (rewrite === undefined) return inner();
  if (typeof rewrite === 'function') return rewrite(node as XmlElement, inner);
  return rewrite === 'br' ? '<br>' : `<${rewrite}>${inner()}</${rewrite}>`;
}
