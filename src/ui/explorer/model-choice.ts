import { h } from '../dom.ts';
import { fromInput } from '../gather.ts';
import { pickFiles } from '../pick-files.ts';
import { toFailure } from '../state.ts';
import type { App } from '../view.ts';
import { failureNote } from './failure.ts';

/** Opens the choice of a model: the two forms of our own, and whatever a person has on their disk. */
export async function showModelChoice({ store, models }: App): Promise<void> {
  const { words } = store.get();
  const said = words.model;
  const failure = h('div', { role: 'alert' });
  const list = h('ul', { class: 'models' });
  const add = h('button', { type: 'button' }, said.choose);
  const close = h('button', { type: 'button', autofocus: true }, words.close);
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'nf-model', class: 'remembered-dialog' },
    h('h2', { id: 'nf-model' }, said.title),
    h('p', { class: 'caption' }, said.hint),
    list,
    failure,
    h('p', { class: 'caption' }, said.chooseHint),
    h('div', { class: 'buttons' }, add, close),
  );

  const row = (name: string | undefined, title: string, hint: string) => {
    const isCurrent = name === models.current;
    const isKept = name?.includes('/');
    const forget = async () => {
      await models.forget(name!);
      if (isCurrent) models.use();
      else await fill();
    };
    return h(
      'li',
      {},
      h('div', {}, h('strong', { dir: 'auto' }, title), h('p', { class: 'caption' }, hint)),
      h(
        'div',
        { class: 'buttons' },
        isCurrent
          ? h('span', { class: 'in-use' }, said.inUse)
          : h('button', { type: 'button', class: 'quiet', onclick: () => models.use(name) }, said.use),
        isKept &&
          h(
            'button',
            { type: 'button', class: 'quiet', 'aria-label': words.remove(title), onclick: () => void forget() },
            words.yesRemove,
          ),
      ),
    );
  };
  const fill = async () => {
    const kept = await models.kept().catch(() => []);
    const others = kept.map((name) => row(name, name.slice(name.indexOf('/') + 1), said.picked));
    list.replaceChildren(row(undefined, said.full, said.fullHint), row('small', said.small, said.smallHint), ...others);
  };

  const keep = async (files: FileList) => {
    add.disabled = true;
    failure.replaceChildren(said.keeping);
    try {
      models.use(await models.keep(await fromInput(files)(new AbortController().signal, () => {})));
    } catch (error) {
      failure.replaceChildren(failureNote(words, toFailure(error)));
    }
    add.disabled = false;
  };
  add.addEventListener('click', () => pickFiles({ webkitdirectory: true }, (files) => void keep(files)));
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  await fill();
  document.body.append(dialog);
  dialog.showModal();
}
