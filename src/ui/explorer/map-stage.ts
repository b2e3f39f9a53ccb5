import { h } from '../dom.ts';
import {
  type Bounds,
  boundsOf,
  bringing,
  type Camera,
  panned,
  type Size,
  showing,
  toPlane,
  toScreen,
  within,
  zoomed,
} from '../plots/camera.ts';
import { createPainter } from '../plots/painter.ts';
import { type Direction, nearestPoint, nextInDirection } from '../plots/pick.ts';
import { type Painter, type Rgb, TONES } from '../plots/points.ts';
import { canvasPainter } from '../plots/points-canvas.ts';
import { Overlay } from './map-overlay.ts';
import { followPointers } from './map-pointers.ts';
import type { Scene } from './map-scene.ts';

export interface StageEvents {
  /** A point is pointed at, or none is any more. `by` keys: it is to be spoken. */
  onPoint(point: number | undefined, by: 'mouse' | 'touch' | 'keys'): void;
  /** A point is to be read. */
  onRead(point: number): void;
  onHit(index: number): void;
  /** Something moved: what stands beside the picture has to follow. */
  onMoved(): void;
  hitLabel(index: number): string;
}

/** A point is met from so many pixels. */
const REACH = { mouse: 14, touch: 26 } as const;
const MARGIN = 36;
const STEP = 80;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The picture: points, names, what is lit, and moving about in it. */
export class Stage {
  readonly element = h('div', { class: 'map-stage', tabindex: '0', role: 'application' });
  readonly #overlay = new Overlay();
  readonly #events: StageEvents;
  #painter: Painter;
  #colours: readonly Rgb[] = [];
  #scene: Scene | undefined;
  #size: Size = { width: 0, height: 0 };
  #bounds: Bounds = boundsOf([]);
  #whole: Camera = { x: 0, y: 0, scale: 1 };
  #camera: Camera | undefined;
  #point: number | undefined;
  #alike: readonly number[] = [];
  #scheduled = false;

  constructor(events: StageEvents, signal: AbortSignal) {
    this.#events = events;
    this.#painter = createPainter(() => this.#lost());
    this.element.append(this.#painter.canvas, ...this.#overlay.elements);
    const watch = new ResizeObserver(() => this.#resize());
    watch.observe(this.element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', () => this.recolour(), { signal });
    followPointers(
      this.element,
      {
        onHover: (x, y) => this.#pointTo(this.#pick(x, y, 'mouse'), 'mouse'),
        onLeave: () => this.#pointTo(undefined, 'mouse'),
        onTap: (x, y, by) => {
          const point = this.#pick(x, y, by);
          this.#pointTo(point, by);
          if (point !== undefined && by === 'mouse') events.onRead(point);
        },
        onPan: (dx, dy) => this.#move(panned(this.#now(), dx, dy)),
        onZoom: (factor, x, y) => this.#move(zoomed(this.#now(), this.#size, factor, [x, y], this.#whole)),
      },
      signal,
    );
    this.element.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    signal.addEventListener('abort', () => {
      watch.disconnect();
      this.#painter.dispose();
    });
  }

  get point(): number | undefined {
    return this.#point;
  }

  /** Another picture. Where one looks stays, unless what is meant changed. */
  show(scene: Scene): void {
    const bounds = boundsOf(scene.atlas.map.points, scene.takes);
    const moved = !this.#scene || JSON.stringify(bounds) !== JSON.stringify(this.#bounds);
    if (moved) this.#camera = undefined;
    // The names may have changed, the points have not.
    if (scene.atlas.map.ordinals !== this.#scene?.atlas.map.ordinals) {
      this.#point = undefined;
      this.#alike = [];
    }
    this.#bounds = bounds;
    this.#scene = scene;
    this.#painter.take(scene.atlas.map.points, scene.tones);
    this.#overlay.take(scene.hits, {
      ...this.#events,
      onHitPoint: (point, by) => this.#pointTo(point, by),
    });
    if (this.#colours.length === 0) this.recolour();
    this.#resize();
  }

  /** Lines from the point that is shown to those most like it. */
  link(points: readonly number[]): void {
    this.#alike = points;
    this.#schedule();
  }

  /** The point that is shown; it is brought into what is seen of the picture above `foot`. */
  select(point: number | undefined, foot = 0): void {
    if (point !== this.#point) this.#alike = [];
    this.#point = point;
    if (point !== undefined && this.#scene)
      this.#move(bringing(this.#now(), this.#size, this.#place(point), MARGIN, foot));
    this.#schedule();
  }

  /** Nearer to the point that is shown, or to the middle. */
  zoom(factor: number): void {
    const { width, height } = this.#size;
    const at = this.#point === undefined ? ([width / 2, height / 2] as const) : this.onStage(this.#point);
    this.#move(zoomed(this.#now(), this.#size, factor, at, this.#whole));
  }

  showAll(): void {
    this.#camera = undefined;
    this.#schedule();
  }

  /** Where results and what lines lead to stand on the stage. */
  get marks(): readonly (readonly [x: number, y: number])[] {
    const points = [...(this.#scene?.hits ?? []).map(({ point }) => point), ...this.#alike];
    return points.map((point) => this.onStage(point));
  }

  /** Where a point stands on the stage, in pixels. */
  onStage(point: number): readonly [x: number, y: number] {
    return toScreen(this.#now(), this.#size, this.#place(point));
  }

  /** The theme's colours, as the browser makes them of the style sheet. */
  recolour(): void {
    const probe = h('span');
    this.element.append(probe);
    const dot = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    this.#colours = Array.from({ length: TONES + 1 }, (_, tone) => {
      probe.className = `map-tone-${tone}`;
      if (!dot) return [0.5, 0.5, 0.5];
      dot.fillStyle = getComputedStyle(probe).color;
      dot.fillRect(0, 0, 1, 1);
      const [red, green, blue] = dot.getImageData(0, 0, 1, 1).data;
      return [red! / 255, green! / 255, blue! / 255];
    });
    probe.remove();
    this.#schedule();
  }

  #lost(): void {
    const old = this.#painter;
    this.#painter = canvasPainter();
    old.canvas.replaceWith(this.#painter.canvas);
    if (this.#scene) this.#painter.take(this.#scene.atlas.map.points, this.#scene.tones);
    this.#schedule();
  }

  #place(point: number): [number, number] {
    const { points } = this.#scene!.atlas.map;
    return [points[2 * point]!, points[2 * point + 1]!];
  }

  #now(): Camera {
    return this.#camera ?? this.#whole;
  }

  #move(camera: Camera): void {
    this.#camera = within(camera, this.#bounds);
    this.#schedule();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.#size = { width, height };
    this.#whole = showing(this.#bounds, this.#size, MARGIN);
    if (this.#point !== undefined && this.#camera) this.select(this.#point);
    this.#schedule();
  }

  #pick(x: number, y: number, by: 'mouse' | 'touch'): number | undefined {
    if (!this.#scene) return undefined;
    const camera = this.#now();
    const [px, py] = toPlane(camera, this.#size, [x, y]);
    return nearestPoint(this.#scene.atlas.map.points, px, py, REACH[by] / camera.scale, this.#scene.takes);
  }

  #pointTo(point: number | undefined, by: 'mouse' | 'touch' | 'keys'): void {
    if (point === this.#point) return;
    this.#point = point;
    this.#alike = [];
    this.#schedule();
    this.#events.onPoint(point, by);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey || !this.#scene) return;
    const direction = ARROWS[event.key];
    if (direction && event.shiftKey) {
      const [dx, dy] = { left: [STEP, 0], right: [-STEP, 0], up: [0, STEP], down: [0, -STEP] }[direction] as [
        number,
        number,
      ];
      this.#move(panned(this.#now(), dx, dy));
    } else if (direction) {
      const next =
        this.#point === undefined
          ? this.#central()
          : nextInDirection(this.#scene.atlas.map.points, this.#point, direction, this.#scene.takes);
      if (next !== undefined) {
        this.#move(bringing(this.#now(), this.#size, this.#place(next), MARGIN));
        this.#pointTo(next, 'keys');
      }
    } else if (event.key === 'Enter' && this.#point !== undefined) this.#events.onRead(this.#point);
    else if (event.key === '+' || event.key === '=') this.zoom(1.5);
    else if (event.key === '-' || event.key === '_') this.zoom(1 / 1.5);
    else if (event.key === '0') this.showAll();
    else if (event.key === 'Escape' && this.#point !== undefined) this.#pointTo(undefined, 'keys');
    else return;
    event.preventDefault();
  }

  /** The point from which keys start: the best hit, or the one nearest to the middle of the picture. */
  #central(): number | undefined {
    const { hits, atlas, takes } = this.#scene!;
    const { x, y } = this.#now();
    return hits[0]?.point ?? nearestPoint(atlas.map.points, x, y, Number.POSITIVE_INFINITY, takes);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw(): void {
    const scene = this.#scene;
    if (!scene || this.#size.width === 0 || !this.element.isConnected) return;
    const camera = this.#now();
    const nearer = camera.scale / this.#whole.scale;
    const size = scene.meant < 300 ? 9 : scene.meant < 3000 ? 6.5 : scene.meant < 30_000 ? 4.5 : 3;
    this.#painter.draw(camera, this.#size, {
      colours: this.#colours,
      diameter: Math.min(16, size * nearer ** 0.3),
      strength: scene.hits.length > 0 ? 0.45 : 0.85,
    });
    this.#overlay.draw(scene, (spot) => toScreen(camera, this.#size, spot), this.#size, this.#point, this.#alike);
    this.#events.onMoved();
  }
}
