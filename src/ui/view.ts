import type { Actions } from './actions.ts';
import type { ModelChooser } from './models.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/** What every element of the page is given. */
export interface App {
  readonly store: Store<State>;
  readonly actions: Actions;
  readonly models: ModelChooser;
}

/**
 * An element that shows a part of the state, in the light DOM.
 * `connected` builds it; what it watches ends with `signal`, when the element leaves the page.
 */
export abstract class View extends HTMLElement {
  protected readonly app: App;
  #life = new AbortController();

  constructor(app: App) {
    super();
    this.app = app;
  }

  connectedCallback(): void {
    this.#life = new AbortController();
    this.connected(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#life.abort();
    this.replaceChildren();
  }

  protected abstract connected(signal: AbortSignal): void;
}
