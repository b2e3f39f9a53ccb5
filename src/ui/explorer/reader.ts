import { copyText } from '../clipboard.ts';
import { h, icon } from '../dom.ts';
import { fileName } from '../format.ts';
import { quotation } from '../quote.ts';
import type { Reading } from '../state.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { failureNote } from './failure.ts';
import { Pages } from './pages.ts';

/** A document that opens sooner than this replaces the one before without a word in between. */
const PATIENCE_MS = 150;

/** So long is it said that a passage was copied. */
const SAID_MS = 1500;

/** The document, open at the passage. */
export class Reader extends View {
  #pages: Pages | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const back = h(
      'button',
      { class: 'plain back', type: 'button', onclick: () => actions.closeReader() },
      icon('back'),
    );
    const title = h('h2', { dir: 'auto' });
    const path = h('p', { class: 'path', dir: 'auto' });
    const count = h('span', { class: 'count', role: 'status' });
    const step = (by: number) => () => actions.read(store.get().active + by);
    const previous = h('button', { class: 'plain', type: 'button', onclick: step(-1) }, icon('previous'));
    const next = h('button', { class: 'plain', type: 'button', onclick: step(1) }, icon('next'));
    const within = h('button', { class: 'plain', type: 'button', onclick: () => this.#ask() }, icon('search'));
    const copy = h('button', { class: 'plain', type: 'button', onclick: () => void this.#copy(copy) }, icon('copy'));
    const steps = h('div', { class: 'steps' }, previous, count, next);
    const head = h('header', {}, back, h('div', { class: 'titles' }, title, path), copy, within, steps);
    const body = h('div', { class: 'reader-body', tabindex: 0, role: 'group' });
    const region = h('section', {}, head, body);
    this.append(region);

    store.watch(
      (state) => state.words,
      (words) => {
        region.setAttribute('aria-label', words.readerLabel);
        body.setAttribute('aria-label', words.readerLabel);
        for (const [button, label] of [
          [back, words.back],
          [previous, words.previous],
          [next, words.next],
          [within, words.askHere],
          [copy, words.copyPassage],
        ] as const) {
          button.setAttribute('aria-label', label);
          button.title = label;
        }
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.reading] as const,
      ([words, reading]) => {
        clearTimeout(this.#timer);
        head.hidden = reading === undefined;
        if (!reading) return this.#say(body, h('p', { class: 'nothing-open' }, words.readerEmpty));
        if (reading.opened || reading.failure) this.#show(words, reading, body);
        else
          this.#timer = setTimeout(
            () => this.#say(body, h('p', { class: 'caption' }, words.readerLoading)),
            PATIENCE_MS,
          );
        copy.hidden = !reading.passage;
        if (reading.opened) {
          title.textContent = reading.opened.title || fileName(reading.id);
          path.textContent = reading.page ? `${reading.id} · ${words.page(reading.page)}` : reading.id;
        }
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.answer, state.active, state.reading] as const,
      ([words, answer, active, reading]) => {
        const passages = answer?.passages ?? [];
        const ofAnswer = passages[active]?.chunk.document === reading?.id && passages.length > 0;
        steps.hidden = !ofAnswer;
        count.textContent = words.ofPassages(active + 1, passages.length);
        previous.disabled = active === 0;
        next.disabled = active >= passages.length - 1;
      },
      signal,
    );
  }

  /** The passage with where it stands, to be quoted elsewhere. */
  async #copy(button: HTMLElement): Promise<void> {
    const { words, reading } = this.app.store.get();
    if (!reading?.opened) return;
    const passage = this.querySelector('.marked') ?? this;
    if (!(await copyText(quotation(words, reading, reading.opened), passage))) return;
    button.replaceChildren(icon('check'));
    setTimeout(() => button.replaceChildren(icon('copy')), SAID_MS);
  }

  /** The question goes to this document alone. */
  #ask(): void {
    const { reading } = this.app.store.get();
    if (reading) this.app.actions.setScope(reading.id);
    document.querySelector<HTMLElement>('#nf-question')?.focus();
  }

  #say(body: HTMLElement, node: Node): void {
    this.#pages?.close();
    this.#pages = undefined;
    body.replaceChildren(node);
  }

  #show(words: Words, reading: Reading, body: HTMLElement): void {
    const { opened, failure } = reading;
    if (failure) this.#say(body, failureNote(words, failure));
    if (!opened) return;
    if (this.#pages?.document !== opened) {
      this.#pages?.close();
      this.#pages = new Pages(opened, body);
      body.replaceChildren(this.#pages.article);
      if (!reading.passage) requestAnimationFrame(() => body.scrollTo({ top: 0 }));
    }
    const mark = this.#pages.mark(reading);
    if (reading.chosen) (mark ?? body).focus({ preventScroll: true });
  }
}
