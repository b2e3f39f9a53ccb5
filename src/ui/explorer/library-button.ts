import { h, icon } from '../dom.ts';
import type { App } from '../view.ts';

/** The way to the library where it does not stand beside: it lies over the page until it is left. */
export function libraryButton({ store, actions }: App, signal: AbortSignal): HTMLButtonElement {
  const button = h(
    'button',
    { class: 'plain library-button', type: 'button', onclick: () => actions.showLibrary(true) },
    icon('library'),
  );
  store.watch(
    (state) => state.words,
    (words) => {
      button.setAttribute('aria-label', words.library);
      button.title = words.library;
    },
    signal,
  );
  return button;
}
