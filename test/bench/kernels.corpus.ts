/**
 * Real sentences with their real BGE vectors, for the kernel benchmark: embedded once and kept under `.cache/bench/`.
 *
 * Sentences come from the evaluation collections beside the repository, where they are, and from the README files
 * and type declarations in node_modules. By hand: `npx tsx test/bench/kernels.corpus.ts en 100000`.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Encoder, TextRole } from '../../src/core/encoder.ts';
import { detectLanguage } from '../../src/core/language.ts';
import type { Language } from '../../src/core/types.ts';
import { createNodeEncoder, packagedModels } from '../../src/embed/encoder.node.ts';
import { nativeRuntime } from '../../src/embed/runtime.node.ts';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, '.cache/bench');
const MODEL: Record<Language, string> = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
const DIM: Record<Language, number> = { en: 384, zh: 512 };
const LENGTH: Record<Language, readonly [number, number]> = { en: [30, 140], zh: [10, 50] };

export interface Vectors {
  readonly dim: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/** Where vectors are kept: row-major float32, no header. */
export const cachedFile = (language: Language, role: TextRole) => join(CACHE, `${MODEL[language]}.${role}.f32`);

/** Embeds until the cache holds `wanted` vectors, or one for every text there is. Can be stopped and run again. */
export async function embedMissing(language: Language, role: TextRole, wanted: number, models = packagedModels()) {
  await mkdir(CACHE, { recursive: true });
  const list = (role === 'query' ? await questions(language) : await frozen(language)).slice(0, wanted);
  const file = cachedFile(language, role);
  let done = await stat(file).then(
    ({ size }) => Math.floor(size / 4 / DIM[language]),
    () => 0,
  );
  if (done >= list.length) return;
  const encoder: Encoder = createNodeEncoder(models, nativeRuntime(1));
  try {
    await encoder.load(MODEL[language]);
    for (; done < list.length; done += 512) {
      const { dense } = await encoder.embed(MODEL[language], role, list.slice(done, done + 512));
      await appendFile(file, new Uint8Array(dense.buffer));
      console.log(new Date().toISOString(), language, role, Math.min(done + 512, list.length), 'of', list.length);
    }
  } finally {
    await encoder.close();
  }
}

/** The sentences as they were found the first time, so that an interrupted run goes on with the same ones. */
async function frozen(language: Language): Promise<string[]> {
  const file = join(CACHE, `${language}.txt`);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known) return known.split('\n');
  const list = await sentences(language);
  await writeFile(file, list.join('\n'));
  return list;
}

/** In the order of their hashes, so that any first part of them is a fair sample. */
async function sentences(language: Language): Promise<string[]> {
  const found = new Set<string>();
  const [least, most] = LENGTH[language];
  for await (const text of texts()) {
    for (const piece of text.split(/(?<=[.!?])\s+|(?<=[。！？；])|\n+/)) {
      const sentence = piece.replace(/^[\s*#>|\-/]+|[\s*|]+$/g, '').replace(/\s+/g, ' ');
      if (sentence.length < least || sentence.length > most || !/\p{L}{2}/u.test(sentence)) continue;
      if (detectLanguage(sentence) === language) found.add(sentence);
    }
  }
  const hash = (text: string) => createHash('md5').update(text).digest('hex');
  return [...found]
    .map((text) => [hash(text), text] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text);
}

/** English passages of some hundred words, and 512 questions cut off inside their last word. */
export async function textSample(wanted: number): Promise<{ documents: string[]; queries: string[] }> {
  const documents = new Set<string>();
  for await (const text of collection('corpus.jsonl')) {
    if (documents.size < wanted && text.length > 300 && detectLanguage(text) === 'en')
      documents.add(text.slice(0, 1200));
  }
  const rest = await frozen('en');
  for (let at = 0; documents.size < wanted && at + 8 <= rest.length; at += 8) {
    documents.add(rest.slice(at, at + 8).join(' '));
  }
  const queries = (await questions('en')).filter((text) => /\p{L}{5,}\W*$/u.test(text));
  return { documents: [...documents], queries: queries.map((text) => text.replace(/..\W*$/u, '')).slice(0, 512) };
}

async function questions(language: Language): Promise<string[]> {
  const found = new Set<string>();
  for await (const text of collection('queries.jsonl')) if (detectLanguage(text) === language) found.add(text);
  return [...found];
}

async function* texts(): AsyncGenerator<string> {
  yield* collection('corpus.jsonl');
  for (const name of await readdir(join(ROOT, 'node_modules'), { recursive: true })) {
    if (/\.(md|d\.ts)$/.test(name)) yield readFile(join(ROOT, 'node_modules', name), 'utf8').catch(() => '');
  }
}

/** One file of every evaluation collection; nothing where there are none. */
async function* collection(name: string): AsyncGenerator<string> {
  const folder = join(ROOT, '../shared/eval');
  for (const each of (await readdir(folder).catch(() => [])).sort()) {
    const lines = await readFile(join(folder, each, name), 'utf8').catch(() => '');
    for (const line of lines.split('\n')) if (line) yield (JSON.parse(line) as { text: string }).text;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [language, wanted, models] = process.argv.slice(2) as [Language, string, string | undefined];
  await embedMissing(language, 'query', 512, models);
  await embedMissing(language, 'passage', Number(wanted), models);
}
