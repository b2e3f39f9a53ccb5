import { h } from './dom.ts';

export interface PickOptions {
  readonly multiple?: boolean;
  /** Endings or types, with commas between. */
  readonly accept?: string;
  /** A folder with all that is in it. */
  readonly webkitdirectory?: boolean;
}

/**
 * Opens the system's window for files; `onPicked` hears of them unless the person closes it.
 *
 * Safari on iPhones tells only an input that stands in the document what was picked, so it stands there meanwhile, in the
 * dialog if one is open.
 */
export function pickFiles(options: PickOptions, onPicked: (files: FileList) => void): void {
  const input = h('input', { type: 'file', hidden: true, ...options });
  input.addEventListener('change', () => {
    input.remove();
    if (input.files?.length) onPicked(input.files);
  });
  input.addEventListener('cancel', () => input.remove());
  (document.querySelector('dialog[open]') ?? document.body).append(input);
  input.click();
}
