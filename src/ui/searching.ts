import type { Answer } from '../core/answer.ts';
import type { Engine } from '../core/engine.ts';

/** What the page hears of a question. Nothing is heard of a question that is no longer the latest. */
export interface SearchEvents {
  /** The question changed and is being answered. */
  onAsked(query: string): void;
  /** An answer; `more` says that a better one (meaning beside keywords) is on its way. */
  onAnswer(answer: Answer, ms: number, more: boolean): void;
  onFailure(error: unknown): void;
}

export interface Searcher {
  /** While typing: waits for a pause, and lets the last word be unfinished. */
  type(query: string): void;
  /** At once, the question as it stands. */
  ask(query: string): void;
}

/**
 * Asks the engine as a person types; an old answer never replaces a newer one.
 *
 * Where the model is not loaded yet the engine answers by keywords at once, and the same question is then asked
 * again with meaning, which waits for the model.
 */
export function createSearcher(engine: Pick<Engine, 'search'>, events: SearchEvents, pauseMs = 120): Searcher {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = new AbortController();

  const ask = async (query: string, typing: boolean) => {
    clearTimeout(timer);
    current.abort();
    current = new AbortController();
    const { signal } = current;
    events.onAsked(query);
    if (query.trim() === '') return;
    const started = performance.now();
    const deliver = (answer: Answer, more: boolean) => {
      if (!signal.aborted) events.onAnswer(answer, performance.now() - started, more);
    };
    try {
      const first = await engine.search(query, { signal, typing });
      const more = first.tier === 'keywords' && !signal.aborted;
      deliver(first, more);
      if (more) {
        const full = await engine.search(query, { signal, typing, tier: 'full' }).catch(() => first);
        deliver(full, false);
      }
    } catch (error) {
      if (!signal.aborted) events.onFailure(error);
    }
  };

  return {
    type(query) {
      clearTimeout(timer);
      if (query.trim() === '') void ask(query, true);
      else timer = setTimeout(() => void ask(query, !/\s$/.test(query)), pauseMs);
    },
    ask: (query) => void ask(query, false),
  };
}
