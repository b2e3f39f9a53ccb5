import type { EpochRecord, StepReport } from '../../core/adapt.ts';
import { h, icon, keepingFocus } from '../dom.ts';
import { count, percent } from '../format.ts';
import { LineChart, type Series } from '../plots/line-chart.ts';
import type { TeachRun } from '../teaching.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { failureNote } from './failure.ts';

const NO_LOSSES: TeachRun['losses'] = { tried: [], final: [] };

/** The run that is shown: how far it is, what was kept of the lessons, and its curves while they grow. */
export class TeachRunView extends View {
  protected connected(signal: AbortSignal): void {
    const { store } = this.app;
    const head = h('div', { class: 'run-head' });
    const kept = h('div', { class: 'kept' });
    const quality = new LineChart();
    const loss = new LineChart();
    const curves = h('div', { class: 'curves' }, h('figure', {}, quality), h('figure', {}, loss));
    const hint = h('p', { class: 'caption' });
    const title = h('h2', { id: 'nf-run' });
    const section = h('section', { 'aria-labelledby': 'nf-run' }, title, head, kept, curves, hint);
    this.append(section);

    const run = () => store.get().teach.runs.find(({ number }) => number === store.get().teach.shown);
    store.watch(
      (state) => [state.words, state.teach] as const,
      ([words]) => {
        const now = run();
        section.hidden = now === undefined;
        if (!now) return;
        title.textContent = words.teach.run(now.number);
        keepingFocus(head, () => head.replaceChildren(...this.#head(words, now)));
      },
      signal,
    );
    store.watch(
      (state) => [state.words, run()?.steps, run()?.warnings] as const,
      ([words, steps = [], warnings = []]) => {
        const wasOpen = kept.querySelector('details')?.open ?? false;
        kept.replaceChildren(
          ...(steps.length > 0 ? [keptTable(words, steps, wasOpen)] : []),
          ...warnings.map((warning) => h('p', { class: 'warning' }, words.teach.warning(warning))),
        );
      },
      signal,
    );
    store.watch(
      (state) => [state.words, run()?.epochs, run()?.losses, run()?.report, state.teach.beside] as const,
      ([words, epochs = [], losses = NO_LOSSES]) => {
        const now = run();
        curves.hidden = hint.hidden = epochs.length === 0 && losses.tried.length === 0;
        if (!now || curves.hidden) return;
        hint.textContent = words.teach.sharedHint;
        const other = store.get().teach.runs.find(({ number }) => number === store.get().teach.beside);
        quality.show({
          title: words.teach.quality,
          x: words.teach.epoch,
          y: words.teach.qualityAxis,
          series: qualitySeries(words, epochs, other),
          ...(now.report?.log.kept === 'adapter' && {
            mark: { at: now.report.log.epoch, label: words.teach.chosenEpoch },
          }),
          digits: 3,
          asTable: words.teach.asTable,
        });
        loss.show({
          title: words.teach.lossTitle,
          x: words.teach.stepAxis,
          y: words.teach.lossAxis,
          series: [
            ...(other
              ? [{ name: words.teach.ofRun(other.number), points: other.losses.tried, look: 'faint' as const }]
              : []),
            { name: words.teach.finalLoss, points: losses.final, look: 'plain' },
            { name: words.teach.loss, points: losses.tried, look: 'strong' },
          ],
          digits: 2,
          asTable: words.teach.asTable,
        });
      },
      signal,
    );
  }

  #head(words: Words, run: TeachRun): HTMLElement[] {
    const { teach } = this.app.actions;
    const { state, phase, done, failure } = run;
    if (state === 'failed' && failure) return [failureNote(words, failure)];
    if (state === 'cancelled') return [h('p', { class: 'caption' }, words.teach.cancelled)];
    if (state === 'done') return [];
    const said =
      state === 'paused' ? words.teach.paused : state === 'stopping' ? words.teach.stopping : words.teach.phases[phase];
    const isTraining = phase === 'folds' || phase === 'final';
    const button = (key: string, label: string, onclick: () => void, title?: string) =>
      h('button', { type: 'button', class: 'quiet', 'data-key': key, onclick, title }, label);
    return [
      h(
        'p',
        { role: 'status' },
        said,
        state === 'running' && done !== undefined && done > 0 && h('span', { class: 'count' }, ` ${percent(done)}`),
      ),
      h('progress', { value: state === 'paused' || done === undefined ? 0 : done, max: 1, 'aria-label': said }),
      h(
        'div',
        { class: 'buttons' },
        isTraining &&
          (state === 'paused'
            ? button('pause', words.teach.resume, teach.resume)
            : button('pause', words.teach.pause, teach.pause)),
        isTraining && state === 'running' && button('stop', words.teach.stop, teach.stop, words.teach.stopHint),
        button('cancel', words.cancel, teach.cancel),
        h('span', { class: 'caption' }, words.teach.searchOn),
      ),
    ];
  }
}

function qualitySeries(words: Words, epochs: readonly EpochRecord[], other: TeachRun | undefined): Series[] {
  const points = (list: readonly EpochRecord[], of: (record: EpochRecord) => number) =>
    list.map((record) => [record.epoch, of(record)] as const);
  return [
    ...(other
      ? [
          {
            name: words.teach.ofRun(other.number),
            points: points(other.epochs, ({ all }) => all),
            look: 'faint' as const,
          },
        ]
      : []),
    { name: words.teach.shared, points: points(epochs, ({ shared }) => shared), look: 'dashed' },
    { name: words.teach.untouched, points: points(epochs, ({ untouched }) => untouched), look: 'plain' },
    { name: words.teach.all, points: points(epochs, ({ all }) => all), look: 'strong' },
  ];
}

/** “776 of 784 pairs kept”, and step by step what was not and why. */
function keptTable(words: Words, steps: readonly StepReport[], open: boolean): HTMLElement {
  const { teach } = words;
  const first = steps[0]!;
  const isNothing = steps.every(({ dropped }) => dropped === 0);
  const summary = teach.kept(steps.at(-1)!.kept, first.kept + first.dropped);
  if (isNothing) return h('p', {}, summary);
  const rows = steps
    .filter(({ dropped }) => dropped > 0)
    .flatMap(({ step, dropped, reasons, examples }) =>
      Object.entries(reasons).map(([reason, n], i) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, i === 0 ? teach.steps(step) : ''),
          h('td', { class: 'number' }, count(Object.keys(reasons).length === 1 ? dropped : n)),
          h('td', {}, teach.reason(reason)),
          h('td', { dir: 'auto', class: 'caption' }, examples.find(({ why }) => why === reason)?.query ?? ''),
        ),
      ),
    );
  return h(
    'details',
    { open },
    h('summary', {}, icon('next'), summary),
    h(
      'div',
      { class: 'table', tabindex: '0' },
      h(
        'table',
        {},
        h('caption', { class: 'unseen' }, teach.keptTitle),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...[teach.step, teach.dropped, teach.why, teach.example].map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h('tbody', {}, ...rows),
      ),
    ),
  );
}
