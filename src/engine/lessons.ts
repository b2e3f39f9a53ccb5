import { blockList } from '../adapt/block-list.ts';
import { clean } from '../adapt/filters.ts';
import { resolvePassages } from '../adapt/passages.ts';
import { readBeirSamples, readSamples } from '../adapt/samples.ts';
import { syntheticSamples } from '../adapt/synthetic.ts';
import type { QuestionSource, Sample, StepReport } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Lessons, TeachWarning } from '../core/teach.ts';
import type { Chunk, ChunkId, Language, SourceFile } from '../core/types.ts';
import { acceptedIn, rejectedIn } from './accepted.ts';
import type { Collection } from './collection.ts';

/** Lessons as they were given, in one language, cleaned, with the passages they point to. */
export interface Learned {
  readonly samples: readonly Sample[];
  /** Of each sample, indices of `chunks`. */
  readonly positives: readonly (readonly number[])[];
  readonly negatives: readonly (readonly number[])[];
  readonly steps: readonly StepReport[];
  readonly warnings: readonly TeachWarning[];
}

/** Questions a passage where only who makes them is named. */
const MADE = 2;

/** Everything that the lessons name. @throws EngineError `bad-input` if there is nothing in them; what a hook throws. */
export async function gatherSamples(
  { files = [], kind = 'question-document', accepted, faq, synthetic, questionsFor }: Lessons,
  collection: Collection,
  signal: AbortSignal | undefined,
  onProgress: (done: number, total: number) => void,
): Promise<{ samples: Sample[]; steps: StepReport[] }> {
  const samples: Sample[] = [];
  const steps: StepReport[] = [];
  for (const { samples: found, report } of await readFiles(files, kind)) {
    for (const sample of found) samples.push(sample);
    steps.push(report);
  }
  const chunks = collection.index.live().map(({ chunk }) => chunk);
  const lesson = (query: string, chunk: ChunkId, origin: Sample['origin']): Sample => ({
    query,
    pos: [chunk],
    neg: [],
    kind: 'question-document',
    origin,
  });
  if (accepted) {
    for (const { question, chunk } of acceptedIn(collection)) {
      if (chunk) samples.push(lesson(question, chunk, 'feedback'));
    }
    for (const { question, chunk } of rejectedIn(collection)) {
      if (chunk) samples.push({ ...lesson(question, chunk, 'feedback'), pos: [], neg: [chunk] });
    }
  }
  if (faq)
    for (const { id, questions = [] } of chunks) for (const one of questions) samples.push(lesson(one, id, 'faq'));
  const perSource = synthetic || (questionsFor ? MADE : 0);
  if (perSource > 0) {
    const sources = chunks.map(({ id, title, headings, text }) => ({ id, headings: [title, ...headings], text }));
    const ask =
      questionsFor && (async (source: QuestionSource) => textsOf(await orAborted(questionsFor(source), signal)));
    const made = await syntheticSamples(sources, { perSource, seed: 1, onProgress, ...(ask && { ask }) });
    for (const sample of made) samples.push(sample);
  }
  if (samples.length === 0) {
    throw new EngineError(
      'bad-input',
      'Expected pairs to learn from, got none; choose a file, or have questions made.',
    );
  }
  return { samples, steps };
}

/** The language of most of the samples that the collection has passages in; an adapter belongs to one model. */
export function languageOf(samples: readonly Sample[], present: readonly Language[]): Language {
  const chinese = samples.filter(({ query }) => detectLanguage(query) === 'zh').length;
  const language = chinese * 2 > samples.length ? 'zh' : 'en';
  const others = present.filter((one) => one !== language);
  if (present.includes(language)) return language;
  throw new EngineError(
    'bad-input',
    `Expected questions in a language of the library’s documents (${others.join(', ') || 'it is empty'}), got mostly ${language}.`,
  );
}

export async function learn(
  given: readonly Sample[],
  language: Language,
  chunks: readonly Chunk[],
  { blockList: lines = [], blocked }: Lessons,
  signal: AbortSignal | undefined,
): Promise<Learned> {
  const listed = blockList(lines);
  const cleaned = await clean(given, {
    language,
    blocked: async (sample) => listed(sample) ?? (blocked && reasonOf(await orAborted(blocked(sample), signal))),
  });
  const found = resolvePassages(cleaned.samples, chunks);
  const warnings: TeachWarning[] = [];
  if (found.samples.some(({ kind }) => kind === 'question-answer')) warnings.push({ kind: 'question-answer' });
  const made = found.samples.filter(({ origin }) => origin === 'synthetic').length;
  if (made > 0) warnings.push({ kind: 'synthetic', made, of: found.samples.length });
  const { samples, positives, negatives, report } = found;
  return { samples, positives, negatives, steps: [...cleaned.steps, report], warnings };
}

/** What is promised, or the signal's reason where that comes first: a hook may never answer. */
export async function orAborted<T>(said: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return said;
  const stop = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: stop.signal });
  });
  signal.throwIfAborted();
  return Promise.race([said, aborted]).finally(() => stop.abort());
}

/** Hooks are another's code: what they answer is looked at. */
function textsOf(said: unknown): readonly string[] {
  if (Array.isArray(said) && said.every((one) => typeof one === 'string')) return said as string[];
  throw new EngineError('bad-input', `Expected questionsFor to give a list of texts, got ${inShort(said)}.`);
}

function reasonOf(said: unknown): string | undefined {
  if (said === undefined || typeof said === 'string') return said;
  throw new EngineError('bad-input', `Expected blocked to give a reason in words or nothing, got ${inShort(said)}.`);
}

const inShort = (value: unknown) => (JSON.stringify(value) ?? String(value)).slice(0, 60);

async function readFiles(files: readonly SourceFile[], kind: Sample['kind']) {
  const texts = await Promise.all(files.map(async ({ path, data }) => ({ path, text: await readText(path, data) })));
  const named = (pattern: RegExp) => texts.find(({ path }) => pattern.test(path));
  const [queries, qrels] = [named(/(^|\/)queries\.jsonl$/i), named(/(^|\/)qrels[^/]*(\/[^/]+)?\.tsv$/i)];
  const isBeir = queries !== undefined && qrels !== undefined;
  const found = isBeir ? [readBeirSamples(queries.text, qrels.text)] : [];
  for (const file of texts) {
    const isTaken = isBeir && (file === queries || file === qrels || /(^|\/)corpus\.jsonl$/i.test(file.path));
    if (!isTaken) found.push(readSamples(file.path, file.text, kind));
  }
  return found;
}

async function readText(path: string, data: Blob): Promise<string> {
  try {
    return await data.text();
  } catch (cause) {
    throw new EngineError('file-unreadable', `Expected a readable file of pairs, got “${path}”; choose it again.`, {
      cause: String(cause),
    });
  }
}
