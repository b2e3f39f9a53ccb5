/** The sample collection, as the development and preview servers offer it. */
import { EngineError } from '../core/errors.ts';
import type { SourceFile } from '../core/types.ts';

export interface SampleIndex {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Questions that the collection answers, by language. */
  readonly questions: { readonly en: readonly string[]; readonly zh: readonly string[] };
}

/** What the collection holds; `undefined` where the server offers none. */
export async function fetchSampleIndex(): Promise<SampleIndex | undefined> {
  try {
    const response = await fetch('./sample/index.json');
    const isJson = response.headers.get('content-type')?.includes('json');
    return response.ok && isJson ? ((await response.json()) as SampleIndex) : undefined;
  } catch {
    return undefined; // Offline, or a plain file server: there is no sample then.
  }
}

/** Fetches the files, a few at a time, in the index's order. */
export async function fetchSample(
  index: SampleIndex,
  signal: AbortSignal,
  onFound: (files: number) => void,
): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (let at = 0; at < index.files.length; at += AT_ONCE) {
    const batch = index.files.slice(at, at + AT_ONCE).map(async ({ path }) => {
      const url = `./sample/${path.split('/').map(encodeURIComponent).join('/')}`;
      const response = await fetch(url, { signal });
      if (!response.ok) {
        throw new EngineError('file-unreadable', `Expected the sample file “${path}”, got HTTP ${response.status}.`);
      }
      return { path, data: await response.blob() };
    });
    files.push(...(await Promise.all(batch)));
    onFound(files.length);
  }
  return files;
}

const AT_ONCE = 8;
