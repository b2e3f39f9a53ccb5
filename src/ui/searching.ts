import type { Answer } from '../core/answer.ts';
import type { Engine, SearchOptions } from '../core/engine.ts';

/** What the page hears of a question. Nothing is heard of a question that is no longer the latest. */
export interface SearchEvents {
  /** The question changed and is being answered. */
  onAsked(query: string): void;
  /** An answer; `more` says that a better one (meaning beside keywords) is on its way. */
  onAnswer(answer: Answer, ms: number, more: boolean): void;
  onFailure(error: unknown): void;
  /** The same answer after a closer look: the sentences that answer, and where it pays a better order. */
  onRefined?(answer: Answer): void;
  /** What every search is asked with. */
  options?(): Pick<SearchOptions, 'refuse' | 'documents'>;
}

export interface Searcher {
  /** While typing: waits for a pause, and lets the last word be unfinished. */
  type(query: string): void;
  /** At once, the question as it stands. */
  ask(query: string): void;
  /** Once more, since there is more to be found now. Heard of only if it is answered, and nobody has asked since. */
  again(query: string): void;
  /** The answer that stands is being worked with: no closer look changes it under the person's hand. */
  keep(): void;
}

export const isAnswered = (answer: Answer | undefined) =>
  answer !== undefined && !answer.refused && answer.passages.length > 0;

/** How long a pause in typing is, and how long a full answer may take before keywords are shown meanwhile. */
const PAUSE_MS = 120;
const PATIENCE_MS = 150;
/** How long an answer stands before it is looked at more closely. */
const REFINE_MS = 400;

/**
 * Asks the engine as a person types; an old answer never replaces a newer one.
 *
 * Meaning needs the model: while that is being loaded, or is busy with documents, an answer by keywords comes first
 * and the full one replaces it.
 */
export function createSearcher(engine: Pick<Engine, 'search'>, events: SearchEvents): Searcher {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = new AbortController();
  let kept = false;

  const ask = async (query: string, typing: boolean) => {
    clearTimeout(timer);
    current.abort();
    current = new AbortController();
    const { signal } = current;
    kept = false;
    const chosen = events.options?.() ?? {};
    events.onAsked(query);
    if (query.trim() === '') return;
    const started = performance.now();
    const deliver = (answer: Answer, more: boolean) => {
      if (!signal.aborted) events.onAnswer(answer, performance.now() - started, more);
    };
    const patience = setTimeout(async () => {
      const quick = await engine.search(query, { ...chosen, signal, typing, tier: 'keywords' }).catch(() => undefined);
      if (quick && !settled) deliver(quick, true);
    }, PATIENCE_MS);
    let settled = false;
    try {
      const first = await engine.search(query, { ...chosen, signal, typing });
      settled = true;
      clearTimeout(patience);
      const more = first.tier === 'keywords' && !signal.aborted;
      deliver(first, more);
      if (more)
        deliver(await engine.search(query, { ...chosen, signal, typing, tier: 'full' }).catch(() => first), false);
      if (events.onRefined) await refine(query, { ...chosen, signal, typing }, events.onRefined);
    } catch (error) {
      settled = true;
      if (!signal.aborted) events.onFailure(error);
    } finally {
      clearTimeout(patience);
    }
  };

  /** A closer look, once the person has paused: whoever types on ends it. */
  const refine = async (query: string, options: SearchOptions, onRefined: (answer: Answer) => void) => {
    await new Promise((resolve) => setTimeout(resolve, REFINE_MS));
    if (options.signal?.aborted || kept) return;
    const refined = await engine
      .search(query, { ...options, tier: 'full', sentences: true, rerank: 'auto' })
      .catch(() => undefined);
    if (refined && !options.signal?.aborted && !kept) onRefined(refined);
  };

  let asking = false;
  const again = async (query: string) => {
    if (asking) return;
    asking = true;
    const { signal } = current;
    const started = performance.now();
    const answer = await engine.search(query, { ...events.options?.(), signal }).catch(() => undefined);
    asking = false;
    if (signal.aborted || kept || !answer || !isAnswered(answer)) return;
    events.onAnswer(answer, performance.now() - started, false);
  };

  return {
    type(query) {
      clearTimeout(timer);
      if (query.trim() === '') void ask(query, true);
      else timer = setTimeout(() => void ask(query, !/\s$/.test(query)), PAUSE_MS);
    },
    ask: (query) => void ask(query, false),
    again: (query) => void again(query),
    keep() {
      kept = true;
    },
  };
}
