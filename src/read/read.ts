import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Document, DocumentId, SourceFile } from '../core/types.ts';
import { type Composition, compose } from './compose.ts';
import { binaryFormat, decodeSource } from './decode.ts';
import { type Format, fileName, formatOf } from './format.ts';
import { readHtml } from './html.ts';
import { readMarkdown } from './markdown.ts';
import { readText } from './text.ts';

export { decodeSource } from './decode.ts';

/** Larger files are refused: 16 MB of text is some five thousand pages. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_TITLE = 200;

/**
 * A file as a document: what a person reads of it, its blocks, and where each character stands in the source.
 *
 * The format is told by the file's name, or by its beginning where the name says nothing. An empty file is a document
 * without blocks. Cost: linear in the file; a few times its size in memory.
 *
 * @throws EngineError `file-unreadable`, `file-too-large`, `format-unsupported`; nothing else.
 */
export async function read(file: SourceFile): Promise<Document> {
  const bytes = await bytesOf(file);
  const binary = binaryFormat(bytes);
  if (binary) {
    const message = `${file.path}: expected text, Markdown or HTML, got ${binary}; convert it to one of these to search it.`;
    throw new EngineError('format-unsupported', message);
  }
  const source = decodeSource(bytes);
  const format = formatOf(file.path, source);
  const { content, title, lang } = page(file.path, source, format);
  return {
    id: file.path as DocumentId,
    title: title || nameAsTitle(file.path),
    kind: format.kind,
    language: detectLanguage(content.text, lang),
    hash: await sha256(bytes),
    bytes: bytes.length,
    ...content,
  };
}

interface Page {
  readonly content: Composition;
  readonly title?: string | undefined;
  readonly lang?: string | undefined;
}

function page(path: string, source: string, { kind, code }: Format): Page {
  if (kind === 'text') return { content: readText(source, code ? 'code' : 'paragraph') };
  if (kind === 'markdown') {
    const { pieces, title } = readMarkdown(source);
    const content = compose(pieces);
    return { content, title: asTitle(title) || firstHeading(content) };
  }
  try {
    const { pieces, title, lang } = readHtml(source);
    const content = compose(pieces);
    return { content, title: firstHeading(content) || asTitle(title), lang };
  } catch (error) {
    if (error instanceof EngineError) throw new EngineError(error.code, `${path}: ${error.message}`);
    throw error;
  }
}

async function bytesOf({ path, data }: SourceFile): Promise<Uint8Array<ArrayBuffer>> {
  if (data.size > MAX_FILE_BYTES) {
    const size = (data.size / 1024 / 1024).toFixed(1);
    const message = `${path}: expected at most ${MAX_FILE_BYTES / 1024 / 1024} MB, got ${size} MB; split the file and add its parts.`;
    throw new EngineError('file-too-large', message);
  }
  try {
    return new Uint8Array(await data.arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : 'an unknown error';
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
const nameAsTitle = (path: string) => fileName(path).replace(/(.)\.(?:md|markdown|txt|html?)$/i, '$1');
