import { EngineError } from '../core/errors.ts';
import { unpack } from './archive.ts';
import type { Piece } from './compose.ts';
import { readHtml } from './html.ts';
import type { Page } from './page.ts';
import { elements, parseXml, textOf, type XmlNode } from './xml.ts';

const LOCKS = 'META-INF/encryption.xml';
const PAGES = /\.(?:x?html?|opf|xml|ncx)$/i;

/**
 * A book: its chapters in reading order, each read as a page. Anchors name the chapter's file: `text/c2.xhtml#id`.
 *
 * @throws EngineError `format-unsupported` if it is damaged, locked by its seller, or unpacks to more than 64 MB.
 */
export async function readEpub(bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  const files = await unpack(bytes, PAGES, 'an EPUB book', 'convert it anew');
  const locks = files.has(LOCKS) ? files.text(LOCKS) : '';
  if (/<(?:\w+:)?CipherReference[^>]*\.x?html?"/i.test(locks)) {
    throw new EngineError(
      'format-unsupported',
      'expected a book that anyone may open, got one locked by its seller (DRM); it cannot be searched.',
    );
  }
  const path = elements(parseXml(files.text('META-INF/container.xml')), 'rootfile')[0]?.attribs['full-path'];
  const book = parseXml(files.text(path ?? 'list of chapters'));
  const folder = path?.slice(0, path.lastIndexOf('/') + 1) ?? '';
  const pieces: Piece[] = [];
  for (const href of chapters(book)) {
    const name = decodeURIComponent(folder + href);
    if (!files.has(name)) continue;
    for (const [i, piece] of readHtml(html(files.text(name))).pieces.entries()) {
      const anchor = piece.anchor ? `${name}#${piece.anchor}` : i === 0 ? name : undefined;
      // Chapters follow each other; their own offsets mean nothing in the book.
      pieces.push({
        ...piece,
        runs: piece.runs.map((run) => ({ text: run.text, at: 0, span: 0 })),
        ...(anchor ? { anchor } : {}),
      });
    }
  }
  const [title, lang] = ['dc:title', 'dc:language'].map((name) => textOf(elements(book, name)[0]).trim());
  return { pieces, ...(title ? { title } : {}), ...(lang ? { lang } : {}) };
}

/** Hrefs of the chapters in reading order, without the table of contents. */
function chapters(book: XmlNode): string[] {
  const items = new Map(elements(book, 'item').map(({ attribs }) => [attribs.id, attribs]));
  return elements(book, 'itemref').flatMap(({ attribs }) => {
    const { href, properties = '' } = items.get(attribs.idref) ?? {};
    return href && !/\bnav\b/.test(properties) ? [href] : [];
  });
}

/** XHTML as HTML: there, `<title/>` would swallow the page. */
const html = (xhtml: string) =>
  xhtml.replace(/<(title|script|style|textarea|iframe|a|div|span|p)(\s[^<>]*)?\/>/gi, '<$1$2></$1>');
