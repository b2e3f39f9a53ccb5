import { h, icon } from '../dom.ts';
import { fromDirectory, fromInput } from '../gather.ts';
import { pickFiles } from '../pick-files.ts';
import type { App } from '../view.ts';
import type { Words } from '../words/words.ts';

/** The two buttons that add: files, and a folder. */
export function chooseButtons({ actions }: App, words: Words): HTMLElement[] {
  const files = h('button', { type: 'button', onclick: () => chooseWithInput(false) }, icon('file'), words.addFiles);
  const folder = h('button', { type: 'button', onclick: () => chooseFolder() }, icon('folder'), words.addFolder);

  const chooseWithInput = (webkitdirectory: boolean) =>
    pickFiles({ multiple: true, webkitdirectory }, (files) => actions.add(fromInput(files)));
  const chooseFolder = async () => {
    const pick = (window as PickerWindow).showDirectoryPicker;
    if (!pick) return chooseWithInput(true);
    try {
      actions.add(fromDirectory(await pick.call(window, { mode: 'read' })));
    } catch (error) {
      // Closing the picker is an answer, not an error; a picker that is forbidden here leaves the other way.
      if ((error as Error).name !== 'AbortError') chooseWithInput(true);
    }
  };
  return [files, folder];
}

/** Not in every browser, and not in TypeScript's library yet. */
type PickerWindow = Window & {
  showDirectoryPicker?: (options: { mode: 'read' }) => Promise<FileSystemDirectoryHandle>;
};
