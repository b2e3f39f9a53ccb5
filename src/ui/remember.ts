import type { State, Theme } from './state.ts';
import type { Store } from './store.ts';
import { wordsOf } from './words/words.ts';

const TONGUE = 'nearfield-language';
const THEME = 'nearfield-theme';
const REFUSE = 'nearfield-refuse';

/** Language, theme and readiness to refuse, as last chosen on this machine. Where storage is refused the choice lasts as long as the page. */
export function rememberChoices(store: Store<State>): void {
  const tongue = read(TONGUE);
  const theme = read(THEME);
  if (tongue === 'en' || tongue === 'zh') store.set({ words: wordsOf(tongue) });
  if (theme === 'light' || theme === 'dark') store.set({ theme });
  const refuse = read(REFUSE);
  if (refuse === 'off' || refuse === 'lenient' || refuse === 'strict') store.set({ refuse });

  const { words, theme: shown, refuse: level } = store.get();
  const chosen = { words, theme: shown, refuse: level };
  store.watch(
    (state) => [state.words, state.theme, state.refuse] as const,
    ([words, theme, refuse]) => {
      if (words !== chosen.words) write(TONGUE, words.tongue);
      if (theme !== chosen.theme) write(THEME, theme satisfies Theme);
      if (refuse !== chosen.refuse) write(REFUSE, refuse);
      Object.assign(chosen, { words, theme, refuse });
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
