import type { Engine } from '../core/engine.ts';
import { createActions } from './actions.ts';
import { showExplorer } from './explorer/explorer.ts';
import type { ModelChooser } from './models.ts';
import { keepOffline } from './offline.ts';
import { rememberChoices } from './remember.ts';
import { initialState, type State } from './state.ts';
import { createStore } from './store.ts';
import { trustOwnScripts } from './trust.ts';

/** Room for a reader beside the results; under it the reader comes only when it is asked for. */
const WIDE = '(min-width: 721px)';

/** The explorer over an engine, in `place`. */
export function startExplorer(engine: Engine, models: ModelChooser, place: HTMLElement): void {
  trustOwnScripts();
  const store = createStore<State>(initialState(navigator.languages, navigator.onLine));
  const wide = matchMedia(WIDE);
  const actions = createActions(engine, store, () => wide.matches);
  rememberChoices(store);
  showExplorer({ store, actions, models }, place);
  actions.start();

  addEventListener('online', () => store.set({ online: true }));
  addEventListener('offline', () => store.set({ online: false }));
  keepOffline(store);
}
