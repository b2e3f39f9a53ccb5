import { openAsBlob } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { EngineError } from '../core/errors.ts';
import type { BuiltSite } from './build.ts';
import { filesOf, MANIFEST, parseManifest } from './manifest.ts';
import { type SourcePage, urlOf } from './pages.ts';

/**
 * The HTML files under `folder`, in order of their paths; hidden ones, `node_modules` and `except` are passed over, and
 * those that one of the patterns in `exclude` fits: a path from the folder on, where `*` stands for any characters.
 *
 * @throws EngineError `bad-input` if `folder` is not a folder, or no file fits one of the patterns.
 */
export async function pagesIn(folder: string, except: string, exclude: readonly string[] = []): Promise<SourcePage[]> {
  const about = await stat(folder).catch(() => undefined);
  if (!about?.isDirectory()) {
    throw new EngineError('bad-input', `Expected the folder of a built site, got “${folder}”; check the path.`);
  }
  const paths: string[] = [];
  await walk(folder, except, paths);
  const names = paths.map((path) => relative(folder, path).split(sep).join('/')).sort();
  const isOut = exclude.map((pattern) => matcher(pattern));
  const idle = isOut.findIndex((fits) => !names.some(fits));
  if (idle >= 0) {
    throw new EngineError(
      'bad-input',
      `Expected --exclude to fit a page, got “${exclude[idle]}”, which fits none; give a path from the site’s folder on, e.g. “tags/*”.`,
    );
  }
  return Promise.all(
    names
      .filter((name) => !isOut.some((fits) => fits(name)))
      .map(async (name) => ({ url: urlOf(name), file: { path: name, data: await openAsBlob(join(folder, name)) } })),
  );
}

function matcher(pattern: string): (name: string) => boolean {
  const parts = pattern.replace(/^\.?\//, '').split('*');
  const whole = new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's');
  return (name) => whole.test(name);
}

async function walk(folder: string, except: string, paths: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || path === except) continue;
    if (entry.isDirectory()) await walk(path, except, paths);
    else if (entry.isFile() && /\.x?html?$/i.test(entry.name) && entry.name !== '404.html') paths.push(path);
  }
}

/**
 * Puts an index into `folder`: shards first, the manifest last and in one step, so that a visitor never meets a
 * manifest without its shards. Shards of the version before stay, for pages that are open; older ones go.
 *
 * @returns how many files were new.
 */
export async function writeIndex(folder: string, { files }: BuiltSite): Promise<number> {
  await mkdir(folder, { recursive: true });
  const there = new Set(await readdir(folder));
  const before = await namesIn(join(folder, MANIFEST));
  let written = 0;
  for (const [name, bytes] of files) {
    if (name === MANIFEST || there.has(name)) continue;
    await writeFile(join(folder, name), bytes);
    written++;
  }
  const manifest = join(folder, MANIFEST);
  await writeFile(`${manifest}.new`, files.get(MANIFEST)!);
  await rename(`${manifest}.new`, manifest);
  for (const name of there) {
    if (name.endsWith('.nf') && !files.has(name) && !before.has(name)) await rm(join(folder, name));
  }
  return written;
}

/** The shards that the manifest at `path` names; none if there is no manifest that can be read. */
async function namesIn(path: string): Promise<Set<string>> {
  try {
    const { lanes } = parseManifest(JSON.parse(await readFile(path, 'utf8')));
    return new Set(lanes.flatMap(filesOf));
  } catch {
    return new Set();
  }
}
