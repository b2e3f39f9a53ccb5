import { h, icon } from '../dom.ts';
import { fileName } from '../format.ts';
import type { App } from '../view.ts';

/** How much of a passage is shown under its question. */
const SHOWN = 160;

/** Opens the list of answers that were accepted or rejected: what was asked, where the answer is, and a way to erase each, or all. */
export function showRemembered({ store, actions }: App): void {
  const { words } = store.get();
  const list = h('ul', { class: 'remembered' });
  const eraseAll = h('button', { type: 'button', class: 'danger' }, words.eraseAll);
  const close = h('button', { type: 'button', autofocus: true }, words.close);
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'nf-remembered', class: 'remembered-dialog' },
    h('h2', { id: 'nf-remembered' }, words.rememberedTitle),
    h('p', { class: 'caption' }, words.rememberedHint),
    list,
    h('div', { class: 'buttons' }, eraseAll, close),
  );
  const end = new AbortController();
  store.watch(
    ({ accepted, rejected }) => [accepted, rejected] as const,
    ([accepted, rejected]) => {
      const pairs = [...accepted, ...rejected];
      list.replaceChildren(
        ...pairs.map(({ id, question, document, passage, chunk }, i) =>
          h(
            'li',
            {},
            h(
              'div',
              {},
              h('strong', { dir: 'auto' }, question),
              i >= accepted.length && h('span', { class: 'wrong' }, icon('close'), words.rememberedWrong),
              h('p', { class: 'caption', dir: 'auto' }, passage.replace(/\s+/g, ' ').slice(0, SHOWN)),
              h('p', { class: 'caption' }, chunk ? fileName(document) : words.rememberedGone(fileName(document))),
            ),
            h(
              'button',
              {
                type: 'button',
                class: 'quiet',
                'aria-label': `${words.erase}: ${question}`,
                onclick: () => void actions.forget([id]),
              },
              words.erase,
            ),
          ),
        ),
      );
      eraseAll.disabled = pairs.length === 0;
      if (pairs.length === 0) list.append(h('li', { class: 'caption' }, words.rememberedNone));
    },
    end.signal,
  );
  eraseAll.addEventListener('click', () => {
    const { accepted, rejected } = store.get();
    void actions.forget([...accepted, ...rejected].map(({ id }) => id));
  });
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    end.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}
