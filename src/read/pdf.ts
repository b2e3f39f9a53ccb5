import { EngineError } from '../core/errors.ts';
import type { Piece } from './compose.ts';
import type { Page } from './page.ts';
import { type Item, type Line, linesOf, paragraphsOf } from './pdf-layout.ts';
import { unifiedHan } from './radicals.ts';

/**
 * The text of a PDF: paragraphs and headings, each with the anchor of the page it begins on (`page=3`).
 *
 * pdf.js is loaded on first use and runs in the calling thread. (In a worker it takes that for its own and posts one
 * message, `{ action: 'ready' }`, which comlink ignores as it does pdf.js's listener.)
 *
 * @throws EngineError `format-unsupported` for an encrypted, damaged or scanned file.
 */
export async function readPdf(bytes: Uint8Array<ArrayBuffer>): Promise<Page> {
  const { getDocumentProxy } = await import('unpdf');
  // pdf.js takes its input away.
  const pdf = await getDocumentProxy(bytes.slice(), OPTIONS).catch((error: unknown) => {
    throw refused(error);
  });
  try {
    const pages: Line[][] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(
        linesOf(
          items.filter((item): item is typeof item & Item => 'str' in item),
          number,
        ),
      );
      page.cleanup();
    }
    const paragraphs = paragraphsOf(pages);
    if (paragraphs.length === 0) {
      const got = pdf.numPages === 1 ? 'a page without any' : `${pdf.numPages} pages without any`;
      throw new EngineError(
        'format-unsupported',
        `expected a PDF with text, got ${got} (a scan?); run text recognition (OCR) on it first.`,
      );
    }
    const title = await titleOf(pdf);
    return { pieces: paragraphs.map(asPiece), ...(title ? { title } : {}) };
  } catch (error) {
    throw error instanceof EngineError ? error : refused(error);
  } finally {
    await pdf.cleanup();
    await pdf.loadingTask.destroy();
  }
}

/** Hands pdf.js the character maps of Chinese fonts that a file names but does not hold; they are loaded when one is asked for. */
class CMapFactory {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const { CMAPS } = await import('./cmaps.gen.ts');
    const data = kind === 'cMapUrl' ? CMAPS[filename.replace(/\.bcmap$/, '')] : undefined;
    if (data === undefined) throw new Error(`no ${filename}`);
    return Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  }
}

const OPTIONS = {
  verbosity: 0,
  // Only said so that pdf.js asks the factory and not the network.
  cMapUrl: 'cmaps/',
  cMapPacked: true,
  useWorkerFetch: false,
  BinaryDataFactory: CMapFactory,
};

function asPiece({ text, page, level }: { text: string; page: number; level: number }): Piece {
  const run = { text: unifiedHan(text), at: 0, span: 0 };
  return { kind: level > 0 ? 'heading' : 'paragraph', level, anchor: `page=${page}`, runs: [run] };
}

function refused(error: unknown): EngineError {
  const name = error instanceof Error ? error.name : '';
  return name === 'PasswordException'
    ? new EngineError(
        'format-unsupported',
        'expected a PDF that opens without a password, got an encrypted one; save a copy without the password.',
      )
    : new EngineError(
        'format-unsupported',
        `expected a PDF, got one that cannot be read (${name || 'unknown error'}); open it and save it anew.`,
      );
}

async function titleOf(pdf: { getMetadata(): Promise<{ info: object }> }): Promise<string | undefined> {
  const { info } = await pdf.getMetadata();
  const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
  // What programs put there unasked says less than the file's name.
  return /^(?:untitled|microsoft word - .*|.*\.\w{2,4}|about:blank)?$/i.test(title) ? undefined : title;
}
