import type { Chunk } from '../../core/types.ts';
import { h } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { placeOf } from './map-scene.ts';

/** So much of a passage is shown; whoever wants more reads it. */
const SHOWN = 200;
/** Between a point and the card beside it. */
const GAP = 18;

/** The passage that is pointed at: where it stands and how it begins. */
export class Card {
  readonly element = h('div', { class: 'map-card', hidden: true });
  readonly #place = h('p', { class: 'place', dir: 'auto' });
  readonly #text = h('p', { class: 'text', dir: 'auto' });
  readonly #path = h('p', { class: 'caption path', dir: 'auto' });
  readonly #alike = h('p', { class: 'caption' });
  readonly #read = h('button', { type: 'button', class: 'primary' });

  constructor(onRead: () => void) {
    this.#read.addEventListener('click', onRead);
    this.element.append(this.#place, this.#text, this.#path, this.#alike, this.#read);
  }

  show(words: Words, chunk: Chunk): void {
    this.#place.textContent = placeOf(chunk);
    this.#text.textContent = beginning(chunk.text);
    this.#path.textContent = chunk.document;
    this.#alike.textContent = '';
    this.#read.textContent = words.map.read;
    this.element.hidden = false;
  }

  /** Says what the lines are. */
  link(words: Words, count: number): void {
    this.#alike.textContent = count > 0 ? words.map.alike(count) : '';
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Beside the point, on whichever side there is room; along the foot, with its button, where it is `docked`. */
  place(
    [x, y]: readonly [number, number],
    { width, height }: { readonly width: number; readonly height: number },
    docked: boolean,
  ): void {
    const { element } = this;
    element.toggleAttribute('data-docked', docked);
    if (docked) {
      element.style.transform = '';
      return;
    }
    const { offsetWidth, offsetHeight } = element;
    const right = x + GAP + offsetWidth <= width - 8;
    const left = right ? x + GAP : Math.max(8, x - GAP - offsetWidth);
    const top = Math.min(Math.max(8, y - offsetHeight / 3), Math.max(8, height - offsetHeight - 8));
    element.style.transform = `translate(${left.toFixed(0)}px, ${top.toFixed(0)}px)`;
  }
}

export function beginning(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN).trimEnd()}…` : plain;
}
