import type { SampleKind } from '../../core/adapt.ts';
import { h, icon, keepingFocus } from '../dom.ts';
import { fileName } from '../format.ts';
import { fromInput } from '../gather.ts';
import { pickFiles } from '../pick-files.ts';
import type { ChosenLessons } from '../teaching.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';

const KINDS: readonly SampleKind[] = ['question-document', 'question-question', 'question-answer'];

/** What is to be learned from, and the button that begins. */
export class TeachLessons extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    store.watch(
      (state) =>
        [
          state.words,
          state.teach.lessons,
          state.teach.accepted,
          state.teach.rejected,
          state.teach.runs.at(-1)?.state,
          state.documents.length,
        ] as const,
      ([words, lessons, accepted, rejected, last, documents]) =>
        keepingFocus(this, () => {
          const isBusy = last === 'running' || last === 'paused' || last === 'stopping';
          const label = last === undefined ? words.teach.train : words.teach.again;
          const canTrain = documents > 0 && !isBusy && isSomething(lessons, accepted);
          this.replaceChildren(
            h(
              'section',
              { 'aria-labelledby': 'nf-lessons' },
              h('h2', { id: 'nf-lessons' }, words.teach.from),
              ...(documents === 0 ? [h('p', { class: 'caption' }, words.teach.empty)] : []),
              ...this.#files(words, lessons),
              this.#check(
                words.teach.accepted(accepted, rejected),
                'accepted',
                lessons.accepted && accepted + rejected > 0,
                accepted + rejected === 0,
              ),
              this.#check(words.teach.faq, 'faq', lessons.faq, false),
              this.#made(words, lessons),
              this.#blockList(words, lessons),
              h(
                'button',
                {
                  class: 'primary',
                  type: 'button',
                  'data-key': 'train',
                  disabled: !canTrain,
                  onclick: () => actions.teach.train(),
                },
                icon('sparkle'),
                label,
              ),
            ),
          );
        }),
      signal,
    );
  }

  #files(words: Words, { files, kind }: ChosenLessons): HTMLElement[] {
    const { teach } = this.app.actions;
    const choose = () =>
      pickFiles({ multiple: true, accept: '.jsonl,.csv,.tsv' }, async (picked) => {
        const added = await fromInput(picked)(new AbortController().signal, () => {});
        const names = new Set(added.map(({ path }) => path));
        const kept = this.app.store.get().teach.lessons.files.filter(({ path }) => !names.has(path));
        teach.choose({ files: [...kept, ...added] });
      });
    const rows = files.map(({ path }) =>
      this.#chosen(words, fileName(path), `forget ${path}`, () =>
        teach.choose({ files: files.filter((file) => file.path !== path) }),
      ),
    );
    const select = h('select', { id: 'nf-kind', 'data-key': 'kind' });
    for (const one of KINDS) select.append(h('option', { value: one, selected: one === kind }, words.teach.kinds[one]));
    select.addEventListener('change', () => teach.choose({ kind: select.value as SampleKind }));
    return [
      h(
        'p',
        { class: 'choose' },
        h('button', { type: 'button', 'data-key': 'choose', onclick: choose }, icon('add'), words.teach.choose),
        h('span', { class: 'caption' }, words.teach.forms),
      ),
      ...(files.length > 0
        ? [
            h('ul', { class: 'chosen' }, ...rows),
            h('p', {}, h('label', { for: 'nf-kind' }, words.teach.pairsAre), ' ', select),
          ]
        : []),
    ];
  }

  #blockList(words: Words, { blockList }: ChosenLessons): HTMLElement {
    const { teach } = this.app.actions;
    const choose = () => pickFiles({ accept: '.txt,text/plain' }, ([file]) => void teach.block(file!));
    if (!blockList) {
      return h(
        'p',
        { class: 'choose' },
        h('button', { class: 'quiet', type: 'button', 'data-key': 'block', onclick: choose }, words.teach.block),
        h('span', { class: 'caption' }, words.teach.blockHint),
      );
    }
    return h(
      'ul',
      { class: 'chosen' },
      this.#chosen(words, blockList.name, 'block', () => void teach.block()),
    );
  }

  /** A file that was chosen, and a way to leave it out. */
  #chosen(words: Words, name: string, key: string, onclick: () => void): HTMLElement {
    const label = words.teach.forget(name);
    return h(
      'li',
      {},
      icon('file'),
      h('span', { class: 'name', dir: 'auto' }, name),
      h(
        'button',
        { class: 'plain', type: 'button', 'data-key': key, 'aria-label': label, title: label, onclick },
        icon('close'),
      ),
    );
  }

  #check(label: string, name: 'accepted' | 'faq', checked: boolean, disabled: boolean): HTMLElement {
    const box = h('input', { type: 'checkbox', checked, disabled, 'data-key': name });
    box.addEventListener('change', () => this.app.actions.teach.choose({ [name]: box.checked }));
    return h('label', { class: 'check' }, box, h('span', {}, label));
  }

  #made(words: Words, { synthetic }: ChosenLessons): HTMLElement {
    const box = h('input', { type: 'checkbox', checked: synthetic > 0, 'data-key': 'made' });
    box.addEventListener('change', () => this.app.actions.teach.choose({ synthetic: box.checked ? 1 : 0 }));
    return h(
      'label',
      { class: 'check' },
      box,
      h('span', {}, words.teach.made, h('span', { class: 'caption' }, ` ${words.teach.madeHint}`)),
    );
  }
}

/** FAQ questions may or may not be there; the engine says so when they are not. */
const isSomething = ({ files, faq, synthetic, accepted }: ChosenLessons, pairs: number) =>
  files.length > 0 || faq || synthetic > 0 || (accepted && pairs > 0);
