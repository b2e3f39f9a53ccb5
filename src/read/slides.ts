import { type Archive, unpack } from './archive.ts';
import type { Piece } from './compose.ts';
import { readHtml } from './html.ts';
import type { Page } from './page.ts';
import { asHtml, elements, parseXml, type Rewrites, type XmlNode } from './xml.ts';

/**
 * A PowerPoint presentation: its slides in order, each with its title as a heading, its text, tables and the speaker's
 * notes. Anchors say which slide a block is on, as they do of a page: `page=3`. Pictures and diagrams are not read.
 *
 * @throws EngineError `format-unsupported` if it is damaged, or unpacks to more than 64 MB.
 */
export async function readPptx(bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  const files = await unpack(bytes, /\.(?:xml|rels)$/i, 'a PowerPoint presentation', 'open it and save it anew');
  const slides = related(files, 'ppt/presentation.xml');
  const listed = elements(parseXml(files.text('ppt/presentation.xml')), 'p:sldId');
  const order = listed.map(({ attribs }) => slides.get(attribs['r:id'] ?? ''));
  const pieces: Piece[] = [];
  let number = 0;
  for (const path of order) {
    if (path === undefined || !files.has(path)) continue;
    number++;
    const notes = [...related(files, path).values()].find((other) => /notesSlide\d*\.xml$/.test(other));
    const said = notes && files.has(notes) ? notesAsHtml(parseXml(files.text(notes))) : '';
    const html = slideAsHtml(parseXml(files.text(path))) + said;
    for (const { kind, level, runs } of readHtml(html).pieces) {
      const moved = runs.map(({ text }) => ({ text, at: 0, span: 0 }));
      pieces.push({ kind, level, runs: moved, anchor: `page=${number}` });
    }
  }
  return { pieces };
}

/** The files that a part of the presentation names, by their ids. */
function related(files: Archive, path: string): Map<string, string> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const list = `${folder}_rels/${path.slice(folder.length)}.rels`;
  if (!files.has(list)) return new Map();
  return new Map(
    elements(parseXml(files.text(list)), 'Relationship').map(({ attribs }) => {
      const target = new URL(attribs.Target ?? '', `file:///${folder}`).pathname;
      return [attribs.Id ?? '', decodeURIComponent(target.slice(1))];
    }),
  );
}

const TEXT: Rewrites = { 'a:p': 'p', 'a:br': 'br', 'a:tbl': 'table', 'a:tr': 'tr', 'a:tc': 'td', 'a:tblPr': () => '' };
/** A title of several lines is one heading. */
const TITLE: Rewrites = { 'a:p': (_line, inner) => `<br>${inner()}`, 'a:br': 'br' };
/** Date, footer and number of a slide. */
const MARGINALIA = /^(?:dt|ftr|sldNum|hdr|sldImg)$/;

/** Its shapes, and what part each plays: `title`, `body`, …; empty for one that plays none. */
const shapesOf = (slide: XmlNode) =>
  elements(slide, 'p:sp').map((shape) => ({ shape, role: elements(shape, 'p:ph')[0]?.attribs.type ?? '' }));

function slideAsHtml(slide: XmlNode): string {
  const shapes = shapesOf(slide);
  const isTitle = ({ role }: { role: string }) => /^(?:title|ctrTitle)$/.test(role);
  const title = shapes.filter(isTitle).map(({ shape }) => asHtml(shape, TITLE));
  const texts = shapes.filter((one) => !isTitle(one) && !MARGINALIA.test(one.role)).map(({ shape }) => shape);
  const parts = [...texts, ...elements(slide, 'a:tbl')].map((part) => asHtml(part, TEXT));
  return [`<h1>${title.join(' ')}</h1>`, ...parts].join('\n');
}

const notesAsHtml = (notes: XmlNode) =>
  shapesOf(notes)
    .filter(({ role }) => role === 'body')
    .map(({ shape }) => asHtml(shape, TEXT))
    .join('\n');
