/// <reference path="./mammoth.d.ts" />
import { EngineError } from '../core/errors.ts';
import { readHtml } from './html.ts';
import type { Page } from './page.ts';

/**
 * A Word document: mammoth makes HTML of its styles, headings, lists and tables, which is then read as any page.
 *
 * mammoth is loaded on first use.
 *
 * @throws EngineError `format-unsupported` if it is no Word document, or damaged.
 */
export async function readDocx(bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  const { default: mammoth } = await import('mammoth/mammoth.browser.min.js');
  const options = {
    styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"],
    convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
  };
  const { value } = await mammoth.convertToHtml({ arrayBuffer: bytes.buffer }, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : 'unknown error';
    throw new EngineError(
      'format-unsupported',
      `expected a Word document, got one that cannot be read (${reason}); open it and save it anew.`,
    );
  });
  return readHtml(value);
}
