import { unpack } from './archive.ts';
import { readHtml } from './html.ts';
import type { Page } from './page.ts';
import { asHtml, insides, type Rewrites } from './xml.ts';

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
  const xml = without(without(files.text('content.xml'), 'text:tracked-changes'), 'office:annotation');
  const body = insides(xml, 'office:text')[0] ?? '';
  const notes = insides(body, 'text:note').map(
    (note) => `<li>${asHtml(insides(note, 'text:note-body')[0] ?? '', TEXT)}</li>`,
  );
  const { pieces } = readHtml(`${asHtml(called(body), TEXT)}<ol>${notes.join('')}</ol>`);
  const title = files.has('meta.xml') ? /<dc:title>([^<]+)</.exec(files.text('meta.xml'))?.[1]?.trim() : undefined;
  return { pieces, ...(title ? { title } : {}) };
}

const TEXT: Rewrites = {
  'text:h': (attributes) => `h${Math.min(6, Math.max(1, Number(attributes.get('text:outline-level')) || 1))}`,
  'text:p': (attributes) => (attributes.get('text:style-name') === 'Title' ? 'h1' : 'p'),
  'text:list': 'ul',
  'text:list-item': 'li',
  'text:line-break': 'br',
  'table:table': 'table',
  'table:table-row': 'tr',
  'table:table-cell': 'td',
};

/** `[1]` where a note is called, as in a Word document. */
function called(xml: string): string {
  const [first = '', ...parts] = xml.split('<text:note ');
  return (
    first +
    parts
      .map((part) => {
        const end = part.indexOf('</text:note>');
        return `[${insides(part, 'text:note-citation')[0] ?? '*'}]${end < 0 ? '' : part.slice(end + '</text:note>'.length)}`;
      })
      .join('')
  );
}

function without(xml: string, name: string): string {
  const [first = '', ...parts] = xml.split(new RegExp(`<${name}(?=[\\s>])`));
  const close = `</${name}>`;
  return (
    first + parts.map((part) => (part.includes(close) ? part.slice(part.indexOf(close) + close.length) : '')).join('')
  );
}
