import { attribute, parseTree, select } from '../read/html-tree.ts';

/** Why a page is none that visitors should find. */
export type LeftOut = 'redirect' | 'noindex';

/** Seconds after which a page that leads elsewhere is read by nobody. */
const AT_ONCE = 5;

/**
 * What a page says of itself to those that index it, in its `<meta>` elements: that it only leads elsewhere
 * (`http-equiv="refresh"` with an address), as generators write for pages that have moved, or that it wants to be in no
 * index (`name="robots"` with `noindex` or `none`), as mdBook says of the whole book on one page.
 *
 * @throws EngineError `format-unsupported` for a page tangled beyond what browsers read.
 */
export function leftOut(html: string): LeftOut | undefined {
  if (!/<meta[^>]*(?:refresh|robots)/i.test(html)) return undefined;
  const said = select(parseTree(html), ({ tagName }) => tagName === 'meta').map((meta) => ({
    name: (attribute(meta, 'http-equiv') ?? attribute(meta, 'name') ?? '').toLowerCase(),
    content: attribute(meta, 'content') ?? '',
  }));
  if (said.some(({ name, content }) => name === 'refresh' && leadsElsewhere(content))) return 'redirect';
  return said.some(({ name, content }) => name === 'robots' && forbids(content)) ? 'noindex' : undefined;
}

/** `0; url=elsewhere.html`; without an address the page is merely loaded again. */
function leadsElsewhere(content: string): boolean {
  const [, seconds] = /^\s*(\d+)(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?\S/i.exec(content) ?? [];
  return seconds !== undefined && Number(seconds) <= AT_ONCE;
}

const forbids = (content: string) => content.split(',').some((word) => /^\s*(?:noindex|none)\s*$/i.test(word));

interface Said {
  readonly leftOut?: LeftOut | undefined;
}

/**
 * The pages that visitors should find, and the others; with `noindex`, those that ask not to be indexed are kept too.
 * Where every page asks it, the site is kept from the public, and nothing is said of one page beside another.
 */
export function wanted<Page extends Said>(pages: readonly Page[], noindex: boolean): { kept: Page[]; out: Page[] } {
  const all = noindex || pages.every(({ leftOut }) => leftOut !== undefined);
  const isOut = ({ leftOut }: Said) => leftOut === 'redirect' || (leftOut === 'noindex' && !all);
  return { kept: pages.filter((page) => !isOut(page)), out: pages.filter(isOut) };
}
