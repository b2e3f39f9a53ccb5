import { readFile } from 'node:fs/promises';
import { EngineError } from '../core/errors.ts';
import type { GlossaryEntry } from '../core/expansion.ts';
import { readGivenQuestions } from '../read/given-questions.ts';
import { readGlossary } from '../read/glossary.ts';
import { decodeSource } from '../read/read.ts';

/**
 * A glossary that was named on the command line, whatever its file is called.
 * @throws EngineError `file-unreadable`, or `bad-input` if it holds no entry.
 */
export const glossaryAt = async (path: string): Promise<GlossaryEntry[]> =>
  readGlossary(path, await textAt(path, 'glossary'));

/** Known questions and the pages that answer them. @throws as `glossaryAt`. */
export const questionsAt = async (path: string) => readGivenQuestions(path, await textAt(path, 'file of questions'));

async function textAt(path: string, what: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new EngineError('file-unreadable', `Expected a readable ${what}, got “${path}”; check the path.`, { cause });
  });
  return decodeSource(new Uint8Array(bytes));
}
