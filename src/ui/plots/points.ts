import type { Camera, Size } from './camera.ts';

/** A colour as shares of red, green and blue. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** So many colours stand for something; tone 0 is for the rest. */
export const TONES = 8;
/** Added to a tone: the point is there, but not meant. */
export const FAINT = 16;

export interface Look {
  /** Of tone 0, then 1 to 8. */
  readonly colours: readonly Rgb[];
  /** Diameter of a point, pixels. */
  readonly diameter: number;
  /** How much of the colour: less where other things are to be seen. */
  readonly strength: number;
}

/** Draws points on a canvas of its own. */
export interface Painter {
  readonly canvas: HTMLCanvasElement;
  /** The points from now on: x and y of each, and its tone. Later ones are drawn over earlier ones. */
  take(points: Float32Array, tones: Uint8Array): void;
  draw(camera: Camera, size: Size, look: Look): void;
  dispose(): void;
}

/** The canvas fits `size`, at the screen's own resolution. Returns pixels of the canvas for one of the page. */
export function fitCanvas(canvas: HTMLCanvasElement, { width, height }: Size): number {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  return ratio;
}
