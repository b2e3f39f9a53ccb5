import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Document, DocumentId, SourceFile } from '../core/types.ts';
import { type Composition, compose } from './compose.ts';
import { binaryFormat, decodeSource } from './decode.ts';
import { withQuestions } from './faq.ts';
import { extensionOf, fileName, type PackedKind, packedKind, textFormat } from './format.ts';
import { isGlossary, readGlossary } from './glossary.ts';
import { readHtml } from './html.ts';
import { readMarkdown } from './markdown.ts';
import type { Page } from './page.ts';
import { readText } from './text.ts';

export { decodeSource } from './decode.ts';

/** Larger text files are refused: 16 MB of text is some five thousand pages. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** PDF, Word, PowerPoint, OpenDocument and EPUB files carry pictures and fonts besides their text. */
export const MAX_PACKED_BYTES = 64 * 1024 * 1024;
const MAX_TITLE = 200;

/**
 * A file as a document: what a person reads of it, its blocks, and where each character stands in the source.
 *
 * The format is told by the file's name, or by its beginning where the name says nothing. An empty file is a document
 * without blocks. Of what has no text of its own to point into (PDF, Word, PowerPoint, OpenDocument, EPUB, CSV, JSON records) the reading text
 * is the source too, and anchors say where a block is: `page=3`, `text/c2.xhtml#id`.
 * Cost: linear in the file; a few times its size in memory.
 *
 * @throws EngineError `file-unreadable`, `file-too-large`, `format-unsupported`; nothing else.
 */
export async function read(file: SourceFile): Promise<Document> {
  const bytes = await bytesOf(file);
  const { kind, content, title, lang } = await contentOf(file.path, bytes).catch((error: unknown) => {
    throw error instanceof EngineError ? new EngineError(error.code, `${file.path}: ${error.message}`) : error;
  });
  return {
    id: file.path as DocumentId,
    title: title || nameAsTitle(file.path),
    kind,
    language: detectLanguage(content.text, lang),
    hash: await sha256(bytes),
    bytes: bytes.length,
    ...content,
    ...(isGlossary(file.path) && { glossary: readGlossary(file.path, decodeSource(bytes)) }),
  };
}

interface Content extends Pick<Document, 'kind'> {
  readonly content: Composition;
  readonly title?: string | undefined;
  readonly lang?: string | undefined;
}

async function contentOf(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Content> {
  const packed = packedKind(path, bytes);
  if (packed) {
    const page = await readPacked(packed, bytes);
    return { ...titled(page, extracted(page), packed === 'epub'), kind: packed };
  }
  const binary = binaryFormat(bytes);
  if (binary) {
    const message = `expected text, Markdown, HTML, PDF, Word, PowerPoint, OpenDocument or EPUB, got ${binary}; convert it to one of these to search it.`;
    throw new EngineError('format-unsupported', message);
  }
  return contentOfText(path, decodeSource(bytes));
}

async function contentOfText(path: string, source: string): Promise<Content> {
  const { kind, code } = textFormat(path, source);
  if (kind === 'markdown') {
    const page = readMarkdown(source);
    return { ...titled(page, compose(withQuestions(page.pieces)), true), kind };
  }
  if (kind === 'html') {
    const page = readHtml(source);
    return { ...titled(page, compose(withQuestions(page.pieces))), kind };
  }
  if (kind === 'csv') return { kind, content: extracted({ pieces: (await import('./csv.ts')).readCsv(source) }) };
  const records =
    kind === 'json'
      ? (await import('./json.ts')).readJson(source, /^(?:jsonl|ndjson)$/.test(extensionOf(path)))
      : undefined;
  if (records) return { kind, content: extracted({ pieces: records }) };
  return { kind, content: readText(source, code ? 'code' : 'paragraph') };
}

async function readPacked(kind: PackedKind, bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  if (kind === 'pdf') return (await import('./pdf.ts')).readPdf(bytes);
  if (kind === 'docx') return (await import('./docx.ts')).readDocx(bytes);
  if (kind === 'pptx') return (await import('./slides.ts')).readPptx(bytes);
  if (kind === 'odt') return (await import('./opendocument.ts')).readOdt(bytes);
  return (await import('./epub.ts')).readEpub(bytes);
}

/** The text of a page that is its own source. */
const extracted = ({ pieces }: Page): Composition => ({
  ...compose(withQuestions(pieces)),
  origin: new Uint32Array(),
});

/** A front matter's title is the author's word; a page's or a PDF's often names the site or the program. */
function titled({ title, lang }: Page, content: Composition, trusted = false) {
  const [given, heading] = [asTitle(title), firstHeading(content)];
  return { content, title: trusted ? given || heading : heading || given, lang };
}

async function bytesOf({ path, data }: SourceFile): Promise<Uint8Array<ArrayBuffer>> {
  const most = /^(?:pdf|docx|pptx|odt|epub)$/.test(extensionOf(path)) ? MAX_PACKED_BYTES : MAX_FILE_BYTES;
  if (data.size > most) {
    const size = (data.size / 1024 / 1024).toFixed(1);
    const message = `${path}: expected at most ${most / 1024 / 1024} MB, got ${size} MB; split the file and add its parts.`;
    throw new EngineError('file-too-large', message);
  }
  try {
    return new Uint8Array(await data.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'an unknown error';
    const message = `${path}: expected a file that can be read, got ${reason}; check that it is still there and yours to read, and add it again.`;
    throw new EngineError('file-unreadable', message);
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function firstHeading({ text, blocks }: Composition): string | undefined {
  const heading = blocks.find((block) => block.kind === 'heading' && block.level === 1);
  return heading && asTitle(text.slice(heading.start, heading.end));
}

const asTitle = (text: string | undefined) => text?.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE);

/** The file's name; without its extension where that only says that it is prose. */
const nameAsTitle = (path: string) =>
  fileName(path).replace(/(.)\.(?:md|markdown|txt|html?|pdf|docx|pptx|odt|epub|csv|jsonl?)$/i, '$1');
