/** A rectangle on the screen, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

/**
 * Those labels for which there is room: each is taken unless it would lie on one before it, on what is `taken`, or not
 * wholly in the picture.
 *
 * Ties     the earlier label wins: put what matters most first.
 * Cost     labels × those taken.
 */
export function fitting<T extends Box>(
  labels: Iterable<T>,
  { width, height }: { readonly width: number; readonly height: number },
  taken: readonly Box[] = [],
  most = Number.POSITIVE_INFINITY,
): T[] {
  const chosen: T[] = [];
  for (const label of labels) {
    if (chosen.length >= most) break;
    const inside =
      label.left >= 0 && label.top >= 0 && label.left + label.width <= width && label.top + label.height <= height;
    if (!inside || taken.some((box) => overlaps(box, label)) || chosen.some((box) => overlaps(box, label))) continue;
    chosen.push(label);
  }
  return chosen;
}
