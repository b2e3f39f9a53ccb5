import { readFile } from 'node:fs/promises';
import { EngineError } from '../core/errors.ts';
import type { GlossaryEntry } from '../core/expansion.ts';
import { readGlossary } from '../read/glossary.ts';
import { decodeSource } from '../read/read.ts';

/**
 * A glossary that was named on the command line, whatever its file is called.
 * @throws EngineError `file-unreadable`, or `bad-input` if it holds no entry.
 */
export async function glossaryAt(path: string): Promise<GlossaryEntry[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new EngineError('file-unreadable', `Expected a readable glossary, got “${path}”; check the path.`, { cause });
  });
  return readGlossary(path, decodeSource(new Uint8Array(bytes)));
}
