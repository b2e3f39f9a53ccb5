import { damaged } from './format.ts';

/** A page as results show it. */
export interface ShownPage {
  /** Relative to the site's root, or absolute. */
  readonly url: string;
  readonly title: string;
  readonly meta: Readonly<Record<string, string>>;
}

/** A passage as results show it. */
export interface ShownPassage {
  readonly page: ShownPage;
  /** Below the title, outermost first. */
  readonly headings: readonly string[];
  /** Id of the element to land on; empty for the page's top. */
  readonly anchor: string;
  readonly text: string;
  /** Questions that it answers, beside those among title and headings. */
  readonly questions?: readonly string[];
}

/**
 * Body of a text shard: UTF-8 JSON, because it compresses as well as anything and explains itself.
 *
 *   { "pages": [[url, title, {meta}], …], "rows": [[page, [heading, …], anchor, text, [question, …]], …] }
 *
 * `page` is a place in `pages`, so that a page with many passages here stands here once; a row without questions of its
 * own ends with its text.
 */
export function encodeText(passages: readonly ShownPassage[]): Uint8Array<ArrayBuffer> {
  const pages = [...new Set(passages.map(({ page }) => page))];
  const place = new Map(pages.map((page, i) => [page, i]));
  const json = {
    pages: pages.map(({ url, title, meta }) => [url, title, meta]),
    rows: passages.map(({ page, headings, anchor, text, questions = [] }) => {
      const others = questions.filter((one) => one !== page.title && !headings.includes(one));
      return [place.get(page), headings, anchor, text, ...(others.length > 0 ? [others] : [])];
    }),
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

/** @throws EngineError `block-corrupt` unless there are exactly `rows` passages of the shape above. */
export function decodeText(body: Uint8Array<ArrayBuffer>, number: number, rows: number): ShownPassage[] {
  const must = (holds: boolean, what: string) => {
    if (!holds) throw damaged('text', number, what);
  };
  const json = parse(body);
  must(isObject(json) && Array.isArray(json.pages) && Array.isArray(json.rows), 'expected pages and rows');
  const { pages, rows: list } = json as { pages: unknown[]; rows: unknown[] };
  must(list.length === rows, `expected ${rows} rows, got ${list.length}`);
  const shown = pages.map((page): ShownPage => {
    must(Array.isArray(page) && page.length === 3, 'expected a page to be three values');
    const [url, title, meta] = page as [unknown, unknown, unknown];
    must(isText(url) && isText(title), 'expected a page to have a URL and a title');
    must(isObject(meta) && Object.values(meta).every(isText), 'expected meta values to be texts');
    return { url, title, meta } as ShownPage;
  });
  return list.map((row) => {
    must(Array.isArray(row) && (row.length === 4 || row.length === 5), 'expected a row to be four or five values');
    const [page, headings, anchor, text, questions] = row as unknown[];
    const known = shown[page as number];
    must(known !== undefined, 'expected a row to name one of the pages');
    must(areTexts(headings) && isText(anchor) && isText(text), 'a row is not texts');
    must(questions === undefined || areTexts(questions), 'questions are not texts');
    return { page: known, headings, anchor, text, ...(questions !== undefined && { questions }) } as ShownPassage;
  });
}

const isText = (value: unknown): value is string => typeof value === 'string';
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(body: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
