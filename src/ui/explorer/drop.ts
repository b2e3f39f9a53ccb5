import { h, icon } from '../dom.ts';
import { fromDrop } from '../gather.ts';
import { View } from '../view.ts';

/** The whole window takes files; a veil says so while they hover over it. */
export class DropZone extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const text = h('p');
    this.append(icon('add'), text);
    this.hidden = true;
    store.watch(
      (state) => state.words,
      (words) => {
        text.textContent = words.dropNow;
      },
      signal,
    );

    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    // Enter and leave fire for every element on the way; only the balance says whether the pointer is still inside.
    let inside = 0;
    const show = (change: number) => {
      inside = Math.max(0, inside + change);
      this.hidden = inside === 0;
    };
    addEventListener('dragenter', (event) => carriesFiles(event) && show(1), { signal });
    addEventListener('dragleave', (event) => carriesFiles(event) && show(-1), { signal });
    addEventListener(
      'dragover',
      (event) => {
        if (carriesFiles(event)) event.preventDefault();
      },
      { signal },
    );
    addEventListener(
      'drop',
      (event) => {
        if (!carriesFiles(event) || !event.dataTransfer) return;
        event.preventDefault();
        show(-inside);
        actions.add(fromDrop(event.dataTransfer));
      },
      { signal },
    );
  }
}
