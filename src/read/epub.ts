import { EngineError } from '../core/errors.ts';
import type { Piece } from './compose.ts';
import { readHtml } from './html.ts';
import type { Page } from './page.ts';

/** Unpacked chapters may hold this much; a crafted archive unpacks to more than memory. */
const MAX_UNPACKED = 64 * 1024 * 1024;
const PAGES = /\.(?:x?html?|opf|xml|ncx)$/i;

/**
 * A book: its chapters in reading order, each read as a page. Anchors name the chapter's file: `text/c2.xhtml#id`.
 *
 * @throws EngineError `format-unsupported` if it is damaged, locked by its seller, or unpacks to more than 64 MB.
 */
export async function readEpub(bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  const files = await unpacked(bytes);
  const text = (path: string) => {
    const file = files[path];
    if (!file) throw damaged(`no ${path}`);
    return new TextDecoder().decode(file);
  };
  if (
    /<(?:\w+:)?CipherReference[^>]*\.x?html?"/i.test(
      'META-INF/encryption.xml' in files ? text('META-INF/encryption.xml') : '',
    )
  ) {
    throw new EngineError(
      'format-unsupported',
      'expected a book that anyone may open, got one locked by its seller (DRM); it cannot be searched.',
    );
  }
  const path = tags(text('META-INF/container.xml'), 'rootfile')[0]?.get('full-path');
  if (!path) throw damaged('no list of chapters');
  const book = text(path);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const items = new Map(tags(book, 'item').map((item) => [item.get('id'), item]));
  const pieces: Piece[] = [];
  for (const { href } of chapters(book, items)) {
    const name = decodeURIComponent(folder + href);
    if (!files[name]) continue;
    for (const [i, piece] of readHtml(html(text(name))).pieces.entries()) {
      const anchor = piece.anchor ? `${name}#${piece.anchor}` : i === 0 ? name : undefined;
      // Chapters follow each other; their own offsets mean nothing in the book.
      pieces.push({
        ...piece,
        runs: piece.runs.map((run) => ({ text: run.text, at: 0, span: 0 })),
        ...(anchor ? { anchor } : {}),
      });
    }
  }
  const title = /<dc:title[^>]*>([^<]+)</.exec(book)?.[1]?.trim();
  const lang = /<dc:language[^>]*>([^<]+)</.exec(book)?.[1]?.trim();
  return { pieces, ...(title ? { title } : {}), ...(lang ? { lang } : {}) };
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, Uint8Array>> {
  const { unzipSync } = await import('fflate');
  let size = 0;
  try {
    return unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!PAGES.test(name)) return false;
        size += originalSize;
        if (size > MAX_UNPACKED) throw damaged(`more than ${MAX_UNPACKED / 1024 / 1024} MB of text`);
        return true;
      },
    });
  } catch (error) {
    throw error instanceof EngineError ? error : damaged(error instanceof Error ? error.message : 'unknown error');
  }
}

const damaged = (reason: string) =>
  new EngineError(
    'format-unsupported',
    `expected an EPUB book, got one that cannot be read (${reason}); convert it anew.`,
  );

/** Hrefs of the chapters in reading order, without the table of contents. */
function chapters(book: string, items: ReadonlyMap<string | undefined, ReadonlyMap<string, string>>) {
  return tags(book, 'itemref').flatMap((itemref) => {
    const item = items.get(itemref.get('idref'));
    const href = item?.get('href');
    return href && !/\bnav\b/.test(item?.get('properties') ?? '') ? [{ href }] : [];
  });
}

/** The attributes of every tag of that name; all that is needed of the two small XML files that list a book's chapters. */
function tags(xml: string, name: string): Map<string, string>[] {
  return Array.from(xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s([^>]*)>`, 'g')), ([, attributes]) => {
    const pairs = attributes!.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
    return new Map(Array.from(pairs, ([, key, double, single]) => [key!, double ?? single ?? '']));
  });
}

/** XHTML as HTML: there, `<title/>` would swallow the page. */
const html = (xhtml: string) =>
  xhtml.replace(/<(title|script|style|textarea|iframe|a|div|span|p)(\s[^<>]*)?\/>/gi, '<$1$2></$1>');
