import type { QuestionSource, Sample } from '../core/adapt.ts';
import { createRandom } from '../core/random.ts';

export interface SyntheticOptions {
  /** Questions a source, at most. */
  readonly perSource: number;
  readonly seed: number;
  /** A caller's own language model; its questions are taken besides the made ones, and marked the same way. */
  readonly ask?: (source: QuestionSource) => Promise<readonly string[]>;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Queries made from the texts themselves, for a collection that has none: the heading path, the first sentence, and
 * spans that hold words rare in the collection and frequent in the text. Every sample is marked `synthetic`.
 *
 * They teach the vocabulary of a domain; they do not ask as people ask, and figures on them say little about people's
 * questions. The idea of spans as queries is the inverse cloze task (Lee, Chang & Toutanova, ACL 2019).
 */
export async function syntheticSamples(
  sources: readonly QuestionSource[],
  { perSource, seed, ask, onProgress }: SyntheticOptions,
): Promise<Sample[]> {
  const random = createRandom(seed);
  const frequency = documentFrequency(sources);
  const samples: Sample[] = [];
  for (const [i, source] of sources.entries()) {
    // Only a model takes its time.
    if (ask) onProgress?.(i, sources.length);
    const asked = ((await ask?.(source)) ?? []).filter((question) => question.trim() !== '');
    const made = [headingQuery(source), firstSentence(source.text), keySpan(source.text, frequency, sources.length)];
    const queries = [...asked, ...random.shuffle(made.filter((query) => query !== undefined))];
    for (const query of [...new Set(queries)].slice(0, perSource)) {
      samples.push({ query, pos: [source.id], neg: [], kind: 'question-document', origin: 'synthetic' });
    }
  }
  return samples;
}

const LEAST = 4;
const MOST = 120;
const fitting = (text: string | undefined) => {
  const trimmed = text?.replace(/\s+/gu, ' ').trim() ?? '';
  return trimmed.length >= LEAST && trimmed.length <= MOST ? trimmed : undefined;
};

/** The innermost two headings: alone the last is often “Overview”. */
function headingQuery({ headings }: QuestionSource): string | undefined {
  return fitting(headings.slice(-2).join(' '));
}

const SENTENCE = /[^.!?。！？\n]+[.!?。！？]?/gu;

function firstSentence(text: string): string | undefined {
  return (text.match(SENTENCE) ?? []).map(fitting).find((sentence) => sentence !== undefined);
}

/** The clause whose words tell most: the highest mean of tf · ln(N / df), of at least three words. */
function keySpan(text: string, frequency: ReadonlyMap<string, number>, documents: number): string | undefined {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  let [best, bestScore] = [undefined as string | undefined, 0];
  for (const clause of text.split(/[.,;:!?。，；：！？、\n]+/u)) {
    const span = fitting(clause);
    const words = span ? wordsOf(span) : [];
    if (words.length < 3) continue;
    const weight = (word: string) => counts.get(word)! * Math.log(documents / (frequency.get(word) ?? 1));
    const score = words.reduce((sum, word) => sum + weight(word), 0) / words.length;
    if (score > bestScore) [best, bestScore] = [span, score];
  }
  return best;
}

function documentFrequency(sources: readonly QuestionSource[]): Map<string, number> {
  const frequency = new Map<string, number>();
  for (const { text } of sources) {
    for (const word of new Set(wordsOf(text))) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  return frequency;
}

/** Latin words in lower case, and each pair of Chinese characters. */
function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{Script=Latin}\p{N}]+/gu) ?? [];
  const runs = text.match(/\p{Script=Han}+/gu) ?? [];
  return [...words, ...runs.flatMap((run) => Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2)))];
}
