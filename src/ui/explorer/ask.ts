import { h, icon } from '../dom.ts';
import { scopeName } from '../scope.ts';
import { View } from '../view.ts';
import { libraryButton } from './library-button.ts';
import type { Results } from './results.ts';

/** The question. Input methods are left alone while they compose: nothing is asked and no key is handled. */
export class Ask extends View {
  #input = h('input');
  /** The question has been typed and not been asked by Enter: what stands below may be the answer to half of it. */
  #isTyped = false;

  /** Takes the cursor, with the old question selected so that typing replaces it. */
  call(): void {
    if (this.app.store.get().libraryOpen) this.app.actions.showLibrary(false);
    this.#input.focus();
    this.#input.select();
  }

  protected connected(signal: AbortSignal): void {
    const { store } = this.app;
    const input = h('input', {
      type: 'search',
      id: 'nf-question',
      name: 'q',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      enterkeyhint: 'search',
      dir: 'auto',
      'aria-keyshortcuts': 'Control+K Meta+K /',
      oninput: (event: InputEvent) => {
        if (!event.isComposing) this.#type(input.value);
      },
      oncompositionend: () => this.#type(input.value),
      onkeydown: (event: KeyboardEvent) => this.#onKey(event),
    });
    this.#input = input;
    const label = h('label', { class: 'unseen', for: input.id });
    const clear = h('button', { class: 'plain', type: 'button', onclick: () => this.#clear() }, icon('close'));
    const keys = h('kbd', { 'aria-hidden': 'true' }, isApple() ? '⌘K' : 'Ctrl K');
    const scope = h('button', { class: 'scope', type: 'button', onclick: () => this.#unscope() });
    const box = h('search', { class: 'ask-box' }, icon('search'), label, scope, input, clear, keys);
    this.append(libraryButton(this.app, signal), box);

    store.watch(
      (state) => state.words,
      (words) => {
        label.textContent = words.askLabel;
        clear.setAttribute('aria-label', words.clearQuestion);
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.scope, state.documents] as const,
      ([words, within, documents]) => {
        scope.hidden = within === undefined;
        input.placeholder = within === undefined ? words.ask : words.askWithin;
        if (within === undefined) return;
        const name = scopeName(within, documents);
        scope.replaceChildren(h('span', { class: 'name', dir: 'auto' }, name), icon('close'));
        scope.setAttribute('aria-label', words.askAll(name));
        scope.title = words.askAll(name);
      },
      signal,
    );
    store.watch(
      (state) => state.query,
      (query) => {
        if (input.value !== query) input.value = query;
        clear.hidden = query === '';
      },
      signal,
    );
    store.watch(
      (state) => state.searching,
      (searching) => box.toggleAttribute('data-searching', searching),
      signal,
    );
  }

  #onKey(event: KeyboardEvent): void {
    // 229: in Safari the key that ends a composition comes when the composition has ended.
    if (event.isComposing || event.keyCode === 229) return;
    const { store, actions } = this.app;
    const { answer, searching } = store.get();
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.#results()?.focusActive();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.#clear();
    } else if (event.key === 'Backspace' && this.#input.value === '' && store.get().scope) {
      event.preventDefault();
      this.#unscope();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const stands = answer && !answer.refused && !searching && answer.query === this.#input.value.trim();
      if (stands && !this.#isTyped) actions.read(store.get().active);
      else actions.ask(this.#input.value);
      this.#isTyped = false;
    }
  }

  #type(query: string): void {
    this.#isTyped = true;
    this.app.actions.type(query);
  }

  #unscope(): void {
    this.app.actions.setScope(undefined);
    this.#input.focus();
  }

  #clear(): void {
    this.#type('');
    this.#input.focus();
  }

  #results(): Results | null {
    return this.ownerDocument.querySelector<Results>('nf-results');
  }
}

const isApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent);
