import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { EngineError } from '../core/errors.ts';
import type { SourceFile } from '../core/types.ts';

/** Folders that hold other people's or generated files. */
const PASSED_OVER = new Set(['node_modules', 'dist', 'build', 'target', 'vendor', '__pycache__']);

/**
 * The files under `folder`, sorted by path, each read only when it is indexed.
 *
 * Hidden files and folders and the usual homes of generated code are passed over; links are not followed.
 * @throws EngineError `bad-input` if `folder` is not a folder.
 */
export async function filesIn(folder: string): Promise<SourceFile[]> {
  const about = await stat(folder).catch(() => undefined);
  if (!about?.isDirectory()) {
    throw new EngineError('bad-input', `Expected a folder to search, got “${folder}”; check the path.`);
  }
  const paths: string[] = [];
  await walk(folder, paths);
  paths.sort();
  return Promise.all(
    paths.map(async (path) => ({ path: relative(folder, path).split(sep).join('/'), data: await openAsBlob(path) })),
  );
}

async function walk(folder: string, paths: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || PASSED_OVER.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, paths);
    else if (entry.isFile()) paths.push(path);
  }
}
