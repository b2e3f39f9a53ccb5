import type { StorageEstimate } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import { tokenBytes } from '../core/tokens.ts';
import type { DocumentId, Language, SourceFile } from '../core/types.ts';
import { extensionOf } from '../read/format.ts';
import { read } from '../read/read.ts';
import type { Usage } from '../store/store.ts';
import type { Collection } from './collection.ts';
import type { Models } from './models.ts';

/** What texts of a language come to, as measured on squad2, vue-docs-zh and cmrc2018: the export of a collection, and what is derived from it. */
interface Measures {
  readonly charactersPerPassage: number;
  /** One vector of the pooled token vectors. */
  readonly charactersPerVector: number;
  /** Of a character: in the text, in its passages and in their postings. */
  readonly textBytes: number;
  /** Values of a passage's vector, until its model says so itself. */
  readonly dim: number;
}
const MEASURES: Record<Language, Measures> = {
  en: { charactersPerPassage: 880, charactersPerVector: 18, textBytes: 3, dim: 384 },
  zh: { charactersPerPassage: 280, charactersPerVector: 3.4, textBytes: 9, dim: 512 },
};
/** Values of a token vector. */
const TOKEN_VALUES = 512;
/** A passage's learned-sparse vector, and what is kept of the passage beside its text. */
const SPARSE_BYTES = 64 * 5;
const PASSAGE_BYTES = 400;
/** The most that a byte of a file was seen to come to: where that fits, nothing need be read to know. */
const MOST_PER_BYTE = 150;
/** Of each kind of file so many are read, none larger than this. */
const SAMPLE_FILES = 4;
const SAMPLE_BYTES = 4 << 20;
/** A commit needs room beside what it replaces. */
const MARGIN = 1.1;

/**
 * What adding `files` would store, before anything is done. Of each kind of file a few are read, and the others are taken
 * to hold as much text a byte. What is here already, and as long as it was, costs nothing.
 *
 * Cost: reading four files of each kind; none where all would fit whatever it holds.
 */
export async function estimateStorage(
  files: readonly SourceFile[],
  { summaries }: Pick<Collection, 'summaries'>,
  models: Pick<Models, 'ready'>,
  { quotaBytes, usedBytes = 0 }: Usage,
): Promise<StorageEstimate> {
  const fresh = files.filter(({ path, data }) => {
    const known = summaries.get(path as DocumentId);
    return known?.bytes !== data.size || known.stored < known.chunks;
  });
  const free = quotaBytes === undefined ? undefined : Math.max(0, quotaBytes - usedBytes);
  const isPlenty = free === undefined || sizeOf(fresh) * MOST_PER_BYTE < free;
  let [whole, lean] = [0, 0];
  for (const kind of byKind(fresh).values()) {
    const { share, language } = isPlenty ? PLAIN : await textIn(kind);
    const characters = share * sizeOf(kind);
    const { charactersPerPassage, charactersPerVector, textBytes, dim: usual } = MEASURES[language];
    const { dim = usual, sparse = true, reranks = true } = models.ready(language) ?? {};
    // In float32, and in 4 bits, which token vectors are, too.
    const vector = dim * 4 + tokenBytes(dim) + PASSAGE_BYTES + (sparse ? SPARSE_BYTES : 0);
    const beside = characters * textBytes + Math.ceil(characters / charactersPerPassage) * vector;
    const tokens = (characters / charactersPerVector) * tokenBytes(TOKEN_VALUES);
    lean += beside;
    whole += beside + (reranks ? tokens : 0);
  }
  const bytes = Math.ceil(whole * MARGIN);
  const withoutTokens = Math.ceil(lean * MARGIN);
  const fits = free === undefined || bytes <= free ? 'whole' : withoutTokens <= free ? 'without-tokens' : 'no';
  return { bytes, withoutTokens, fits, ...(free !== undefined && { freeBytes: free }) };
}

function byKind(files: readonly SourceFile[]): ReadonlyMap<string, readonly SourceFile[]> {
  const kinds = new Map<string, SourceFile[]>();
  for (const file of files) {
    const kind = extensionOf(file.path);
    const some = kinds.get(kind);
    if (some) some.push(file);
    else kinds.set(kind, [file]);
  }
  return kinds;
}

/** Taken for granted where it matters little. */
const PLAIN = { share: 1, language: 'en' } as const;

/** Characters of text in a byte of these files, told from a few of all sizes, and their language. */
async function textIn(files: readonly SourceFile[]): Promise<{ share: number; language: Language }> {
  const some = files
    .filter(({ data }) => data.size > 0 && data.size <= SAMPLE_BYTES)
    .toSorted((a, b) => b.data.size - a.data.size);
  const step = Math.max(1, Math.floor(some.length / SAMPLE_FILES));
  let [bytes, characters, chinese] = [0, 0, 0];
  for (const file of some.filter((_, i) => i % step === 0).slice(0, SAMPLE_FILES)) {
    bytes += file.data.size;
    try {
      const { text, language } = await read(file);
      characters += text.length;
      if (language === 'zh') chinese += text.length;
    } catch (error) {
      // What cannot be read is left out when it is added, too.
      if (!(error instanceof EngineError)) throw error;
    }
  }
  if (bytes === 0) return PLAIN;
  return { share: characters / bytes, language: chinese * 2 > characters ? 'zh' : 'en' };
}

const sizeOf = (files: readonly SourceFile[]) => files.reduce((sum, { data }) => sum + data.size, 0);
