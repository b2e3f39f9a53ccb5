import { h } from '../dom.ts';
import type { Size } from '../plots/camera.ts';
import { type Box, fitting } from '../plots/labels.ts';
import type { Name, Scene } from './map-scene.ts';

type Spot = readonly [x: number, y: number];
/** From the map's plane to pixels of the stage. */
type Project = (spot: Spot) => Spot;

const MOST_NAMES = 36;
/** Height of a name. */
const LINE = 20;
/** Half of the room that a mark takes which no name may lie on. */
const HIT = 12;
const QUESTION = 14;
const SVG = 'http://www.w3.org/2000/svg';

export interface HitEvents {
  hitLabel(index: number): string;
  /** A result is pointed at. */
  onHitPoint(point: number, by: 'mouse' | 'keys'): void;
  onHit(index: number): void;
}

/** What stands on the picture as elements: names where there is room, results by rank, the question, the ring, lines. */
export class Overlay {
  readonly #names = h('div', { class: 'map-names', 'aria-hidden': 'true' });
  readonly #hits = h('div', { class: 'map-hits' });
  readonly #ring = h('span', { class: 'map-ring', 'aria-hidden': 'true', hidden: true });
  readonly #question = h('span', { class: 'map-question', 'aria-hidden': 'true', hidden: true }, '?');
  readonly #lines = document.createElementNS(SVG, 'svg');

  constructor() {
    this.#lines.setAttribute('class', 'map-lines');
    this.#lines.setAttribute('aria-hidden', 'true');
  }

  /** Lowest first. */
  get elements(): readonly Element[] {
    return [this.#lines, this.#names, this.#ring, this.#question, this.#hits];
  }

  /** The results that are lit from now on, each a button that tells of its point and opens it. */
  take(hits: Scene['hits'], events: HitEvents): void {
    const buttons = hits.map(({ index, point }) =>
      h(
        'button',
        {
          type: 'button',
          class: 'map-hit',
          'aria-label': events.hitLabel(index),
          'data-key': `hit ${index}`,
          onpointerenter: ({ pointerType }: PointerEvent) =>
            pointerType === 'mouse' && events.onHitPoint(point, 'mouse'),
          onfocus: ({ target }: FocusEvent) =>
            (target as Element).matches(':focus-visible') && events.onHitPoint(point, 'keys'),
          onclick: () => events.onHit(index),
        },
        index + 1,
      ),
    );
    this.#hits.replaceChildren(...buttons);
  }

  /** @param point the one that is pointed at, @param alike those that lines lead to. */
  draw(scene: Scene, project: Project, size: Size, point: number | undefined, alike: readonly number[]): void {
    const { points } = scene.atlas.map;
    const place = (one: number) => project([points[2 * one]!, points[2 * one + 1]!]);
    const taken: Box[] = [];
    const put = (element: HTMLElement, [x, y]: Spot) => {
      element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    };
    for (const [i, hit] of scene.hits.entries()) {
      const at = place(hit.point);
      put(this.#hits.children[i] as HTMLElement, at);
      taken.push(around(at, HIT));
    }
    this.#question.hidden = !scene.question;
    if (scene.question) {
      const at = project([scene.question.x, scene.question.y]);
      put(this.#question, at);
      taken.push(around(at, QUESTION));
    }
    this.#ring.hidden = point === undefined;
    if (point !== undefined) put(this.#ring, place(point));
    this.#lines.replaceChildren(...(point === undefined ? [] : alike.map((to) => line(place(point), place(to)))));
    this.#names.replaceChildren(...fitting(boxes(scene.atlas.names, project), size, taken, MOST_NAMES).map(labelOf));
  }
}

const around = ([x, y]: Spot, half: number): Box => ({
  left: x - half,
  top: y - half,
  width: 2 * half,
  height: 2 * half,
});

function line([x1, y1]: Spot, [x2, y2]: Spot): SVGElement {
  const element = document.createElementNS(SVG, 'line');
  for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) element.setAttribute(name, value.toFixed(1));
  return element;
}

function* boxes(names: readonly Name[], project: Project): Generator<Box & { readonly name: Name }> {
  for (const name of names) {
    const [x, y] = project([name.x, name.y]);
    const { width } = writtenAs(name);
    yield { name, left: x - width / 2, top: name.kind === 'area' ? y - LINE - 12 : y + 8, width, height: LINE };
  }
}

function labelOf({ name, left, top, width }: Box & { readonly name: Name }): HTMLElement {
  const { text } = writtenAs(name);
  const label = h('span', { class: `map-name ${name.kind} map-tone-${name.tone}`, dir: 'auto' }, text);
  label.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
  label.style.inlineSize = `${width}px`;
  return label;
}

const FONTS = { area: '13px', group: '600 13px', document: '11.5px' } as const;
const MOST_WIDE = 190;
/** Measured on a canvas of its own: measuring in the page would cost a layout a name. */
let pen: CanvasRenderingContext2D | null | undefined;
const written = new Map<string, Written>();

interface Written {
  readonly text: string;
  readonly width: number;
}

/** A name as it is written: cut where it is long, and how wide it is. */
function writtenAs({ text, kind }: Name): Written {
  const font = FONTS[kind];
  const key = `${font} ${text}`;
  const known = written.get(key);
  if (known) return known;
  pen ??= document.createElement('canvas').getContext('2d');
  if (pen) pen.font = `${font} ${getComputedStyle(document.documentElement).fontFamily}`;
  const widthOf = (some: string) => Math.ceil((pen?.measureText(some).width ?? some.length * 10) + 6);
  const letters = [...text];
  let cut = text;
  while (widthOf(cut) > MOST_WIDE && letters.length > 1) {
    letters.pop();
    cut = `${letters.join('').trimEnd()}…`;
  }
  const result = { text: cut, width: widthOf(cut) };
  written.set(key, result);
  return result;
}
