import type { EngineStatus } from '../../core/engine.ts';
import { copyText } from '../clipboard.ts';
import { h } from '../dom.ts';
import { bytes, milliseconds } from '../format.ts';
import type { State } from '../state.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { libraryButton } from './library-button.ts';

/** A name and what is so; `raw` is in the engine's own English. */
type Fact = readonly [name: string, value: string, raw?: string];
type Group = readonly [title: string, facts: readonly Fact[]];

/** The view that says what runs, and why: encoder, search, storage, notes; and all of it as text, for a report of a fault. */
export class About extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const title = h('h1', { tabindex: '-1' });
    const lead = h('p', { class: 'lead' });
    const facts = h('div');
    const copy = h('button', { type: 'button', onclick: () => void this.#copy(said) });
    const hint = h('p', { class: 'hint' });
    const said = h('span', { role: 'status', class: 'said' });
    this.append(
      h(
        'main',
        { class: 'teach about' },
        h('header', {}, libraryButton(this.app, signal), title),
        lead,
        facts,
        h('p', {}, copy, ' ', said),
        hint,
      ),
    );
    store.watch(
      (state) => state.words,
      (words) => {
        title.textContent = words.about.title;
        lead.textContent = words.about.lead;
        copy.textContent = words.about.copy;
        hint.textContent = words.about.copyHint;
        said.textContent = '';
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.status, state.took, state.answer] as const,
      () => {
        facts.replaceChildren(...groupsOf(store.get()).map((group) => section(group)));
      },
      signal,
    );
    title.focus();
    void actions.refreshStatus();
  }

  async #copy(said: HTMLElement): Promise<void> {
    const { store } = this.app;
    const text = groupsOf(store.get()).map(
      ([title, facts]) => `${title}\n${facts.map((fact) => `- ${fact.filter(Boolean).join(': ')}`).join('\n')}`,
    );
    const copied = await copyText(
      `${text.join('\n\n')}\n\n${navigator.userAgent}\n`,
      this.querySelector('main > div')!,
    );
    if (copied) said.textContent = store.get().words.about.copied;
  }
}

function groupsOf({ words, status, took, answer }: State): Group[] {
  if (!status) return [];
  const { about } = words;
  const { encoder, search } = status;
  const { form, why } = search.kernels;
  return [
    [
      about.encoding,
      [
        [about.computes, '', encoder.backend],
        [about.threads, String(encoder.threads)],
        [about.models, encoder.loaded.join(', ') || about.noModel],
      ],
    ],
    [
      about.searching,
      [
        [about.kernels, about.forms[form] ?? form, why],
        ...search.lanes.map(({ model, rows, firstPass, recall }): Fact => {
          return [about.vectorsOf(model.split('/')[0]!), about.scanned(rows, firstPass, recall), model];
        }),
        ...(took !== undefined && answer
          ? [[about.last, about.lastAnswer(milliseconds(took), answer.tier)] as const]
          : []),
      ],
    ],
    [about.storing, storageFacts(words, status)],
    [about.notes, status.notes.length ? status.notes.map((note): Fact => ['', '', note]) : [['', about.noNotes]]],
  ];
}

function storageFacts({ about }: Words, { storage, documents, passages }: EngineStatus): Fact[] {
  const { kind, usedBytes, quotaBytes, persisted } = storage;
  return [
    [about.holds, about.holding(documents, passages)],
    [about.where, about.kinds[kind] ?? kind],
    ...(usedBytes === undefined
      ? []
      : [
          [
            about.used,
            about.usedOf(bytes(usedBytes), quotaBytes === undefined ? undefined : bytes(quotaBytes)),
          ] as const,
        ]),
    ...(persisted === undefined ? [] : [[about.kept, persisted ? about.persisted : about.evictable] as const]),
  ];
}

function section([title, facts]: Group): HTMLElement {
  const raw = (text: string, value: string) => h('span', { class: value ? 'raw more' : 'raw', lang: 'en' }, text);
  const isNamed = facts.some(([name]) => name !== '');
  const list = isNamed
    ? h(
        'dl',
        {},
        ...facts.flatMap(([name, value, more]) => [h('dt', {}, name), h('dd', {}, value, more && raw(more, value))]),
      )
    : h('ul', {}, ...facts.map(([, value, more]) => h('li', {}, value, more && raw(more, value))));
  return h('section', {}, h('h2', {}, title), list);
}
