import { h } from '../dom.ts';
import { LineChart } from '../plots/line-chart.ts';
import { toFailure } from '../state.ts';
import { type App, View } from '../view.ts';
import { About } from './about.ts';
import { Ask } from './ask.ts';
import { DropZone } from './drop.ts';
import { failureNote } from './failure.ts';
import { LibraryPane } from './library.ts';
import { Outcome } from './outcome.ts';
import { Progress } from './progress.ts';
import { Reader } from './reader.ts';
import { Results } from './results.ts';
import { StatusLine } from './status.ts';
import { Teach } from './teach.ts';
import { TeachAdapters } from './teach-adapters.ts';
import { TeachLessons } from './teach-lessons.ts';
import { TeachResult } from './teach-result.ts';
import { TeachRunView } from './teach-run.ts';
import { Views } from './views.ts';
import { Welcome } from './welcome.ts';

/** The whole page: library, question and results, reader, status line. */
export class Explorer extends View {
  protected connected(signal: AbortSignal): void {
    const { app } = this;
    const skip = h('button', {
      class: 'skip',
      type: 'button',
      onclick: () => this.querySelector<Ask>('nf-ask')?.call(),
    });
    this.append(
      skip,
      new LibraryPane(app),
      h(
        'main',
        { class: 'question' },
        h('h1', { class: 'unseen page-title' }, 'Nearfield'),
        new Ask(app),
        new Outcome(app),
        new Welcome(app),
        new Results(app),
      ),
      new Reader(app),
      new Progress(app),
      new StatusLine(app),
      new DropZone(app),
    );

    const { store } = app;
    store.watch(
      (state) => [state.boot, state.documents.length === 0 && !state.adding, state.reading, state.libraryOpen] as const,
      ([boot, empty, reading, libraryOpen]) => {
        this.dataset.state = boot === 'ready' && empty ? 'welcome' : boot;
        this.dataset.front = libraryOpen ? 'library' : reading?.chosen ? 'reader' : 'question';
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.theme] as const,
      ([words, theme]) => {
        document.title = words.title;
        skip.textContent = words.askLabel;
        document.documentElement.lang = words.tag;
        if (theme === 'auto') delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = theme;
      },
      signal,
    );
    store.watch(
      // With nothing in the library there is nothing to teach, and no pane to come back by.
      (state) => (state.boot === 'ready' && state.documents.length === 0 && !state.adding ? 'ask' : state.view),
      (view) => {
        this.dataset.view = view;
        this.querySelector('nf-teach, nf-about, nf-map, .map-failed')?.remove();
        if (view === 'map') void this.#showMap();
        else if (view !== 'ask') this.querySelector('main')?.after(view === 'teach' ? new Teach(app) : new About(app));
      },
      signal,
    );
    document.addEventListener('keydown', (event) => this.#onKey(event), { signal });
  }

  /** The map comes when it is wanted: nothing of it is fetched before. */
  async #showMap(): Promise<void> {
    const main = this.querySelector('main')!;
    try {
      const { MapView } = await import('./map.ts');
      if (this.dataset.view === 'map' && !this.querySelector('nf-map')) main.append(new MapView(this.app));
    } catch (error) {
      const { words } = this.app.store.get();
      if (this.dataset.view === 'map')
        main.append(h('div', { class: 'map-failed' }, failureNote(words, toFailure(error))));
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
    const isCall =
      ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') || (event.key === '/' && !typing);
    if (isCall) {
      event.preventDefault();
      this.querySelector<Ask>('nf-ask')?.call();
    } else if (event.key === 'Escape' && !typing) this.#goBack();
  }

  #goBack(): void {
    const { store, actions } = this.app;
    const { libraryOpen, reading, view } = store.get();
    if (libraryOpen) actions.showLibrary(false);
    else if (reading?.chosen) {
      actions.closeReader();
      if (view === 'map') this.querySelector<HTMLElement>('nf-map .map-stage')?.focus();
      else this.querySelector<Results>('nf-results')?.focusActive();
    } else this.querySelector<Ask>('nf-ask')?.call();
  }
}

export function defineExplorer(): void {
  const elements = {
    'nf-explorer': Explorer,
    'nf-library': LibraryPane,
    'nf-ask': Ask,
    'nf-outcome': Outcome,
    'nf-welcome': Welcome,
    'nf-results': Results,
    'nf-reader': Reader,
    'nf-progress': Progress,
    'nf-status': StatusLine,
    'nf-views': Views,
    'nf-teach': Teach,
    'nf-about': About,
    'nf-teach-lessons': TeachLessons,
    'nf-teach-run': TeachRunView,
    'nf-teach-result': TeachResult,
    'nf-teach-adapters': TeachAdapters,
    'nf-line-chart': LineChart,
    'nf-drop': DropZone,
  };
  for (const [name, element] of Object.entries(elements)) {
    customElements.define(name, element as unknown as CustomElementConstructor);
  }
}

/** Puts the explorer on the page. */
export function showExplorer(app: App, place: HTMLElement): void {
  defineExplorer();
  place.replaceChildren(new Explorer(app));
}
