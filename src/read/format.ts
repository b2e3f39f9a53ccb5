import type { DocumentKind } from '../core/types.ts';

const words = (list: string) => new Set(list.split(' '));
const MARKDOWN = words('md markdown mdown mkd mdx');
const HTML = words('html htm xhtml');
const PROSE = words('txt text log');
const CODE = words(
  'ts tsx mts cts js jsx mjs cjs css scss less vue svelte py rb php pl lua r jl go rs java kt kts scala c h cc cpp hpp cs swift m mm sh bash zsh fish ps1 bat sql graphql proto yml yaml toml ini cfg conf env xml tex diff patch gradle cmake make dockerfile wat asm',
);

export type PackedKind = Extract<DocumentKind, 'pdf' | 'docx' | 'pptx' | 'odt' | 'epub'>;
export interface TextFormat {
  readonly kind: Exclude<DocumentKind, PackedKind>;
  /** Lines and indentation matter. */
  readonly code: boolean;
}

/** Formats that are not text, told by their first bytes: a PDF by its mark, the others by the first names in the archive. */
export function packedKind(path: string, bytes: Uint8Array<ArrayBuffer>): PackedKind | undefined {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 1024));
  if (/^[\s\S]{0,1000}%PDF-\d/.test(head) && (head.startsWith('%PDF') || extensionOf(path) === 'pdf')) return 'pdf';
  if (!head.startsWith('PK\x03\x04')) return undefined;
  if (head.includes('mimetypeapplication/epub+zip') || extensionOf(path) === 'epub') return 'epub';
  if (head.includes('mimetypeapplication/vnd.oasis.opendocument.text') || extensionOf(path) === 'odt') return 'odt';
  if (head.includes('ppt/') || extensionOf(path) === 'pptx') return 'pptx';
  return head.includes('word/') || extensionOf(path) === 'docx' ? 'docx' : undefined;
}

/** The reader for a text, by the extension of its file's name, else by its first characters. */
export function textFormat(path: string, source: string): TextFormat {
  const extension = extensionOf(path);
  if (MARKDOWN.has(extension)) return { kind: 'markdown', code: false };
  if (HTML.has(extension)) return { kind: 'html', code: false };
  if (PROSE.has(extension)) return { kind: 'text', code: false };
  if (/^(?:csv|tsv)$/.test(extension)) return { kind: 'csv', code: false };
  if (/^(?:json[5c]?|jsonl|ndjson)$/.test(extension)) return { kind: 'json', code: true };
  if (CODE.has(extension)) return { kind: 'text', code: true };
  return { kind: /^\s{0,200}(?:<!doctype html|<html[\s>])/i.test(source) ? 'html' : 'text', code: false };
}

export const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

export function extensionOf(path: string): string {
  const name = fileName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : name.toLowerCase();
}
