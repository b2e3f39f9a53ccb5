import type { QueryAdapter } from '../core/adapt.ts';
import type { Encoder, TextRole } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import type { GlossaryEntry } from '../core/expansion.ts';
import { passageText } from '../core/passage.ts';
import type { Language, ModelCard } from '../core/types.ts';
import { simplify } from '../search/simplify.ts';
import { strangers } from '../search/strangers.ts';
import { checksum } from '../store/checksum.ts';
import { measureFloors } from './floors.ts';
import { type GivenQuestion, withGiven } from './given.ts';
import { buildLane, type LaneInput } from './lane.ts';
import { encodeManifest, type LaneFiles, MANIFEST } from './manifest.ts';
import { passagesOf, type ReadPage, readPages, type SitePassage, type SourcePage } from './pages.ts';
import type { LeftOut } from './robots.ts';
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
  /** What the site was taught: an adapter a model at most; queries rank by it. */
  readonly adapters?: readonly QueryAdapter[];
  /** Questions whose answers the owner names, beside those that the pages ask themselves. */
  readonly questions?: readonly GivenQuestion[];
  /** What visitors say, and the words that the pages have for it. */
  readonly glossary?: readonly GlossaryEntry[];
  /** Most texts the query table is fitted on, per language. */
  readonly samples?: number;
  /** Read pages too that ask not to be indexed (`robots.ts`). */
  readonly noindex?: boolean;
  /** The host answers with the range of a file it is asked for; yes unless told. If not, texts lie in many small files. */
  readonly ranges?: boolean;
}

export interface BuiltSite {
  /** Every file of the index, by its name in the index's folder. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  readonly pages: number;
  readonly passages: number;
  /** Texts that went through the model; the rest came from the cache. */
  readonly embedded: number;
  readonly skipped: readonly { readonly url: string; readonly message: string }[];
  /** Pages that only lead elsewhere, or ask not to be indexed. */
  readonly leftOut: readonly { readonly url: string; readonly why: LeftOut }[];
}

/** One of `of` machines that share the embedding of a site: the `part`-th, from 1. */
export interface BuildShare {
  readonly part: number;
  readonly of: number;
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
  const { lanes, pages, skipped, leftOut } = await readLanes(sources, options);
  const adapterOf = adaptersFor(lanes, options.adapters ?? []);
  const passages = lanes.reduce((sum, lane) => sum + lane.passages.length, 0);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const listings: LaneFiles[] = [];
  let embedded = 0;
  const inputs: (LaneInput & { readonly strangers: ReadonlyMap<string, Float32Array> })[] = [];
  for (const lane of lanes) {
    const [rows, queries, others, known] = await embedLane(lane, options);
    embedded += rows.embedded + queries.embedded + others.embedded + known.embedded;
    const adapter = adapterOf(lane.card);
    const byText = (texts: readonly string[], vectors: Float32Array) => {
      const { dim } = lane.card;
      return new Map(texts.map((text, i) => [text, vectors.slice(i * dim, (i + 1) * dim)]));
    };
    inputs.push({
      ...lane,
      ...(adapter && { adapter }),
      vectors: rows.vectors,
      sampleVectors: queries.vectors,
      questionVectors: byText(lane.questions, known.vectors),
      glossary: options.glossary ?? [],
      ranges: options.ranges ?? true,
      strangers: byText(strangers(lane.language), others.vectors),
    });
  }
  for (const input of inputs) {
    const lane = await buildLane(input, input.passages.length / passages, (done) =>
      report(options, 'write', Math.round(done * 1000), 1000, input.language),
    );
    for (const [name, bytes] of lane.files) files.set(name, bytes);
    listings.push({ ...lane.listing, floors: await measureFloors(lane.files, lane.listing, input.strangers) });
    options.signal?.throwIfAborted();
  }
  files.set(MANIFEST, encodeManifest(pages, listings));
  return { files, pages, passages, embedded, skipped, leftOut };
}

/**
 * Embeds one machine's part of a site's texts into the cache and builds nothing. Which texts are whose is told by their
 * hash; with the caches of all parts, `buildSite` embeds nothing and gives what one machine alone would have given.
 *
 * @returns how many texts went through the model.
 * @throws EngineError as `buildSite`.
 */
export async function embedShare(
  sources: readonly SourcePage[],
  options: BuildOptions & { readonly cache: VectorCache },
  share: BuildShare,
): Promise<number> {
  const { lanes } = await readLanes(sources, options);
  let embedded = 0;
  for (const lane of lanes) {
    for (const part of await embedLane(lane, options, share)) embedded += part.embedded;
  }
  return embedded;
}

function report(
  { onProgress }: BuildOptions,
  phase: BuildProgress['phase'],
  done: number,
  total: number,
  current: string,
): void {
  onProgress?.({ phase, done, total, current });
}

/** The adapter of each lane's model. @throws EngineError `model-mismatch` for one that no lane can be searched with. */
function adaptersFor(lanes: readonly LaneTexts[], adapters: readonly QueryAdapter[]) {
  const keys = lanes.map(({ card }) => card.key);
  const strange = adapters.find(({ model }, i) => {
    return !keys.includes(model) || adapters.slice(0, i).some((other) => other.model === model);
  });
  if (strange) {
    throw new EngineError(
      'model-mismatch',
      `Expected one adapter at most for each model of this site (${keys.join(', ')}), got one of “${strange.model}”; teach it anew.`,
    );
  }
  return ({ key }: ModelCard) => adapters.find(({ model }) => model === key);
}

/** A language's texts, before they are embedded. */
type LaneTexts = Pick<LaneInput, 'language' | 'passages' | 'samples'> & {
  readonly card: ModelCard;
  /** Of the passages, each once. */
  readonly questions: readonly string[];
};

async function readLanes(sources: readonly SourcePage[], options: BuildOptions) {
  const { encoder, models, signal } = options;
  const onRead = (done: number, url: string) => report(options, 'read', done, sources.length, url);
  const { pages, skipped, leftOut } = await readPages(sources, onRead, options);
  const byLanguage = new Map<Language, ReadPage[]>();
  for (const page of pages) {
    const { language } = page.page;
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), page]);
  }
  const lanes: LaneTexts[] = [];
  let given = options.questions ?? [];
  for (const [language, list] of byLanguage) {
    const card = await encoder.load(models[language], {
      ...(signal && { signal }),
      onProgress: (loaded, total) => report(options, 'model', loaded, total, models[language]),
    });
    const all = await cut(list, (strings) => encoder.countTokens(card.id, strings));
    if (all.length === 0) continue;
    const { passages, lost } = withGiven(all, given);
    given = lost;
    const samples = samplesOf(passages, language, options.samples ?? SAMPLES);
    const questions = [...new Set(passages.flatMap(({ questions = [] }) => questions))];
    lanes.push({ language, card, passages, samples, questions });
  }
  for (const { question, url } of given) {
    const message = `the site has no page or heading there, so the question “${question}” leads nowhere`;
    skipped.push({ url, message });
  }
  if (lanes.length === 0) {
    throw new EngineError(
      'bad-input',
      'Expected at least one page with text, got none; point the command at the folder of the built site.',
    );
  }
  return { lanes, pages: pages.length, skipped, leftOut };
}

/**
 * Vectors of a lane's passages, of its samples, of the questions about other subjects that refusal is measured with, and
 * of its known questions, each encoded as a passage that says it.
 */
async function embedLane(
  { language, card, passages, samples, questions }: LaneTexts,
  options: BuildOptions,
  share?: BuildShare,
) {
  const others = strangers(language);
  const total = passages.length + samples.length + others.length + questions.length;
  const embed = (role: TextRole, strings: readonly string[], before: number) =>
    embedAll(options, card, role, encodable(strings, language), share, (done) =>
      report(options, 'embed', before + done, total, language),
    );
  const rows = await embed(
    'passage',
    passages.map((passage) => passageText(asChunk(passage))),
    0,
  );
  const queries = await embed('query', samples, passages.length);
  const strange = await embed('query', others, passages.length + samples.length);
  return [rows, queries, strange, await embed('passage', questions, total - questions.length)] as const;
}

async function cut(pages: readonly ReadPage[], countTokens: (texts: readonly string[]) => Promise<Uint32Array>) {
  const all: SitePassage[] = [];
  for (const page of pages) all.push(...(await passagesOf(page, countTokens)));
  return all;
}

/** As the engine does: the Chinese model reads Simplified. */
const encodable = (texts: readonly string[], language: Language): readonly string[] =>
  language === 'zh' ? texts.map(simplify) : texts;

const utf8 = new TextEncoder();

const asChunk = ({ page, headings, text }: SitePassage) => ({ title: page.title, headings, text });

async function embedAll(
  { encoder, cache, signal }: BuildOptions,
  card: ModelCard,
  role: TextRole,
  texts: readonly string[],
  share: BuildShare | undefined,
  onDone: (done: number) => void,
) {
  const vectors = new Float32Array(texts.length * card.dim);
  const keys = texts.map((text) => `${card.encoderKey}\n${role}\n${text}`);
  const missing = keys.flatMap((key, row) => {
    const known = cache?.get(key);
    if (known?.length === card.dim) vectors.set(known, row * card.dim);
    else if (!share || checksum(utf8.encode(texts[row]!)) % share.of === share.part - 1) return [row];
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
