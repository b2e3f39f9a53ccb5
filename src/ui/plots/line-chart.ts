import { h } from '../dom.ts';
import { stepsOf, ticksOf } from './ticks.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** How the line is drawn; the name stands at its end. */
  readonly look: 'strong' | 'plain' | 'dashed' | 'faint';
}

export interface Chart {
  /** What it shows, for who cannot see it. */
  readonly title: string;
  readonly x: string;
  /** With its unit. */
  readonly y: string;
  readonly series: readonly Series[];
  /** A vertical line with a word at it. */
  readonly mark?: { readonly at: number; readonly label: string };
  /** Digits behind the point on the y axis and in the table. */
  readonly digits: number;
  readonly asTable: string;
}

const HEIGHT = 220;
const LEFT = 46;
const TOP = 26;
const BOTTOM = 34;
/** Room for the names at the ends of the lines, in widths of a letter. */
const LETTER = 7.2;
const SVG = 'http://www.w3.org/2000/svg';

/**
 * Lines over two labelled axes, each with its name at its end instead of in a legend, and the same data as a table.
 * Drawn for the width it has, so that its letters keep their size.
 */
export class LineChart extends HTMLElement {
  #chart: Chart | undefined;
  #drawing = document.createElementNS(SVG, 'svg');
  #watch = new ResizeObserver(() => this.#draw());

  show(chart: Chart): void {
    this.#chart = chart;
    const wasOpen = this.querySelector('details')?.open ?? false;
    this.replaceChildren(this.#drawing, tableOf(chart, wasOpen));
    this.#draw();
  }

  connectedCallback(): void {
    this.#watch.observe(this);
  }
  disconnectedCallback(): void {
    this.#watch.disconnect();
  }

  #draw(): void {
    const width = this.clientWidth;
    if (!this.#chart || width === 0) return;
    const { title, x, y, series, mark, digits } = this.#chart;
    const drawing = this.#drawing;
    drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    drawing.setAttribute('height', String(HEIGHT));
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', title);
    const points = series.flatMap((one) => one.points);
    const names = Math.max(...series.map(({ name }) => [...name].reduce((sum, c) => sum + (c > '⺀' ? 1.9 : 1), 0)), 4);
    const right = width - names * LETTER - 12;
    const [x0, x1] = extent(points.map(([px]) => px));
    const ticks = ticksOf(...extent(points.map(([, py]) => py)));
    const [y0, y1] = [ticks[0]!, ticks.at(-1)!];
    const atX = (value: number) => LEFT + ((value - x0) / (x1 - x0 || 1)) * (right - LEFT);
    const atY = (value: number) => HEIGHT - BOTTOM - ((value - y0) / (y1 - y0 || 1)) * (HEIGHT - BOTTOM - TOP);

    const parts: SVGElement[] = [
      ...ticks.flatMap((tick) => [
        draw('line', { class: 'grid', x1: LEFT, x2: right, y1: atY(tick), y2: atY(tick) }),
        write(decimal(tick, digits), { class: 'tick', x: LEFT - 8, y: atY(tick) + 4, 'text-anchor': 'end' }),
      ]),
      write(y, { class: 'axis', x: 0, y: 12 }),
      write(x, { class: 'axis', x: right, y: HEIGHT - 2, 'text-anchor': 'end' }),
      ...stepsOf(x0, x1).map((value) =>
        write(String(value), { class: 'tick', x: atX(value), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle' }),
      ),
    ];
    if (mark && points.length > 0) {
      parts.push(draw('line', { class: 'mark', x1: atX(mark.at), x2: atX(mark.at), y1: TOP, y2: HEIGHT - BOTTOM }));
      const isLate = atX(mark.at) > (LEFT + right) / 2;
      const at = {
        x: atX(mark.at) + (isLate ? -5 : 5),
        y: HEIGHT - BOTTOM - 6,
        'text-anchor': isLate ? 'end' : 'start',
      };
      parts.push(write(mark.label, { class: 'mark-label', ...at }));
    }
    for (const { points, look } of series) {
      if (points.length === 0) continue;
      const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${atX(px).toFixed(1)} ${atY(py).toFixed(1)}`);
      parts.push(draw('path', { class: `line ${look}`, d: path.join('') }));
      if (points.length === 1) {
        const [[px, py]] = points as [readonly [number, number]];
        parts.push(draw('circle', { class: look, cx: atX(px), cy: atY(py), r: 3 }));
      }
    }
    const ends = apart(
      series.flatMap((one) => (one.points.length > 0 ? [{ one, y: atY(one.points.at(-1)![1]) + 4 }] : [])),
    );
    for (const { one, y: at } of ends) {
      parts.push(write(one.name, { class: `name ${one.look}`, x: atX(one.points.at(-1)![0]) + 8, y: at }));
    }
    drawing.replaceChildren(...parts);
  }
}

function tableOf({ x, series, digits, asTable }: Chart, open: boolean): HTMLElement {
  const all = [...new Set(series.flatMap(({ points }) => points.map(([px]) => px)))].sort((a, b) => a - b);
  // A table of thousands of steps is read by nobody: about fifty rows, the first and the last among them.
  const step = Math.max(1, Math.ceil(all.length / 50));
  const rows = all.filter((_, i) => i % step === 0 || i === all.length - 1);
  const values = series.map(({ points }) => new Map(points));
  return h(
    'details',
    { open },
    h('summary', {}, asTable),
    h(
      'div',
      { class: 'table', tabindex: '0' },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h('tr', {}, h('th', { scope: 'col' }, x), ...series.map(({ name }) => h('th', { scope: 'col' }, name))),
        ),
        h(
          'tbody',
          {},
          ...rows.map((px) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, px),
              ...values.map((of) => h('td', {}, of.has(px) ? decimal(of.get(px)!, digits) : '')),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Labels moved down where they would lie on one another; in the order of their lines. */
function apart<T extends { readonly y: number }>(labels: readonly T[]): T[] {
  let last = -Infinity;
  return labels
    .toSorted((a, b) => a.y - b.y)
    .map((label) => {
      last = Math.max(label.y, last + 15);
      return { ...label, y: last };
    });
}

const extent = (values: readonly number[]): [number, number] =>
  values.length === 0 ? [0, 1] : [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
/** `.56` for a share, `1.82` beyond one. */
const decimal = (value: number, digits: number) =>
  value === 0 ? '0' : value.toFixed(digits).replace(/^(-?)0\./, '$1.');

function draw(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
function write(text: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = draw('text', attributes);
  element.textContent = text;
  return element;
}
