import { type CountTokens, chunk } from '../chunk/chunk.ts';
import { EngineError } from '../core/errors.ts';
import type { Document, Language, SourceFile } from '../core/types.ts';
import { decodeSource, read } from '../read/read.ts';
import { readMarks, type Weight } from './attributes.ts';
import { type LeftOut, leftOut, wanted } from './robots.ts';
import type { ShownPage, ShownPassage } from './text.ts';

/** A page as it is found on disk, or as a caller makes it up. */
export interface SourcePage {
  /** Where visitors find it: relative to the site's root (`guide/intro.html`, `guide/`), or absolute. */
  readonly url: string;
  /** What it is, told by the name's extension: `.html`, `.md` or `.txt`. The name of the file, if it is one. */
  readonly file: SourceFile;
  readonly meta?: Readonly<Record<string, string>>;
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** Values that results can be ordered by: numbers or text, by key. */
  readonly sort?: Readonly<Record<string, string>>;
}

/** A page that has been read. */
export interface SitePage extends ShownPage {
  readonly language: Language;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly sort: Readonly<Record<string, string>>;
}

/** A passage with the page it stands on. */
export interface SitePassage extends ShownPassage {
  readonly page: SitePage;
  /** What its words count, beside 1 for those of most passages. */
  readonly weight?: number;
  /** Questions that it is known to answer: headings that ask, an FAQ's marked-up ones, what the owner says (`given.ts`). */
  readonly questions?: readonly string[];
}

export interface ReadPage {
  readonly page: SitePage;
  readonly document: Document;
  /** The page says which part of it is searched. If any page of a site does, pages that do not are left out. */
  readonly hasBody: boolean;
  readonly weights: readonly Weight[];
  /** The page wants no reader, or no index. */
  readonly leftOut?: LeftOut | undefined;
}

/** @throws EngineError as `read` does. */
export async function readPage({ url, file, meta, filters, sort }: SourcePage): Promise<ReadPage> {
  const html = /\.x?html?$/i.test(file.path) ? decodeSource(new Uint8Array(await file.data.arrayBuffer())) : undefined;
  const marks = html === undefined ? undefined : readMarks(html);
  const document = await read(marks ? { path: file.path, data: new Blob([marks.html]) } : file);
  const { title: metaTitle, ...rest } = { ...marks?.meta, ...meta };
  const page: SitePage = {
    url,
    title: metaTitle || document.title,
    meta: rest,
    language: document.language,
    filters: { ...marks?.filters, ...filters },
    sort: { ...marks?.sort, ...sort },
  };
  const { hasBody = false, weights = [] } = marks ?? {};
  return { page, document, hasBody, weights, leftOut: html === undefined ? undefined : leftOut(html) };
}

/**
 * The pages that visitors should find, those that could not be read, and those that want not to be found. If one of a
 * site's pages says which part of it is searched, those that do not are left out.
 */
export async function readPages(
  sources: readonly SourcePage[],
  onRead: (done: number, url: string) => void,
  { signal, noindex = false }: { readonly signal?: AbortSignal; readonly noindex?: boolean },
) {
  const pages: ReadPage[] = [];
  const skipped: { url: string; message: string }[] = [];
  for (const [i, source] of sources.entries()) {
    signal?.throwIfAborted();
    onRead(i, source.url);
    try {
      pages.push(await readPage(source));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      skipped.push({ url: source.url, message: error.message });
    }
  }
  const { kept, out } = wanted(pages, noindex);
  const marked = kept.filter(({ hasBody }) => hasBody);
  return {
    pages: marked.length > 0 ? marked : kept,
    skipped,
    leftOut: out.map(({ page, leftOut }) => ({ url: page.url, why: leftOut! })),
  };
}

/** Tokens of a passage: more than in the explorer, since fewer passages are a smaller index; with its title it still fits a BGE model. */
export const BUDGET = 480;
/** Tokens of a section that is no result of its own. */
const TINY = 32;

/** The passages of a page, in order. */
export async function passagesOf(
  { page, document, weights }: ReadPage,
  countTokens: CountTokens,
): Promise<SitePassage[]> {
  const chunks = await chunk({ ...document, title: page.title }, { budget: BUDGET, tiny: TINY, countTokens });
  return chunks.map(({ headings, anchor = '', text, start, end, questions }) => {
    const weight = weightOf(weights, start, end);
    return { page, headings, anchor, text, ...(weight !== 1 && { weight }), ...(questions && { questions }) };
  });
}

/** Places of a passage that are looked at. */
const LOOKS = 16;

/** The mean weight of a stretch of the page; where marked elements lie in one another the innermost holds. */
function weightOf(weights: readonly Weight[], start: number, end: number): number {
  if (weights.length === 0) return 1;
  let sum = 0;
  for (let look = 0; look < LOOKS; look++) {
    const at = start + ((end - start) * (look + 0.5)) / LOOKS;
    sum += weights.findLast((one) => one.start <= at && at < one.end)?.weight ?? 1;
  }
  return sum / LOOKS;
}

/** `guide/index.html` → `guide/`; other files keep their names, since not every host serves `guide` for `guide.html`. */
export const urlOf = (path: string) =>
  path
    .replace(/(^|\/)index\.x?html?$/i, '$1')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
