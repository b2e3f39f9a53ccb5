import { h } from '../dom.ts';
import { View } from '../view.ts';
import { failureNote } from './failure.ts';
import { libraryButton } from './library-button.ts';
import { TeachAdapters } from './teach-adapters.ts';
import { TeachLessons } from './teach-lessons.ts';
import { TeachResult } from './teach-result.ts';
import { TeachRunView } from './teach-run.ts';

/** The view in which a person teaches the engine their subject: lessons, the run, what came of it, what is kept. */
export class Teach extends View {
  protected connected(signal: AbortSignal): void {
    const { app } = this;
    const { store, actions } = app;
    const title = h('h1', { tabindex: '-1' });
    const lead = h('p', { class: 'lead' });
    const failure = h('div');
    this.append(
      h(
        'main',
        { class: 'teach' },
        h('header', {}, libraryButton(app, signal), title),
        lead,
        failure,
        new TeachLessons(app),
        new TeachRunView(app),
        new TeachResult(app),
        new TeachAdapters(app),
      ),
    );
    store.watch(
      (state) => state.words,
      (words) => {
        title.textContent = words.teach.title;
        lead.textContent = words.teach.lead;
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.teach.failure] as const,
      ([words, failed]) => failure.replaceChildren(...(failed ? [failureNote(words, failed)] : [])),
      signal,
    );
    title.focus();
    void actions.teach.refresh();
  }
}
