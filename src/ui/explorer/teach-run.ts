import type { EpochRecord, StepReport } from '../../core/adapt.ts';
import { h, icon, keepingFocus, present } from '../dom.ts';
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
    const said = h('span', {});
    const share = h('span', { class: 'count' });
    const bar = h('progress', { max: 1 });
    const buttons = h('div', { class: 'buttons' });
    const going = h('div', {}, h('p', { role: 'status' }, said, ' ', share), bar, buttons);
    const ended = h('div', {});
    const head = h('div', { class: 'run-head' }, going, ended);
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
        const { state, phase, done = 0 } = now;
        going.hidden = state === 'done' || state === 'failed' || state === 'cancelled';
        const text = phaseWords(words, now);
        // Only what changed, so that a screen reader is not told the same again with every step.
        if (said.textContent !== text) said.textContent = text;
        share.textContent = state === 'running' && done > 0 ? percent(done) : '';
        bar.value = state === 'paused' ? 0 : done;
        bar.setAttribute('aria-label', text || words.teach.phases[phase]);
      },
      signal,
    );
    // Steps come a hundred times a second: a button that is drawn anew with each cannot be clicked.
    store.watch(
      (state) => [state.words, run()?.number, run()?.state, isTraining(run()), run()?.failure] as const,
      ([words]) => {
        const now = run();
        if (!now) return;
        keepingFocus(buttons, () => buttons.replaceChildren(...this.#buttons(words, now)));
        const cancelled = now.state === 'cancelled' && h('p', { class: 'caption' }, words.teach.cancelled);
        ended.replaceChildren(...present([now.failure && failureNote(words, now.failure), cancelled]));
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

  #buttons(words: Words, run: TeachRun): (Node | string)[] {
    const { teach } = this.app.actions;
    const button = (key: string, label: string, onclick: () => void, title?: string) =>
      h('button', { type: 'button', class: 'quiet', 'data-key': key, onclick, title }, label);
    return present([
      run.state === 'paused'
        ? button('pause', words.teach.resume, teach.resume)
        : run.state === 'running' && button('pause', words.teach.pause, teach.pause),
      isTraining(run) && run.state === 'running' && button('stop', words.teach.stop, teach.stop, words.teach.stopHint),
      button('cancel', words.cancel, teach.cancel),
      h('span', { class: 'caption' }, words.teach.searchOn),
    ]);
  }
}

const isTraining = (run: TeachRun | undefined) => run?.phase === 'folds' || run?.phase === 'final';

function phaseWords({ teach }: Words, { state, phase }: TeachRun): string {
  if (state === 'paused') return teach.paused;
  return state === 'stopping' ? teach.stopping : teach.phases[phase];
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
