import { h } from '../dom.ts';
import type { ViewName } from '../state.ts';
import { View } from '../view.ts';

/** The ways to the page's views. */
export class Views extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const nav = h('nav', { class: 'views' });
    this.append(nav);
    store.watch(
      (state) => [state.words, state.view] as const,
      ([words, view]) => {
        nav.setAttribute('aria-label', words.views.label);
        const go = (name: ViewName) =>
          h(
            'button',
            {
              class: 'quiet',
              type: 'button',
              'data-key': `view ${name}`,
              'aria-current': name === view ? 'page' : undefined,
              onclick: () => actions.showView(name),
            },
            words.views[name],
          );
        const hadFocus = nav.contains(document.activeElement);
        nav.replaceChildren(go('ask'), go('map'), go('teach'), go('about'));
        if (hadFocus) nav.querySelector<HTMLElement>('[aria-current]')?.focus();
      },
      signal,
    );
  }
}
