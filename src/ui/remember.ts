import type { State, Theme } from './state.ts';
import type { Store } from './store.ts';
import { wordsOf } from './words/words.ts';

const TONGUE = 'nearfield-language';
const THEME = 'nearfield-theme';

/** Language and theme, as last chosen on this machine. Where storage is refused the choice lasts as long as the page. */
export function rememberChoices(store: Store<State>): void {
  const tongue = read(TONGUE);
  const theme = read(THEME);
  if (tongue === 'en' || tongue === 'zh') store.set({ words: wordsOf(tongue) });
  if (theme === 'light' || theme === 'dark') store.set({ theme });

  const chosen = { words: store.get().words, theme: store.get().theme };
  store.watch(
    (state) => [state.words, state.theme] as const,
    ([words, theme]) => {
      if (words !== chosen.words) write(TONGUE, words.tongue);
      if (theme !== chosen.theme) write(THEME, theme satisfies Theme);
      Object.assign(chosen, { words, theme });
    },
  );
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse; the page works without.
  }
}
