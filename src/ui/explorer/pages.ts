import type { OpenedDocument } from '../../core/engine.ts';
import type { Range } from '../../core/types.ts';
import { h } from '../dom.ts';
import { whenIdle } from '../idle.ts';
import { estimatedLines, type Section, sectionAt, sectionsOf } from '../sections.ts';
import { blockNodes, type Marks } from './blocks.ts';

const LINE_PX = 26;
/** Sections this far outside the view are filled already, so that scrolling meets text and not white. */
const AHEAD = '1500px 0px';
/** Documents up to this size are filled whole when the page is idle, so that Find in page sees all of them. */
const FILLED_WHOLE = 2_000_000;

/**
 * A document as a column of sections, each filled with text when it comes near the view.
 * Any size opens at once: no more than a section or three is ever built in one task.
 */
export class Pages {
  readonly document: OpenedDocument;
  readonly article: HTMLElement;
  readonly #sections: readonly Section[];
  readonly #elements: readonly HTMLElement[];
  readonly #filled = new Set<number>();
  readonly #observer: IntersectionObserver;
  readonly #scroller: HTMLElement;
  #marks: Marks = {};
  #cancelFilling = () => {};

  constructor(document: OpenedDocument, scroller: HTMLElement) {
    this.document = document;
    this.#scroller = scroller;
    this.#sections = sectionsOf(document.blocks, document.text);
    this.#elements = this.#sections.map((section, index) => {
      const element = h('div', { class: 'page', 'data-index': index });
      element.style.setProperty('contain-intrinsic-block-size', `auto ${estimatedLines(section) * LINE_PX}px`);
      return element;
    });
    const lang = document.language === 'zh' ? 'zh-CN' : 'en';
    this.article = h('article', { dir: 'auto', lang, 'data-kind': document.kind }, ...this.#elements);
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (isIntersecting) this.#fill(Number((target as HTMLElement).dataset.index));
        }
      },
      { root: scroller, rootMargin: AHEAD },
    );
    for (const element of this.#elements) this.#observer.observe(element);
    if (document.text.length <= FILLED_WHOLE) this.#fillWhenIdle(0);
  }

  /** Marks a passage and its answering sentence, brings it into view, and returns its first mark. */
  mark(marks: Marks): HTMLElement | undefined {
    const before = this.#marks.passage;
    this.#marks = marks;
    for (const range of [before, marks.passage]) if (range) this.#refill(range);
    if (!marks.passage) return undefined;

    // The neighbours first: what lies above the passage must not change its height afterwards.
    const at = sectionAt(this.#sections, marks.passage.start);
    for (const index of [at - 1, at, at + 1]) this.#fill(index);
    const find = (selector: string) => this.article.querySelector<HTMLElement>(selector);
    const inPassage = find('mark') ?? find('.marked');
    const show = () => inPassage?.scrollIntoView({ block: 'center' });
    // A far section is laid out only once it is near; then its place is exact.
    requestAnimationFrame(() => {
      show();
      requestAnimationFrame(show);
    });
    inPassage?.setAttribute('tabindex', '-1');
    return inPassage ?? undefined;
  }

  close(): void {
    this.#observer.disconnect();
    this.#cancelFilling();
  }

  #fill(index: number): void {
    const element = this.#elements[index];
    if (!element || this.#filled.has(index)) return;
    this.#filled.add(index);
    this.#observer.unobserve(element);
    element.replaceChildren(...blockNodes(this.#sections[index]!.blocks, this.document.text, this.#marks));
  }

  /** Builds the sections of a range anew, with the present marks, where they are on the page already. */
  #refill({ start, end }: Range): void {
    for (let at = sectionAt(this.#sections, start); at < this.#sections.length; at++) {
      if (this.#sections[at]!.start >= end && end > start) break;
      if (this.#filled.delete(at)) this.#fill(at);
      if (end <= start) break;
    }
  }

  #fillWhenIdle(from: number): void {
    this.#cancelFilling = whenIdle((left) => {
      let at = from;
      while (at < this.#sections.length && left() > 8) this.#fill(at++);
      if (at < this.#sections.length && this.#scroller.isConnected) this.#fillWhenIdle(at);
    });
  }
}
