import type { Painter } from './points.ts';
import { canvasPainter } from './points-canvas.ts';
import { glPainter } from './points-gl.ts';

/** With WebGL all points are one call to the graphics chip; without, they are drawn one by one. `onLost`: the chip has gone. */
export const createPainter = (onLost: () => void): Painter => glPainter(onLost) ?? canvasPainter();
