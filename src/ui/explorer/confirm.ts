import { h } from '../dom.ts';
import type { Words } from '../words/words.ts';

/** Asks before something that cannot be undone; resolves to whether the person said yes. */
export function confirmed(words: Words, title: string, warning: string, yes: string): Promise<boolean> {
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'nf-confirm' },
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id: 'nf-confirm' }, title),
      h('p', {}, warning),
      h(
        'div',
        { class: 'buttons' },
        h('button', { value: 'no', autofocus: true }, words.no),
        h('button', { value: 'yes', class: 'danger' }, yes),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
