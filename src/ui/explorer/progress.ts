import { h } from '../dom.ts';
import { fileName, percent } from '../format.ts';
import type { Adding } from '../state.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';

/** What is being added: the file in work, how much is done, how fast, how long still, and a way to stop. */
export class Progress extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const current = h('p', { class: 'current' });
    const bar = h('progress', { max: 1 });
    const rate = h('p', { class: 'rate' });
    const cancel = h('button', { class: 'quiet', type: 'button', onclick: () => actions.cancel() });
    this.append(h('div', { class: 'progress-head' }, current, cancel), bar, rate);

    store.watch(
      (state) => [state.words, state.adding] as const,
      ([words, adding]) => {
        this.hidden = adding === undefined;
        if (!adding) return;
        cancel.disabled = adding.stopping;
        cancel.textContent = words.cancel;
        bar.setAttribute('aria-label', words.progressLabel);
        if (adding.done === undefined || isOpening(adding)) bar.removeAttribute('value');
        else bar.value = adding.done;
        current.textContent = whatNow(words, adding);
        current.title = adding.current;
        rate.replaceChildren(...howFast(words, adding).map((fact) => h('span', {}, fact)));
      },
      signal,
    );
  }
}

/** All of the model is there, but it takes a while until it is ready. */
const isOpening = ({ phase, done }: Adding) => phase === 'model' && done === 1;

function whatNow(words: Words, adding: Adding): string {
  if (adding.stopping) return words.stopping;
  if (adding.phase === 'gather') return words.gathering(adding.files);
  if (isOpening(adding)) return words.openingModel(adding.current);
  if (adding.phase === 'model') return words.loadingModel(adding.current);
  return words.indexing(fileName(adding.current));
}

/** `64 %`, `112 of 212 files`, `12 passages/s`, `3 min left` */
function howFast(words: Words, { phase, done, files, filesTotal, rate, leftMs }: Adding): string[] {
  if (phase === 'gather' || (phase === 'model' && done === 1)) return [];
  const parts: string[] = [];
  if (done !== undefined) parts.push(percent(done));
  if (phase === 'index') {
    parts.push(words.filesOf(files, filesTotal));
    if (rate !== undefined) parts.push(words.perSecond(rate < 9.95 ? rate.toFixed(1) : rate.toFixed(0)));
    if (leftMs !== undefined) parts.push(words.timeLeft(leftMs));
  }
  return parts;
}
