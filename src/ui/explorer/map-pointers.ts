export interface PointerEvents {
  onHover(x: number, y: number): void;
  onLeave(): void;
  onTap(x: number, y: number, by: 'mouse' | 'touch'): void;
  onPan(dx: number, dy: number): void;
  onZoom(factor: number, x: number, y: number): void;
}

/** A pointer that moves less than this, pixels, has tapped. */
const STILL = 5;
/** What a wheel's line is in pixels, and how much nearer a pixel brings. */
const LINE = 16;
const NEARER = { wheel: 0.0018, pinch: 0.01 } as const;

/** Wheel, drag, pinch and tap on an element, told in its own pixels. */
export function followPointers(element: HTMLElement, events: PointerEvents, signal: AbortSignal): void {
  const down = new Map<number, readonly [x: number, y: number]>();
  let travelled = 0;
  const at = ({ clientX, clientY }: MouseEvent): [number, number] => {
    const { left, top } = element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const on = <K extends keyof HTMLElementEventMap>(name: K, listen: (event: HTMLElementEventMap[K]) => void) =>
    element.addEventListener(name, listen as EventListener, { signal, passive: false });
  const isOurs = ({ target }: Event) => !(target instanceof Element && target.closest('button'));

  on('wheel', (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? LINE : 1);
    events.onZoom(Math.exp(-pixels * (event.ctrlKey ? NEARER.pinch : NEARER.wheel)), ...at(event));
  });
  on('pointerdown', (event) => {
    if (event.button !== 0 || !isOurs(event)) return;
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, at(event));
    element.setPointerCapture(event.pointerId);
  });
  on('pointermove', (event) => {
    const before = down.get(event.pointerId);
    const now = at(event);
    if (!before) {
      if (event.pointerType === 'mouse' && isOurs(event)) events.onHover(...now);
      return;
    }
    travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (travelled < STILL) return;
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, spot]) => spot);
    const other = others[0];
    if (other) {
      // Each finger moves the middle by half of its way.
      events.onPan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
      const [far, was] = [now, before].map(([x, y]) => Math.hypot(x - other[0], y - other[1]));
      if (was! > 0) events.onZoom(far! / was!, (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    } else events.onPan(now[0] - before[0], now[1] - before[1]);
    down.set(event.pointerId, now);
  });
  on('pointerup', (event) => {
    if (!down.delete(event.pointerId) || travelled >= STILL) return;
    events.onTap(...at(event), event.pointerType === 'mouse' ? 'mouse' : 'touch');
  });
  on('pointercancel', (event) => void down.delete(event.pointerId));
  on('pointerleave', (event) => {
    if (event.pointerType === 'mouse' && down.size === 0) events.onLeave();
  });
}
