import type { StorageEstimate } from '../../core/engine.ts';
import type { Room } from '../adding.ts';
import { h } from '../dom.ts';
import { bytes as sizeOf } from '../format.ts';
import type { Words } from '../words/words.ts';

interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly class?: string;
}

/** Asks before something is done; resolves to what the person chose, the first choice where they turned away. */
function asked<T extends string>(
  title: string,
  sentences: readonly string[],
  choices: readonly Choice<T>[],
): Promise<T> {
  const [first, ...others] = choices;
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'nf-confirm' },
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id: 'nf-confirm' }, title),
      ...sentences.map((sentence) => h('p', {}, sentence)),
      h(
        'div',
        { class: 'buttons' },
        h('button', { value: first!.value, autofocus: true }, first!.label),
        ...others.map(({ value, label, class: name = '' }) => h('button', { value, class: name }, label)),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(choices.find(({ value }) => value === dialog.returnValue)?.value ?? first!.value);
    });
  });
}

/** Asks before something that cannot be undone; resolves to whether the person said yes. */
export async function confirmed(words: Words, title: string, warning: string, yes: string): Promise<boolean> {
  const choices = [
    { value: 'no', label: words.no },
    { value: 'yes', label: yes, class: 'danger' },
  ] as const;
  return (await asked(title, [warning], choices)) === 'yes';
}

/** Asks before files are added that there is no room for. */
export function askForRoom(
  words: Words,
  { bytes, withoutTokens, freeBytes = 0, fits }: StorageEstimate,
): Promise<Room> {
  const [needed, lean, free] = [bytes, withoutTokens, freeBytes].map(sizeOf) as [string, string, string];
  const isLean = fits === 'without-tokens';
  return asked<Room>(
    words.roomTitle,
    [words.roomNeeded(needed, free), isLean ? words.roomLean(lean) : words.roomNone],
    [
      { value: 'stop', label: words.cancel },
      ...(isLean ? [{ value: 'without-tokens' as const, label: words.roomAddLean }] : []),
      { value: 'whole', label: words.roomAddAnyway },
    ],
  );
}
