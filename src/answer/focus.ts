import type { Match } from '../core/answer.ts';
import type { Language, Range } from '../core/types.ts';

/** Making one costs far more than using it. */
const segmenters: Record<Language, Intl.Segmenter> = {
  en: new Intl.Segmenter('en', { granularity: 'sentence' }),
  zh: new Intl.Segmenter('zh', { granularity: 'sentence' }),
};

/**
 * The sentence that says most of what was asked for: the one whose different matched words weigh most together.
 * The earlier of two equals; without matches, the first. White space around it is left out.
 */
export function focus(text: string, matches: readonly Match[], language: Language): Range {
  let best: Range = { start: 0, end: 0 };
  let most = -1;
  for (const sentence of sentences(text, language)) {
    const words = new Map<string, number>();
    for (const { start, end, weight } of matches) {
      if (start >= sentence.start && end <= sentence.end) words.set(text.slice(start, end).toLowerCase(), weight);
    }
    const weight = [...words.values()].reduce((sum, one) => sum + one, 0);
    if (weight > most) {
      best = sentence;
      most = weight;
    }
  }
  return best;
}

/** Sentences by Unicode's rules for the language; a line break ends one too. Blank ones are left out. */
function* sentences(text: string, language: Language): Generator<Range> {
  for (const { segment, index } of segmenters[language].segment(text)) {
    const trimmed = segment.trim();
    if (trimmed === '') continue;
    const start = index + segment.indexOf(trimmed);
    yield { start, end: start + trimmed.length };
  }
}
