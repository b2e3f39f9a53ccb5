/** The attributes of every tag of that name, in order; enough for the small XML files that list what an archive holds. */
export function tags(xml: string, name: string): Map<string, string>[] {
  return Array.from(xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s([^>]*)>`, 'g')), ([, attributes]) =>
    attributesOf(attributes!),
  );
}

export function attributesOf(text: string): Map<string, string> {
  const pairs = text.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return new Map(Array.from(pairs, ([, key, double, single]) => [key!, double ?? single ?? '']));
}

/** What becomes of a tag: the HTML element of that name, or of the name that its attributes lead to; `undefined` drops the tag. */
export type Rewrites = Readonly<Record<string, string | ((attributes: Map<string, string>) => string | undefined)>>;

/** Elements of HTML that hold nothing. */
const VOID = new Set(['br']);

/**
 * An XML document as HTML: its tags are rewritten by their names, prefixes included; all others go, and the text within
 * them stays. Cost: linear.
 */
export function asHtml(xml: string, rewrites: Rewrites): string {
  const open: (string | undefined)[] = [];
  return xml.replace(/<[?!][^>]*>|<(\/?)([\w:.-]+)([^<>]*?)(\/?)>/g, (_tag, closes, name, attributes, empty) => {
    if (name === undefined) return '';
    if (closes) {
      const element = open.pop();
      return element === undefined ? '' : `</${element}>`;
    }
    const rewrite = Object.hasOwn(rewrites, name) ? rewrites[name] : undefined;
    const element = typeof rewrite === 'function' ? rewrite(attributesOf(attributes)) : rewrite;
    if (!empty) open.push(element !== undefined && VOID.has(element) ? undefined : element);
    if (element === undefined) return '';
    return empty && !VOID.has(element) ? `<${element}></${element}>` : `<${element}>`;
  });
}

/** What stands between each `<name …>` and the next `</name>`, for elements that do not lie in one another. Cost: linear. */
export function insides(xml: string, name: string): string[] {
  return xml
    .split(new RegExp(`<${name}(?=[\\s>])`))
    .slice(1)
    .map((part) =>
      part.slice(part.indexOf('>') + 1, part.includes(`</${name}>`) ? part.indexOf(`</${name}>`) : undefined),
    );
}
