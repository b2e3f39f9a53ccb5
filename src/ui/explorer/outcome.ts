import type { Skipped } from '../../core/engine.ts';
import { h, icon } from '../dom.ts';
import type { State } from '../state.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { failureNote } from './failure.ts';

/** How the last adding ended: how many, what was skipped and why, and what can be done. */
export class Outcome extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    this.setAttribute('role', 'status');
    store.watch(
      (state) => [state.words, state.outcome] as const,
      ([words, outcome]) => {
        this.hidden = outcome === undefined;
        if (!outcome) return this.replaceChildren();
        const { kind, skipped, failure } = outcome;
        const dismiss = h(
          'button',
          { class: 'plain', type: 'button', 'aria-label': words.dismiss, onclick: () => actions.dismissOutcome() },
          icon('close'),
        );
        const said = kind === 'failed' && failure ? failureNote(words, failure) : h('p', {}, ended(words, outcome));
        const list = skipped.length > 0 && [
          h('summary', {}, words.skipped(skipped.length), ' – ', words.seeWhy),
          skippedList(words, skipped),
        ];
        this.replaceChildren(h('div', {}, said, list && h('details', {}, ...list)), dismiss);
      },
      signal,
    );
  }
}

function ended(words: Words, { kind, added, unchanged, left }: State['outcome'] & object): string {
  if (kind === 'nothing') return words.nothingFound;
  if (kind === 'stopped') return words.stopped;
  return left ? words.brokenOff(left.files, left.filesTotal) : words.report(added, unchanged);
}

/** So many are named; a folder of ten thousand images need not be. */
const NAMED = 200;

function skippedList(words: Words, skipped: readonly Skipped[]): HTMLElement {
  const items = skipped.slice(0, NAMED).map(({ path, message, code }) =>
    h(
      'li',
      {},
      h('span', { class: 'path', dir: 'auto' }, path),
      // What the message says of the path is said above it; its advice is English.
      h('span', { class: 'caption', lang: 'en' }, sentence(message, path)),
      words.tongue !== 'en' && h('span', { class: 'caption' }, words.advice[code]),
    ),
  );
  const rest = skipped.length - items.length;
  return h(
    'div',
    { class: 'skipped' },
    h('ul', {}, ...items, rest > 0 && h('li', {}, `+ ${rest}`)),
    h('p', { class: 'caption' }, words.leftOut),
  );
}

function sentence(message: string, path: string): string {
  const said = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  return said.charAt(0).toUpperCase() + said.slice(1);
}
