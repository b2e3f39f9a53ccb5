import type { Answer, Hit, Passage, SearchResult } from '../core/answer.ts';
import type { Language } from '../core/types.ts';
import { focus } from './focus.ts';
import { highlights } from './highlights.ts';

export interface Asked {
  readonly query: string;
  readonly language: Language;
  readonly tier: Answer['tier'];
  readonly reranked?: boolean;
  /** Milliseconds of the stages before the search; those of the search and of this stage are added. */
  readonly timings?: Readonly<Record<string, number>>;
}

/** What a person reads: each hit with its matched words marked and the sentence that answers. */
export function answer(result: SearchResult, { query, language, tier, reranked = false, timings = {} }: Asked): Answer {
  const start = performance.now();
  const passages = result.hits.map((hit) => passage(hit, language));
  return {
    query,
    language,
    passages,
    confidence: result.confidence,
    refused: result.refused,
    tier,
    reranked,
    timings: { ...timings, ...result.timings, answer: performance.now() - start },
  };
}

function passage({ chunk, score, reasons, matches, focus: nearest }: Hit, language: Language): Passage {
  return {
    chunk,
    score,
    reasons,
    highlights: highlights(matches),
    focus: nearest ?? focus(chunk.text, matches, language),
  };
}
