import type { KeptAdapter } from '../../core/teach.ts';
import { h, icon, keepingFocus } from '../dom.ts';
import { bytes } from '../format.ts';
import { pickFiles } from '../pick-files.ts';
import { saveFile } from '../save.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { confirmed } from './confirm.ts';

/** The adapters that the library keeps: use, take off, save, remove; and one from a file. */
export class TeachAdapters extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const open = () => pickFiles({ accept: '.nfqa' }, ([file]) => void actions.teach.import(file!));
    store.watch(
      (state) => [state.words, state.teach.adapters] as const,
      ([words, adapters]) =>
        keepingFocus(this, () =>
          this.replaceChildren(
            h(
              'section',
              { 'aria-labelledby': 'nf-adapters' },
              h('h2', { id: 'nf-adapters' }, words.teach.adapters),
              h('p', { class: 'caption' }, adapters.length > 0 ? words.teach.adaptersLead : words.teach.noAdapters),
              h('ul', { class: 'adapters' }, ...adapters.map((adapter) => this.#row(words, adapter))),
              h('button', { type: 'button', 'data-key': 'open-file', onclick: open }, icon('add'), words.teach.import),
            ),
          ),
        ),
      signal,
    );
  }

  #row(words: Words, { id, card, bytes: size, applied }: KeptAdapter): HTMLElement {
    const { teach } = this.app.actions;
    const judged = (card.log.test ?? card.log.validation)?.all;
    const { gain = 0 } = judged?.fused ?? judged?.dense ?? {};
    const button = (key: string, label: string, onclick: () => void, kind = 'quiet') =>
      h('button', { type: 'button', class: kind, 'data-key': `${key} ${id}`, onclick }, label);
    const save = async () => {
      const file = await teach.exported(id);
      if (file) saveFile(file, `${card.name}.nfqa`);
    };
    const remove = async () => {
      const sure = await confirmed(
        words,
        words.teach.removeTitle(card.name),
        words.teach.removeWarning,
        words.yesRemove,
      );
      if (sure) await teach.remove(id);
    };
    return h(
      'li',
      { 'data-applied': applied },
      h(
        'div',
        {},
        h(
          'p',
          { class: 'name', dir: 'auto' },
          card.name,
          applied && h('span', { class: 'in-use' }, words.teach.applied),
        ),
        h(
          'p',
          { class: 'caption' },
          words.teach.adapterFacts(
            card.log.questions,
            `${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(3).replace(/^0/, '')}`,
            bytes(size),
          ),
        ),
        h('p', { class: 'caption' }, card.model.split('/')[0] ?? ''),
      ),
      h(
        'div',
        { class: 'buttons' },
        applied
          ? button('apply', words.teach.unapply, () => void teach.apply(id, false))
          : button('apply', words.teach.apply, () => void teach.apply(id, true), ''),
        button('save', words.teach.export, () => void save()),
        button('remove', words.yesRemove, () => void remove()),
      ),
    );
  }
}
