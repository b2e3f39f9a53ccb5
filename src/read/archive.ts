import { EngineError } from '../core/errors.ts';

/** What is read of an archive may hold this much; a crafted one unpacks to more than memory. */
const MAX_UNPACKED = 64 * 1024 * 1024;

/** The text files of an archive that a reader wants. */
export interface Archive {
  has(path: string): boolean;
  /** @throws EngineError `format-unsupported` if it is not there. */
  text(path: string): string;
}

/**
 * Unpacks the files of a ZIP archive whose names fit, and says what goes wrong in the words of its format.
 *
 * @param what    what the file should be: `an EPUB book`.
 * @param advice  what to do with one that cannot be read: `convert it anew`.
 * @throws EngineError `format-unsupported` for an archive that is damaged, or unpacks to more than 64 MB of text.
 */
export async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  wanted: RegExp,
  what: string,
  advice: string,
): Promise<Archive> {
  const damaged = (reason: string) =>
    new EngineError('format-unsupported', `expected ${what}, got one that cannot be read (${reason}); ${advice}.`);
  const { unzipSync } = await import('fflate');
  let size = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }) => {
    if (!wanted.test(name)) return false;
    size += originalSize;
    if (size > MAX_UNPACKED) throw damaged(`more than ${MAX_UNPACKED / 1024 / 1024} MB of text`);
    return true;
  };
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter });
  } catch (error) {
    throw error instanceof EngineError ? error : damaged(error instanceof Error ? error.message : 'unknown error');
  }
  return {
    has: (path) => Object.hasOwn(files, path),
    text(path) {
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (!file) throw damaged(`no ${path}`);
      return new TextDecoder().decode(file);
    },
  };
}
