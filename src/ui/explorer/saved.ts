import { h, icon } from '../dom.ts';
import { pickFiles } from '../pick-files.ts';
import type { App } from '../view.ts';
import type { Words } from '../words/words.ts';

/** Buttons for the library as one file: to save it, where there is something to save, and to open one. */
export function savedButtons({ actions }: App, words: Words, some: boolean): HTMLElement[] {
  const choose = () => pickFiles({ accept: '.nearfield' }, ([file]) => void actions.openSaved(file!));
  const button = (key: string, name: 'save' | 'open', label: string, onclick: () => void) =>
    h('button', { class: 'quiet', type: 'button', 'data-key': key, onclick }, icon(name), label);
  return [
    ...(some ? [button('save-library', 'save', words.saveLibrary, () => void actions.saveLibrary())] : []),
    button('open-saved', 'open', words.openSaved, choose),
  ];
}
