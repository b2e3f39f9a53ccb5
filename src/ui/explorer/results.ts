import type { Answer, Passage } from '../../core/answer.ts';
import type { ChunkId } from '../../core/types.ts';
import { judgedFor, type Verdict } from '../accepting.ts';
import { copyText } from '../clipboard.ts';
import { h, icon, keepingFocus } from '../dom.ts';
import { isIncomplete } from '../group.ts';
import { quotations } from '../quote.ts';
import type { Failure } from '../state.ts';
import { fileBeside } from '../titles.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { failureNote } from './failure.ts';
import { passageCard } from './passage.ts';

/** So long is it said that the passages were copied. */
const SAID_MS = 1500;

/** A screen reader is told the outcome once typing has paused, not at every letter. */
export const ANNOUNCE_PAUSE_MS = 700;

/** The passages that answer, or that nothing does. */
export class Results extends View {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cards: readonly HTMLElement[] = [];

  /** Moves the cursor to the active passage, if there is one. */
  focusActive(): void {
    this.#focus(this.app.store.get().active);
  }

  protected connected(signal: AbortSignal): void {
    const { store } = this.app;
    const live = h('p', { class: 'unseen', role: 'status' });
    const body = h('div', { class: 'results-body' });
    this.append(live, body);
    this.addEventListener('keydown', (event) => this.#onKey(event), { signal });

    store.watch(
      (state) =>
        [
          state.words,
          state.answer,
          state.searchFailure,
          state.query === '',
          state.boot,
          state.searching,
          state.accepted,
          state.rejected,
        ] as const,
      ([words, answer, failure, blank]) => {
        const content = this.#content(words, answer, failure, blank);
        keepingFocus(body, () => body.replaceChildren(...content.nodes));
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
          live.textContent = content.spoken;
        }, ANNOUNCE_PAUSE_MS);
        this.#markActive(store.get().active);
      },
      signal,
    );
    store.watch(
      (state) => state.active,
      (active) => this.#markActive(active),
      signal,
    );
    // A new answer starts at its top.
    store.watch(
      (state) => state.answer,
      (answer) => answer && requestAnimationFrame(() => this.closest('main')?.scrollTo({ top: 0 })),
      signal,
    );
    store.watch(
      (state) => [state.documents.length > 0, state.adding !== undefined, state.sample] as const,
      () => {
        const { words, answer, searchFailure, query } = store.get();
        if (query === '') body.replaceChildren(...this.#content(words, answer, searchFailure, true).nodes);
      },
      signal,
    );
  }

  #content(words: Words, answer: Answer | undefined, failure: Failure | undefined, blank: boolean) {
    this.#cards = [];
    if (failure) return { nodes: [failureNote(words, failure)], spoken: failure.message };
    if (blank) return { nodes: this.#invitation(words), spoken: '' };
    if (!answer) return { nodes: [], spoken: '' };
    const found = !answer.refused && answer.passages.length > 0;
    if (!found && this.app.store.get().searching && answer.tier === 'keywords') {
      return { nodes: [h('p', { class: 'hint' }, words.lookingFurther)], spoken: '' };
    }
    if (!found) return this.#refusal(words, answer);

    const documents = new Set(answer.passages.map((passage) => passage.chunk.document)).size;
    const summary = words.summary(answer.passages.length, documents);
    const tier =
      answer.tier === 'keywords' && (this.app.store.get().searching ? words.keywordsNow : words.keywordsOnly);
    const list = this.#list(words, answer);
    const copy = h(
      'button',
      { class: 'quiet copy-all', type: 'button', 'data-key': 'copy' },
      icon('copy'),
      words.copyAll,
    );
    copy.addEventListener('click', () => void this.#copy(copy, list));
    const head = h('div', { class: 'summary' }, h('p', {}, summary), tier && h('span', { class: 'tier' }, tier), copy);
    return { nodes: [head, list], spoken: summary };
  }

  /** All passages of the answer with where they stand, for a paper or a letter. */
  async #copy(button: HTMLElement, list: HTMLElement): Promise<void> {
    const { words, answer } = this.app.store.get();
    if (!answer || !(await copyText(quotations(words, answer), list))) return;
    button.replaceChildren(icon('check'), words.copied);
    setTimeout(() => button.replaceChildren(icon('copy'), words.copyAll), SAID_MS);
  }

  #invitation(words: Words): Node[] {
    const { documents, sample, boot, adding } = this.app.store.get();
    if (boot !== 'ready' || (documents.length === 0 && !adding)) return [];
    if (documents.length === 0) return [h('p', { class: 'hint' }, words.askSoon)];
    const questions = sample && documents.some(({ id }) => sample.files.some(({ path }) => path === id));
    const examples = questions ? [...sample.questions[words.tongue]] : [];
    return [
      h('p', { class: 'hint' }, words.askHint),
      ...(examples.length > 0
        ? [
            h('p', { class: 'caption' }, words.askExamples),
            h('ul', { class: 'examples' }, ...examples.map((question) => this.#example(question))),
          ]
        : []),
      h('p', { class: 'caption keys' }, words.keys),
    ];
  }

  #example(question: string): HTMLElement {
    return h('li', {}, h('button', { type: 'button', onclick: () => this.app.actions.ask(question) }, question));
  }

  #refusal(words: Words, answer: Answer) {
    const { adding, documents, scope } = this.app.store.get();
    const wider =
      scope &&
      h(
        'button',
        { type: 'button', 'data-key': 'wider', onclick: () => this.app.actions.setScope(undefined) },
        words.askWider,
      );
    const hint = adding || documents.some(isIncomplete) ? words.refusedIndexing : words.refusedHint;
    const near = answer.passages.length > 0 && [
      h('summary', {}, icon('next'), words.closest(answer.passages.length)),
      this.#list(words, answer),
    ];
    const nodes: Node[] = [h('div', { class: 'refusal' }, h('h2', {}, words.refusedTitle), h('p', {}, hint), wider)];
    if (near) nodes.push(h('details', { class: 'closest' }, ...near));
    return { nodes, spoken: words.refusedTitle };
  }

  #list(words: Words, answer: Answer): HTMLElement {
    this.#cards = answer.passages.map((passage: Passage, index) =>
      passageCard(words, passage, answer, {
        read: () => this.app.actions.read(index),
        activate: () => index !== this.app.store.get().active && this.app.actions.activate(index),
        judge: (verdict) => this.app.actions.judge(index, verdict),
        verdict: this.#verdict(answer.query, passage.chunk.id),
        file: fileBeside(passage.chunk.document, passage.chunk.title, this.app.store.get().documents),
      }),
    );
    return h('ol', { class: 'passages' }, ...this.#cards);
  }

  #verdict(question: string, passage: ChunkId): Verdict | undefined {
    const { accepted, rejected } = this.app.store.get();
    if (judgedFor(accepted, question, passage)) return 'accepted';
    return judgedFor(rejected, question, passage) && 'rejected';
  }

  #markActive(active: number): void {
    this.#cards.forEach((card, index) => {
      card.toggleAttribute('data-active', index === active);
      const link = card.querySelector('a');
      if (index === active) link?.setAttribute('aria-current', 'true');
      else link?.removeAttribute('aria-current');
    });
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#cards.findIndex((card) => card.contains(document.activeElement));
    if (at < 0) return;
    if (event.key === 'ArrowDown') this.#focus(Math.min(at + 1, this.#cards.length - 1));
    else if (event.key === 'ArrowUp' && at > 0) this.#focus(at - 1);
    else if (event.key === 'ArrowUp') document.querySelector<HTMLElement>('#nf-question')?.focus();
    else if (event.key === 'Home') this.#focus(0);
    else if (event.key === 'End') this.#focus(this.#cards.length - 1);
    else return;
    event.preventDefault();
  }

  #focus(index: number): void {
    this.#cards[index]?.querySelector('a')?.focus();
  }
}
