import type { Sample, StepReport } from '../core/adapt.ts';
import { detectLanguage } from '../core/language.ts';
import type { Language } from '../core/types.ts';
import { nearDuplicates } from './minhash.ts';
import { quality } from './quality.ts';
import { createTally, type Tally } from './report.ts';

export interface CleanOptions {
  /** Only questions in this language are kept; none means any. */
  readonly language?: Language;
  /** Says why a sample must not be trained on, or nothing if it may. Asked one sample at a time. */
  readonly blocked?: Blocked;
  /** UTF-16 units of a query, at least and at most. */
  readonly queryLength?: readonly [least: number, most: number];
  /** Documents a question may have; one that points everywhere teaches nothing. */
  readonly mostPositives?: number;
  /** Least `quality` of a query. */
  readonly leastQuality?: number;
  /** Queries alike by this Jaccard overlap, with a document in common, are one. */
  readonly likeness?: number;
}

export type Blocked = (sample: Sample) => string | undefined | Promise<string | undefined>;

/**
 * The samples worth training on, and for each step what it dropped and why. The order is kept; nothing is mutated.
 *
 * Cost: linear in the text, except for the comparison of near-duplicate candidates (see `nearDuplicates`).
 * @throws what `blocked` throws.
 */
export async function clean(
  samples: readonly Sample[],
  options: CleanOptions = {},
): Promise<{ samples: Sample[]; steps: StepReport[] }> {
  const steps: StepReport[] = [];
  let kept: Sample[] = samples.map(normaliseSample);
  for (const [name, step] of STEPS) {
    const tally = createTally(name);
    kept = await step(kept, options, tally);
    steps.push(tally.report(kept.length));
  }
  return { samples: kept, steps };
}

type Step = (samples: Sample[], options: CleanOptions, tally: Tally) => Sample[] | Promise<Sample[]>;

const STEPS: readonly (readonly [string, Step])[] = [
  ['rules', keepIf(ruleFault)],
  ['language', keepIf(languageFault)],
  ['block list', dropBlocked],
  [
    'quality',
    keepIf(({ query }, { leastQuality = 0.5 }) => (quality(query) < leastQuality ? 'not readable text' : undefined)),
  ],
  ['same question', mergeEqual],
  ['answers', keepIf(({ pos }) => (pos.length === 0 ? 'only wrong answers to it are known' : undefined))],
  ['contradictions', keepIf(contradiction)],
  ['near duplicates', dropNearDuplicates],
];

function keepIf(fault: (sample: Sample, options: CleanOptions) => string | undefined): Step {
  return (samples, options, tally) =>
    samples.filter((sample) => {
      const why = fault(sample, options);
      if (why !== undefined) tally.drop(sample.query, why);
      return why === undefined;
    });
}

async function dropBlocked(samples: Sample[], { blocked }: CleanOptions, tally: Tally): Promise<Sample[]> {
  if (!blocked) return samples;
  const kept: Sample[] = [];
  for (const sample of samples) {
    const why = await blocked(sample);
    if (why === undefined) kept.push(sample);
    else tally.drop(sample.query, why);
  }
  return kept;
}

/** Compatibility characters folded, white space single, control characters gone. Ids and texts alike. */
function normaliseSample(sample: Sample): Sample {
  return { ...sample, query: normaliseText(sample.query), pos: distinct(sample.pos), neg: distinct(sample.neg) };
}

export function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
}

const distinct = (texts: readonly string[]) => [...new Set(texts.map((text) => text.trim()))];

function ruleFault({ query, pos }: Sample, options: CleanOptions): string | undefined {
  const [least, most] = options.queryLength ?? [2, 600];
  if (query.length < least) return `question shorter than ${least} characters`;
  if (query.length > most) return `question longer than ${most} characters`;
  if (pos.length > (options.mostPositives ?? 20)) return `more than ${options.mostPositives ?? 20} documents`;
  if (pos.length > 0 && pos.every((text) => normaliseText(text) === query))
    return 'the document is the question itself';
  return undefined;
}

function languageFault({ query }: Sample, { language }: CleanOptions): string | undefined {
  if (language === undefined) return undefined;
  const found = detectLanguage(query);
  return found === language ? undefined : `language is ${found}, not ${language}`;
}

/** One question asked in the same words twice has all the documents of both. */
function mergeEqual(samples: Sample[], _: CleanOptions, tally: Tally): Sample[] {
  const first = new Map<string, Sample>();
  for (const sample of samples) {
    const key = `${sample.kind} ${sample.query.toLowerCase()}`;
    const known = first.get(key);
    if (known) tally.drop(sample.query, 'same question as another, merged with it');
    first.set(
      key,
      known
        ? { ...known, pos: distinct([...known.pos, ...sample.pos]), neg: distinct([...known.neg, ...sample.neg]) }
        : sample,
    );
  }
  return [...first.values()];
}

function contradiction({ pos, neg }: Sample): string | undefined {
  const wrong = new Set(neg);
  return pos.some((text) => wrong.has(text)) ? 'a document is called both right and wrong' : undefined;
}

function dropNearDuplicates(samples: Sample[], { likeness = 0.8 }: CleanOptions, tally: Tally): Sample[] {
  const duplicateOf = nearDuplicates(
    samples.map(({ query }) => query),
    likeness,
  );
  return samples.filter((sample, i) => {
    const original = samples[duplicateOf[i]!];
    // “May I …” and “May I not …” are near duplicates with different answers: both stay.
    const repeats = original?.kind === sample.kind && original.pos.some((text) => sample.pos.includes(text));
    if (repeats) tally.drop(sample.query, 'nearly the same question, with the same document');
    return !repeats;
  });
}
