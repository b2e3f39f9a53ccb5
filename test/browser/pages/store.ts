/** The page of the store tests: what a test can ask for is on `window.lab`. */
import { searchBlocks } from '../../../src/search/index.ts';
import { openBrowserStore } from '../../../src/store/browser.ts';
import {
  chunk,
  content,
  docId,
  documentChange,
  documentNames,
  MODEL,
  summary,
  tokensOf,
  visible,
  visibleIn,
  withTokens,
} from '../../store/samples.ts';
import type { Life, LifeMessage } from './store.worker.ts';

const newWorker = () => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' });

/** Lets a worker index until it hangs at its point, kills it there, and says which documents it had committed. */
function live(life: Life): Promise<{ committed: number[]; ended: string }> {
  const worker = newWorker();
  const committed: number[] = [];
  return new Promise((resolve, reject) => {
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.addEventListener('message', ({ data }: MessageEvent<LifeMessage>) => {
      if ('committed' in data) return committed.push(data.committed);
      worker.terminate();
      if ('failed' in data) reject(new Error(data.failed));
      else resolve({ committed, ended: data.ended });
    });
    worker.postMessage(life);
  });
}

/** Whatever is wrong with a collection of documents of `rows` rows, of which those `committed` must be there; `derivedToo`: its derived blocks. */
async function faults(name: string, rows: number, committed: readonly number[], derivedToo = false): Promise<string[]> {
  const found: string[] = [];
  const store = await openBrowserStore(name, { derivation: searchBlocks() });
  const names = await documentNames(store);
  const there = new Set(names);
  for (const i of committed) if (!there.has(`${i}.md`)) found.push(`lost: ${i}.md`);

  const seen = await visible(store);
  const values = new Map(seen);
  if (seen.length !== values.size) found.push(`${seen.length - values.size} rows are there twice`);
  if (values.size !== names.length * rows) found.push(`${values.size} rows for ${names.length} documents`);
  for (const one of names) {
    for (const [chunk, vector] of expectedRows(one, rows)) {
      if (String(values.get(chunk)) !== String(vector)) found.push(`wrong: ${chunk}`);
    }
    const { chunks } = documentChange({ nextSegment: () => 0 }, one, rows).segments[0]!;
    for (const [i, tokens] of (await store.tokens(chunks, MODEL)).entries()) {
      if (String(tokens ?? '') !== String(tokensOf(chunks[i]!))) found.push(`wrong tokens: ${chunks[i]!.id}`);
    }
    const text = (await store.content(docId(one)))?.text;
    if (text !== content(one).text) found.push(`wrong text: ${one}`);
  }
  const { segments, close } = await store.snapshot();
  // What is derived is computed again and compared: for a large collection that is the dearest part by far.
  for (const { id, model, language, dim, ...segment } of derivedToo ? segments : []) {
    const whole = { id, model, language, dim, chunks: await segment.chunks(), vectors: await segment.vectors() };
    for (const [i, wanted] of searchBlocks().derive(whole).entries()) {
      const block = await segment.derived(searchBlocks().names[i]!);
      if (String(block) !== String(wanted)) found.push(`wrong: ${searchBlocks().names[i]} of segment ${id}`);
    }
  }
  close();
  found.push(...store.damage());
  await store.close();
  return found;
}

/** A document whose passages have token vectors, as `faults` expects them. */
function tokenedChange(...asked: Parameters<typeof documentChange>): ReturnType<typeof documentChange> {
  const change = documentChange(...asked);
  return { ...change, segments: change.segments.map(withTokens) };
}

/** The rows of a document as `documentChange` makes them, whatever segment id they were given. */
function expectedRows(name: string, rows: number): [string, number[]][] {
  const segments = documentChange({ nextSegment: () => 0 }, name, rows).segments;
  return visibleIn(segments[0]!);
}

const lab = {
  live,
  faults,
  openBrowserStore,
  documentChange: tokenedChange,
  documentNames,
  visible,
  summary,
  content,
  chunk,
  docId,
  MODEL,
};
export type Lab = typeof lab;
(globalThis as unknown as { lab: Lab }).lab = lab;
