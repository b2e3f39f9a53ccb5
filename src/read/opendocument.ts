import { unpack } from './archive.ts';
import { readHtml } from './html.ts';
import type { Page } from './page.ts';
import { asHtml, elements, parseXml, type Rewrites, textOf } from './xml.ts';

/**
 * A text in OpenDocument (LibreOffice's .odt): headings, paragraphs, lists and tables, with the notes at its end.
 * Deleted passages and comments are not read.
 *
 * @throws EngineError `format-unsupported` if it is damaged, locked by a password, or unpacks to more than 64 MB.
 */
export async function readOdt(bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  const files = await unpack(
    bytes,
    /^(?:content|meta)\.xml$/,
    'an OpenDocument text',
    'open it and save it anew without a password',
  );
  const notes: string[] = [];
  const rewrites: Rewrites = {
    ...TEXT,
    // `[1]` where a note is called, as in a Word document.
    'text:note': (note) => {
      notes.push(
        `<li>${elements(note, 'text:note-body')
          .map((body) => asHtml(body, TEXT))
          .join('')}</li>`,
      );
      return `[${textOf(elements(note, 'text:note-citation')[0]) || '*'}]`;
    },
  };
  const body = elements(parseXml(files.text('content.xml')), 'office:text')[0];
  const text = body ? asHtml(body, rewrites) : '';
  const { pieces } = readHtml(`${text}<ol>${notes.join('')}</ol>`);
  const meta = files.has('meta.xml') ? parseXml(files.text('meta.xml')) : undefined;
  const title = meta && textOf(elements(meta, 'dc:title')[0]).trim();
  return { pieces, ...(title ? { title } : {}) };
}

const TEXT: Rewrites = {
  'text:h': ({ attribs }, inner) => {
    const level = Math.min(6, Math.max(1, Number(attribs['text:outline-level']) || 1));
    return `<h${level}>${inner()}</h${level}>`;
  },
  'text:p': ({ attribs }, inner) =>
    attribs['text:style-name'] === 'Title' ? `<h1>${inner()}</h1>` : `<p>${inner()}</p>`,
  'text:list': 'ul',
  'text:list-item': 'li',
  'text:line-break': 'br',
  'table:table': 'table',
  'table:table-row': 'tr',
  'table:table-cell': 'td',
  'text:tracked-changes': () => '',
  'office:annotation': () => '',
};
