import type { DocumentKind } from '../core/types.ts';

const words = (list: string) => new Set(list.split(' '));
const MARKDOWN = words('md markdown mdown mkd mdx');
const HTML = words('html htm xhtml');
const PROSE = words('txt text log');
const CODE = words(
  'ts tsx mts cts js jsx mjs cjs json jsonc json5 jsonl ndjson css scss less vue svelte py rb php pl lua r jl go rs java kt kts scala c h cc cpp hpp cs swift m mm sh bash zsh fish ps1 bat sql graphql proto yml yaml toml ini cfg conf env xml svg csv tsv tex diff patch gradle cmake make dockerfile wat asm',
);

export interface Format {
  readonly kind: DocumentKind;
  /** Lines and indentation matter. */
  readonly code: boolean;
}

/** The reader for a file, by the extension of its name, else by its first characters. */
export function formatOf(path: string, source: string): Format {
  const extension = extensionOf(path);
  if (MARKDOWN.has(extension)) return { kind: 'markdown', code: false };
  if (HTML.has(extension)) return { kind: 'html', code: false };
  if (PROSE.has(extension)) return { kind: 'text', code: false };
  if (CODE.has(extension)) return { kind: 'text', code: true };
  return { kind: /^\s{0,200}(?:<!doctype html|<html[\s>])/i.test(source) ? 'html' : 'text', code: false };
}

export const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function extensionOf(path: string): string {
  const name = fileName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : name.toLowerCase();
}
