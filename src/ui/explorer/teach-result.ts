import type { Comparison, Judgement, Judgements } from '../../core/adapt.ts';
import { runEvents, runEventsName } from '../../core/run-events.ts';
import type { ChangedQuestion } from '../../core/teach.ts';
import { h, keepingFocus } from '../dom.ts';
import { bytes, count } from '../format.ts';
import { saveFile } from '../save.ts';
import type { TeachRun, TeachState } from '../teaching.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';

/** So many questions of each kind are shown until more are asked for. */
const SHOWN = 12;

/** What came of the run that is shown: verdict, before and after, and the questions that moved. */
export class TeachResult extends View {
  protected connected(signal: AbortSignal): void {
    const { store } = this.app;
    store.watch(
      (state) => [state.words, state.teach.runs, state.teach.shown, state.teach.beside, state.teach.adapters] as const,
      ([words]) => {
        const { teach } = store.get();
        const run = teach.runs.find(({ number }) => number === teach.shown);
        if (!run?.report) return this.replaceChildren();
        keepingFocus(this, () => this.replaceChildren(this.#result(words, run, teach)));
      },
      signal,
    );
  }

  #result(words: Words, run: TeachRun, teach: TeachState): HTMLElement {
    const { log, changes, bytes: size } = run.report!;
    const said = words.teach;
    const judged = log.test ?? log.validation;
    const gain = signed(decisive(judged.all).gain);
    const isKept = log.kept === 'adapter';
    return h(
      'section',
      { 'aria-labelledby': 'nf-verdict', class: 'result' },
      h('h2', { id: 'nf-verdict', class: isKept ? 'learned' : undefined }, isKept ? said.better(gain) : said.identity),
      h(
        'p',
        { class: 'caption' },
        isKept ? `${said.strength(log.epoch, log.alpha)} ` : '',
        said.took(log.seconds, log.questions, log.documents, bytes(size)),
      ),
      this.#buttons(words, run, teach),
      ...(log.test ? [judgementTable(words, said.onTest, log.test)] : []),
      judgementTable(words, said.onValidation, log.validation),
      ...(changes.length > 0 ? [readThrough(words, changes)] : []),
    );
  }

  #buttons(words: Words, { number, report }: TeachRun, { adapters, runs, beside }: TeachState): HTMLElement {
    const { teach } = this.app.actions;
    const adapter = adapters.find(({ id }) => id === report?.adapter?.id);
    const apply =
      adapter &&
      h(
        'button',
        {
          type: 'button',
          class: adapter.applied ? undefined : 'primary',
          'data-key': 'apply',
          onclick: () => void teach.apply(adapter.id, !adapter.applied),
        },
        adapter.applied ? words.teach.unapply : words.teach.apply,
      );
    const save = () => {
      const text = JSON.stringify(report?.log, null, 1);
      saveFile(
        new Blob([text], { type: 'application/json' }),
        `nearfield-run-${report?.log.startedAt.slice(0, 19)}.json`,
      );
    };
    const saveEvents = () => report && saveFile(new Blob([runEvents(report.log)]), runEventsName(report.log));
    return h(
      'div',
      { class: 'buttons' },
      apply,
      h('button', { type: 'button', class: 'quiet', 'data-key': 'log', onclick: save }, words.teach.log),
      h('button', { type: 'button', class: 'quiet', 'data-key': 'events', onclick: saveEvents }, words.teach.events),
      runs.length > 1 && this.#compare(words, number, runs, beside),
    );
  }

  #compare(words: Words, number: number, runs: readonly TeachRun[], beside: number | undefined): HTMLElement {
    const { teach } = this.app.actions;
    const pick = (
      key: string,
      chosen: number | undefined,
      numbers: readonly number[],
      onPick: (n: number | undefined) => void,
    ) => {
      const select = h('select', { 'data-key': key, id: `nf-${key}` });
      if (key === 'beside') select.append(h('option', { value: '' }, words.teach.nothing));
      for (const n of numbers) select.append(h('option', { value: n, selected: n === chosen }, words.teach.run(n)));
      select.addEventListener('change', () => onPick(select.value === '' ? undefined : Number(select.value)));
      return select;
    };
    const numbers = runs.map((run) => run.number);
    const shown = pick('shown', number, numbers, (n) => n !== undefined && teach.show(n, beside));
    shown.setAttribute('aria-label', words.teach.run(number));
    return h(
      'span',
      { class: 'compare' },
      shown,
      h('label', { for: 'nf-beside', class: 'caption' }, words.teach.compareWith),
      pick(
        'beside',
        beside,
        numbers.filter((n) => n !== number),
        (n) => teach.show(number, n),
      ),
    );
  }
}

const decisive = ({ fused, dense }: Judgement) => fused ?? dense;

/** Every measure before and after, on all held-out questions and apart on those with seen and with new passages. */
function judgementTable(words: Words, title: string, judged: Judgements): HTMLElement {
  const said = words.teach;
  const groups: readonly (readonly [string, Judgement])[] = [
    [said.all, judged.all],
    [said.untouched, judged.untouched],
    [said.shared, judged.shared],
  ];
  const rows = groups
    .filter(([, { questions }]) => questions > 0)
    .flatMap(([name, judgement]) => {
      const measures: (readonly [string, Comparison | undefined])[] = [
        [said.fused, judgement.fused],
        [said.mrr, judgement.mrr10],
        [said.recall, judgement.recall10],
        [said.dense, judgement.dense],
      ];
      return measures.flatMap(([measure, comparison], i) =>
        comparison ? [row(i === 0 ? `${name} (${count(judgement.questions)})` : '', measure, comparison)] : [],
      );
    });
  const heads = [said.questions, said.measure, said.before, said.after, said.change, said.interval, said.winsLosses];
  return h(
    'div',
    { class: 'table', tabindex: '0' },
    h(
      'table',
      { class: 'judgement' },
      h('caption', {}, title),
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows),
    ),
  );
}

function row(
  group: string,
  measure: string,
  { before, after, gain, low, high, wins, losses }: Comparison,
): HTMLElement {
  const isSure = low > 0 || high < 0;
  return h(
    'tr',
    { class: group === '' ? undefined : 'first' },
    h('th', { scope: 'row' }, group),
    h('td', {}, measure),
    h('td', { class: 'number' }, share(before)),
    h('td', { class: 'number' }, share(after)),
    h('td', { class: `number ${isSure ? 'sure' : ''}` }, signed(gain)),
    h('td', { class: 'number' }, `${signed(low)} … ${signed(high)}`),
    h('td', { class: 'number' }, `${count(wins)}, ${count(losses)}`),
  );
}

/** The questions that moved: those answered better, and those answered worse, each with its passage. */
function readThrough(words: Words, changes: readonly ChangedQuestion[]): HTMLElement {
  const list = (label: (n: number) => string, some: readonly ChangedQuestion[], open: boolean) => {
    const items = h('ul', { class: 'changes' });
    const fill = (n: number) => {
      items.replaceChildren(...some.slice(0, n).map((change) => item(words, change)));
      if (some.length > n) {
        const more = h(
          'button',
          { class: 'quiet', type: 'button', onclick: () => fill(n + 4 * SHOWN) },
          words.more(Math.min(some.length - n, 4 * SHOWN)),
        );
        items.append(h('li', {}, more));
      }
      if (some.length === 0) items.replaceChildren(h('li', { class: 'caption' }, words.teach.noChanges));
    };
    fill(SHOWN);
    return h('details', { open }, h('summary', {}, label(some.length)), items);
  };
  const [wins, losses] = [changes.filter(({ gain }) => gain > 0), changes.filter(({ gain }) => gain < 0)];
  return h(
    'div',
    { class: 'read-through' },
    h('h3', {}, words.teach.readThrough),
    list(words.teach.wins, wins, true),
    list(words.teach.losses, losses, true),
  );
}

function item(words: Words, { question, passage, before, after, untouched }: ChangedQuestion): HTMLElement {
  return h(
    'li',
    {},
    h('p', { dir: 'auto', class: 'asked' }, question),
    h(
      'p',
      { class: 'caption' },
      words.teach.place(place(before), place(after)),
      untouched && ` · ${words.teach.untouched}`,
    ),
    h('p', { dir: 'auto', class: 'caption passage-start' }, passage),
  );
}

const place = (rank: number) => (rank > 100 ? '> 100' : count(rank));
const share = (value: number) => value.toFixed(3).replace(/^0/, '');
const signed = (value: number) => (Math.abs(value) < 5e-4 ? '0' : `${value < 0 ? '−' : '+'}${share(Math.abs(value))}`);
