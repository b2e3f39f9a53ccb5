import type { SiteAnswer, SiteIndex, SiteSearchOptions, SiteTier } from '../../site/reader.ts';

/** What a better answer waits for: the full model, or that the model has read the best passages again. */
export type Refining = 'model' | 'passages';

/** What the box shows. */
export type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'searching'; readonly query: string; readonly before: SiteAnswer | undefined }
  | { readonly kind: 'answered'; readonly query: string; readonly answer: SiteAnswer; readonly refining?: Refining }
  | { readonly kind: 'failed'; readonly query: string; readonly message: string };

export interface SearchesOptions {
  readonly index: SiteIndex;
  readonly tier: SiteTier;
  /** What every search is asked with, as it is at that time. */
  readonly settings: () => Pick<SiteSearchOptions, 'filters' | 'sort' | 'facets' | 'refuse'>;
  readonly onState: (state: State) => void;
  /** A better answer is not wanted now: the person is already choosing. */
  readonly isChoosing: () => boolean;
}

/** Passages at first: about what a panel shows without scrolling, since their texts are most of what a search costs. */
const FIRST = 5;
const MORE = 12;

/** A pause in typing after which the last word counts as finished and the full model is asked. */
const PAUSE_MS = 300;

/**
 * Runs one search at a time: a newer query ends the older one, and a late answer is never shown.
 * First with the last word taken as unfinished; after a pause as it stands, and then, if allowed, with the full model,
 * and last with the best passages compared word by word. Each answer takes the place of the one before.
 */
export function createSearches({ index, tier, settings, onState, isChoosing }: SearchesOptions) {
  let stop = new AbortController();
  let shown: SiteAnswer | undefined;
  let limit = FIRST;

  const run = async (query: string, typing: boolean): Promise<void> => {
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    if (query.trim() === '') {
      shown = undefined;
      onState({ kind: 'idle' });
      return;
    }
    onState({ kind: 'searching', query, before: shown });
    const first = tier === 'keywords' ? 'keywords' : 'instant';
    const ask = async (options: SiteSearchOptions, refining?: Refining) => {
      const answer = await index.search(query, { limit, signal, ...settings(), ...options });
      if (signal.aborted || (shown?.query === query && isChoosing())) return;
      shown = answer;
      onState({ kind: 'answered', query, answer, ...(refining && { refining }) });
    };
    const askModel = async () => {
      await ask({ tier: 'full' }, 'passages');
      await ask({ tier: 'full', reread: true });
    };
    try {
      const next = tier === 'full' ? 'model' : undefined;
      await ask({ tier: first, typing }, next);
      if (typing) {
        await pause(PAUSE_MS, signal);
        await ask({ tier: first }, next);
      }
      if (tier === 'full') await askModel().catch((error) => keepLast(error, signal));
    } catch (error) {
      if (!signal.aborted) onState({ kind: 'failed', query, message: (error as Error).message });
    }
  };
  /** Without a better one the last answer stands, and says which tier it came from. */
  const keepLast = (error: unknown, signal: AbortSignal) => {
    if (signal.aborted) throw error;
    if (shown) onState({ kind: 'answered', query: shown.query, answer: shown });
  };

  return {
    /** The query as it is being typed. */
    type(query: string): void {
      limit = FIRST;
      void run(query, true);
    },
    /** The query as it stands. */
    submit(query: string): void {
      void run(query, false);
    },
    more(query: string): void {
      limit += MORE;
      void run(query, false);
    },
    stop: () => stop.abort(),
  };
}

export type Searches = ReturnType<typeof createSearches>;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
