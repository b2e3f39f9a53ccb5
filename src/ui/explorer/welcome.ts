import { h, icon } from '../dom.ts';
import { bytes } from '../format.ts';
import { View } from '../view.ts';
import { brandMark } from './brand.ts';
import { chooseButtons } from './choose.ts';
import { failureNote } from './failure.ts';
import { savedButtons } from './saved.ts';

/** What a person sees before there is anything to ask, and when the library cannot be opened. */
export class Welcome extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    store.watch(
      (state) =>
        [state.words, state.boot, state.failure, state.documents.length === 0 && !state.adding, state.sample] as const,
      ([words, boot, failure, empty, sample]) => {
        if (boot === 'failed' && failure) {
          const again = h('button', { type: 'button', onclick: () => actions.start() }, words.tryAgain);
          this.replaceChildren(failureNote(words, failure, again));
          return;
        }
        if (boot !== 'ready' || !empty) return this.replaceChildren();
        const size = sample?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
        this.replaceChildren(
          h('p', { class: 'brand' }, brandMark(), 'Nearfield'),
          h('h1', {}, words.welcomeTitle),
          h('p', { class: 'lead' }, words.welcomeWhat),
          h(
            'div',
            { class: 'drop-area' },
            h('p', { class: 'drop-here' }, words.dropHere),
            h('p', { class: 'caption' }, words.dropFormats),
            h('div', { class: 'buttons' }, ...chooseButtons(this.app, words)),
          ),
          ...(sample && sample.files.length > 0
            ? [
                h(
                  'p',
                  { class: 'try' },
                  h(
                    'button',
                    { type: 'button', class: 'primary', onclick: () => actions.addSample() },
                    icon('sparkle'),
                    words.trySample,
                  ),
                  h('span', { class: 'caption' }, words.sampleSize(sample.files.length, bytes(size))),
                ),
              ]
            : []),
          h('p', { class: 'try' }, ...savedButtons(this.app, words, false)),
          h('p', { class: 'promise' }, words.welcomePrivate),
        );
      },
      signal,
    );
  }
}
