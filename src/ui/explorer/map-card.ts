import type { Chunk } from '../../core/types.ts';
import { h } from '../dom.ts';
import type { Size } from '../plots/camera.ts';
import type { Words } from '../words/words.ts';
import { placeOf } from './map-scene.ts';

/** So much of a passage is shown; whoever wants more reads it. */
const SHOWN = 200;
/** Between a point and the card beside it. */
const GAP = 18;
const EDGE = 8;

type Spot = readonly [x: number, y: number];

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

  /**
   * Beside the point, above or below it: where it covers the fewest of `marks`, the right side first. Along the foot, with
   * its button, where it is `docked`.
   */
  place([x, y]: Spot, { width, height }: Size, docked: boolean, marks: readonly Spot[]): void {
    const { element } = this;
    element.toggleAttribute('data-docked', docked);
    if (docked) {
      element.style.transform = '';
      return;
    }
    const { offsetWidth, offsetHeight } = element;
    const inside = (at: number, length: number, room: number) =>
      Math.min(Math.max(EDGE, at), Math.max(EDGE, room - length - EDGE));
    const beside = inside(y - offsetHeight / 3, offsetHeight, height);
    const along = inside(x - offsetWidth / 2, offsetWidth, width);
    const places: Spot[] = [
      [x + GAP, beside],
      [x - GAP - offsetWidth, beside],
      [along, y + GAP],
      [along, y - GAP - offsetHeight],
    ];
    const covered = ([left, top]: Spot) => {
      const fits = left >= 0 && top >= 0 && left + offsetWidth <= width && top + offsetHeight <= height;
      const isUnder = ([mx, my]: Spot) => mx > left && mx < left + offsetWidth && my > top && my < top + offsetHeight;
      return fits ? marks.filter(isUnder).length : Number.POSITIVE_INFINITY;
    };
    const [left, top] = places.reduce((best, place) => (covered(place) < covered(best) ? place : best));
    element.style.transform = `translate(${inside(left, offsetWidth, width).toFixed(0)}px, ${inside(top, offsetHeight, height).toFixed(0)}px)`;
  }
}

export function beginning(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN).trimEnd()}…` : plain;
}
