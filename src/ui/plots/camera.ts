/** What of a plane is seen: the place in the middle, and how many pixels a unit is. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Spot = readonly [x: number, y: number];

/** How much nearer one can come than where everything is seen, and how much farther away. */
const NEAREST = 200;
const FARTHEST = 0.6;

/** All of `bounds`, with `margin` pixels around. */
export function showing({ left, right, top, bottom }: Bounds, { width, height }: Size, margin: number): Camera {
  const scale = Math.min(
    Math.max(1, width - 2 * margin) / Math.max(right - left, 1e-6),
    Math.max(1, height - 2 * margin) / Math.max(bottom - top, 1e-6),
  );
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale };
}

export const toScreen = ({ x, y, scale }: Camera, { width, height }: Size, [px, py]: Spot): [number, number] => [
  (px - x) * scale + width / 2,
  (py - y) * scale + height / 2,
];

export const toPlane = ({ x, y, scale }: Camera, { width, height }: Size, [sx, sy]: Spot): [number, number] => [
  (sx - width / 2) / scale + x,
  (sy - height / 2) / scale + y,
];

/** Nearer by `factor`; what is under `at` stays there. `whole` is the camera that shows everything. */
export function zoomed(camera: Camera, size: Size, factor: number, at: Spot, whole: Camera): Camera {
  const scale = Math.max(whole.scale * FARTHEST, Math.min(whole.scale * NEAREST, camera.scale * factor));
  const [px, py] = toPlane(camera, size, at);
  return { x: px - (at[0] - size.width / 2) / scale, y: py - (at[1] - size.height / 2) / scale, scale };
}

/** Everything moves by so many pixels. */
export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: camera.y - dy / camera.scale,
});

/** Moved as little as brings `spot` inside, `margin` pixels from the edges and from what covers the foot. */
export function bringing(camera: Camera, size: Size, spot: Spot, margin: number, foot = 0): Camera {
  const [sx, sy] = toScreen(camera, size, spot);
  const inside = (at: number, length: number) =>
    Math.min(Math.max(at, Math.min(margin, length / 2)), Math.max(length - margin, length / 2));
  return panned(camera, inside(sx, size.width) - sx, inside(sy, size.height - foot) - sy);
}

/** The middle of what is seen stays within `bounds`: nobody gets lost. */
export const within = (camera: Camera, { left, right, top, bottom }: Bounds): Camera => ({
  ...camera,
  x: Math.min(right, Math.max(left, camera.x)),
  y: Math.min(bottom, Math.max(top, camera.y)),
});

/** What holds these points; of none, a unit around the origin. */
export function boundsOf(points: ArrayLike<number>, takes: (point: number) => boolean = () => true): Bounds {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; 2 * i < points.length; i++) {
    if (!takes(i)) continue;
    const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return left <= right ? { left, right, top, bottom } : { left: -1, right: 1, top: -1, bottom: 1 };
}
