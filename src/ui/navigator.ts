import { formatRoute, parseRoute, type Route } from './route.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/** Keeps the address and the state in step, so that Back goes back and an address can be shared. */
export interface Navigator {
  start(): void;
  /** Writes the state into the address: `push` for a step a person can go back from. */
  go(how: 'push' | 'replace'): void;
  /** Undoes a step: through history if we came that way, else by `close`. */
  leave(close: () => void): void;
}

/** Browsers refuse more than some hundred address changes in half a minute, so typing writes only now and then. */
const REPLACE_PAUSE_MS = 400;

export function createNavigator(store: Store<State>, apply: (route: Route) => void): Navigator {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const current = (): Route => {
    const { query, scope, reading, libraryOpen, view } = store.get();
    return {
      query,
      ...(scope && { scope }),
      ...(reading?.chosen && { document: reading.id, ...(reading.passage && { passage: reading.passage }) }),
      ...(libraryOpen && { library: true }),
      ...(view !== 'ask' && { view }),
    };
  };
  const write = (route: Route) => {
    clearTimeout(timer);
    timer = undefined;
    history.replaceState(history.state, '', formatRoute(route));
  };

  return {
    start() {
      const read = () => apply(parseRoute(location.search, location.hash));
      addEventListener('popstate', () => {
        clearTimeout(timer);
        timer = undefined;
        read();
      });
      read();
    },
    go(how) {
      if (how === 'replace') {
        clearTimeout(timer);
        timer = setTimeout(() => write(current()), REPLACE_PAUSE_MS);
        return;
      }
      // The step must come back to the question as it was just typed.
      if (timer !== undefined) {
        const { query, scope } = store.get();
        const { view } = parseRoute(location.search, location.hash);
        write({ query, ...(scope && { scope }), ...(view && { view }) });
      }
      history.pushState(OURS, '', formatRoute(current()));
    },
    leave(close) {
      if ((history.state as typeof OURS | null)?.pushed === true) history.back();
      else {
        close();
        write(current());
      }
    },
  };
}

/** Marks an entry that we pushed: going back from it stays on the page. */
const OURS = { pushed: true } as const;
