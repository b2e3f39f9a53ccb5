import type { Encoder, TextRole } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { passageText } from '../core/passage.ts';
import type { Language, ModelCard } from '../core/types.ts';
import { simplify } from '../search/simplify.ts';
import { buildLane, type LaneInput } from './lane.ts';
import { createManifest, type LaneFiles, MANIFEST } from './manifest.ts';
import { passagesOf, type ReadPage, readPage, type SitePassage, type SourcePage } from './pages.ts';
import { samplesOf } from './samples.ts';

/** Remembers vectors between builds, by what they were made of. */
export interface VectorCache {
  /** @returns the vector, or nothing. */
  get(key: string): Float32Array | undefined;
  set(key: string, vector: Float32Array): void;
}

export interface BuildProgress {
  readonly phase: 'read' | 'model' | 'embed' | 'write';
  /** Of this phase: pages, bytes of a model, texts, or thousandths. */
  readonly done: number;
  readonly total: number;
  /** The page, model or language in work. */
  readonly current: string;
}

export interface BuildOptions {
  readonly encoder: Encoder;
  /** Which model encodes which language: ids of folders under the encoder's source. */
  readonly models: Readonly<Record<Language, string>>;
  readonly cache?: VectorCache;
  readonly onProgress?: (progress: BuildProgress) => void;
  readonly signal?: AbortSignal;
  /** Most texts the query table is fitted on, per language. */
  readonly samples?: number;
}

export interface BuiltSite {
  /** Every file of the index, by its name in the index's folder. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  readonly pages: number;
  readonly passages: number;
  /** Texts that went through the model; the rest came from the cache. */
  readonly embedded: number;
  readonly skipped: readonly { readonly url: string; readonly message: string }[];
}

const SAMPLES = 8000;
const BATCH = 16;

/**
 * A site's pages as a static index.
 *
 * The same pages, models and settings give the same files, byte for byte; see `format.ts` for what they are.
 * A page that cannot be read is skipped and reported. An abort throws the signal's reason.
 *
 * @throws EngineError `bad-input` if there is nothing to search; what the encoder throws.
 */
export async function buildSite(sources: readonly SourcePage[], options: BuildOptions): Promise<BuiltSite> {
  const { encoder, models, signal } = options;
  const report = (phase: BuildProgress['phase'], done: number, total: number, current: string) =>
    options.onProgress?.({ phase, done, total, current });

  const { pages, skipped } = await readAll(sources, report, signal);
  const lanes = new Map<Language, ReadPage[]>();
  for (const page of pages) {
    const { language } = page.page;
    lanes.set(language, [...(lanes.get(language) ?? []), page]);
  }

  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const listings: LaneFiles[] = [];
  let embedded = 0;
  let passages = 0;
  const inputs: LaneInput[] = [];
  for (const [language, list] of lanes) {
    const card = await encoder.load(models[language], {
      ...(signal && { signal }),
      onProgress: (loaded, total) => report('model', loaded, total, models[language]),
    });
    const texts = await cut(list, (strings) => encoder.countTokens(card.id, strings));
    if (texts.length === 0) continue;
    const samples = samplesOf(texts, language, options.samples ?? SAMPLES);
    const total = texts.length + samples.length;
    const embed = (role: TextRole, strings: readonly string[], before: number) =>
      embedAll(options, card, role, encodable(strings, language), (done) =>
        report('embed', before + done, total, language),
      );
    const rows = await embed(
      'passage',
      texts.map((passage) => passageText(asChunk(passage))),
      0,
    );
    const queries = await embed('query', samples, texts.length);
    embedded += rows.embedded + queries.embedded;
    passages += texts.length;
    inputs.push({ language, card, passages: texts, vectors: rows.vectors, samples, sampleVectors: queries.vectors });
  }
  if (passages === 0) {
    throw new EngineError(
      'bad-input',
      'Expected at least one page with text, got none; point the command at the folder of the built site.',
    );
  }
  for (const input of inputs) {
    const share = input.passages.length / passages;
    const lane = await buildLane(input, share, (done) =>
      report('write', Math.round(done * 1000), 1000, input.language),
    );
    for (const [name, bytes] of lane.files) files.set(name, bytes);
    listings.push(lane.listing);
    signal?.throwIfAborted();
  }
  const manifest = createManifest(pages.length, listings);
  files.set(MANIFEST, new TextEncoder().encode(`${JSON.stringify(manifest)}\n`));
  return { files, pages: pages.length, passages, embedded, skipped };
}

async function readAll(
  sources: readonly SourcePage[],
  report: (phase: 'read', done: number, total: number, current: string) => void,
  signal: AbortSignal | undefined,
) {
  const pages: ReadPage[] = [];
  const skipped: { url: string; message: string }[] = [];
  for (const [i, source] of sources.entries()) {
    signal?.throwIfAborted();
    report('read', i, sources.length, source.url);
    try {
      pages.push(await readPage(source));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      skipped.push({ url: source.url, message: error.message });
    }
  }
  const marked = pages.filter(({ hasBody }) => hasBody);
  return { pages: marked.length > 0 ? marked : pages, skipped };
}

async function cut(pages: readonly ReadPage[], countTokens: (texts: readonly string[]) => Promise<Uint32Array>) {
  const all: SitePassage[] = [];
  for (const page of pages) all.push(...(await passagesOf(page, countTokens)));
  return all;
}

/** As the engine does: the Chinese model reads Simplified. */
const encodable = (texts: readonly string[], language: Language): readonly string[] =>
  language === 'zh' ? texts.map(simplify) : texts;

const asChunk = ({ page, headings, text }: SitePassage) => ({ title: page.title, headings, text });

async function embedAll(
  { encoder, cache, signal }: BuildOptions,
  card: ModelCard,
  role: TextRole,
  texts: readonly string[],
  onDone: (done: number) => void,
) {
  const vectors = new Float32Array(texts.length * card.dim);
  const keys = texts.map((text) => `${card.key}\n${role}\n${text}`);
  const missing = keys.flatMap((key, row) => {
    const known = cache?.get(key);
    if (known?.length !== card.dim) return [row];
    vectors.set(known, row * card.dim);
    return [];
  });
  const before = texts.length - missing.length;
  for (let at = 0; at < missing.length; at += BATCH) {
    onDone(before + at);
    const rows = missing.slice(at, at + BATCH);
    const { dense } = await encoder.embed(
      card.id,
      role,
      rows.map((row) => texts[row]!),
      signal ? { signal } : {},
    );
    for (const [i, row] of rows.entries()) {
      const vector = dense.slice(i * card.dim, (i + 1) * card.dim);
      vectors.set(vector, row * card.dim);
      cache?.set(keys[row]!, vector);
    }
  }
  onDone(texts.length);
  return { vectors, embedded: missing.length };
}
