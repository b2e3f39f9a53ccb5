import { type Archive, unpack } from './archive.ts';
import type { Piece } from './compose.ts';
import { readHtml } from './html.ts';
import type { Page } from './page.ts';
import { asHtml, insides, type Rewrites, tags } from './xml.ts';

/**
 * A PowerPoint presentation: its slides in order, each with its title as a heading, its text, tables and the speaker's
 * notes. Anchors say which slide a block is on, as they do of a page: `page=3`. Pictures and diagrams are not read.
 *
 * @throws EngineError `format-unsupported` if it is damaged, or unpacks to more than 64 MB.
 */
export async function readPptx(bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  const files = await unpack(bytes, /\.(?:xml|rels)$/i, 'a PowerPoint presentation', 'open it and save it anew');
  const slides = related(files, 'ppt/presentation.xml');
  const order = tags(files.text('ppt/presentation.xml'), 'sldId').map((slide) => slides.get(slide.get('r:id') ?? ''));
  const pieces: Piece[] = [];
  let number = 0;
  for (const path of order) {
    if (path === undefined || !files.has(path)) continue;
    number++;
    const notes = [...related(files, path).values()].find((other) => /notesSlide\d*\.xml$/.test(other));
    const html = slideAsHtml(files.text(path)) + (notes && files.has(notes) ? notesAsHtml(files.text(notes)) : '');
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
    tags(files.text(list), 'Relationship').map((one) => {
      const target = new URL(one.get('Target') ?? '', `file:///${folder}`).pathname;
      return [one.get('Id') ?? '', decodeURIComponent(target.slice(1))];
    }),
  );
}

const TEXT: Rewrites = { 'a:p': 'p', 'a:br': 'br', 'a:tc': 'td' };
/** A title of several lines is one heading. */
const TITLE: Rewrites = { 'a:p': 'br', 'a:br': 'br' };
/** Date, footer and number of a slide. */
const MARGINALIA = /^(?:dt|ftr|sldNum|hdr|sldImg)$/;

function slideAsHtml(xml: string): string {
  const shapes = insides(xml, 'p:sp').map((shape) => ({ shape, role: tags(shape, 'ph')[0]?.get('type') ?? '' }));
  const isTitle = ({ role }: { role: string }) => /^(?:title|ctrTitle)$/.test(role);
  const title = shapes.filter(isTitle).map(({ shape }) => asHtml(shape, TITLE));
  const texts = shapes.filter((one) => !isTitle(one) && !MARGINALIA.test(one.role));
  const tables = insides(xml, 'a:tbl').map((table) => {
    const rows = insides(table, 'a:tr').map((row) => `<tr>${asHtml(row, TEXT)}</tr>`);
    return `<table>${rows.join('')}</table>`;
  });
  return [`<h1>${title.join(' ')}</h1>`, ...texts.map(({ shape }) => asHtml(shape, TEXT)), ...tables].join('\n');
}

const notesAsHtml = (xml: string) =>
  insides(xml, 'p:sp')
    .filter((shape) => tags(shape, 'ph')[0]?.get('type') === 'body')
    .map((shape) => asHtml(shape, TEXT))
    .join('\n');
