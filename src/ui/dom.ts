/** Builds elements without markup strings, so that no text of a document can ever become markup. */
export type Child = Node | string | number | false | null | undefined;
type Listener = (event: never) => void;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | Listener>>;

/**
 * `h('button', { class: 'quiet', onclick: stop }, 'Stop')`.
 * A name that starts with `on` is a listener; `true` sets an empty attribute; `false` and `undefined` set nothing.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...present(children));
  return element;
}

/** The children that are there: `condition && h(…)` leaves `false` behind. */
export const present = (children: readonly Child[]): (Node | string)[] =>
  children.flatMap((child) =>
    child === false || child === null || child === undefined ? [] : [typeof child === 'number' ? String(child) : child],
  );

/** Runs `render`, then gives focus back to the element with the same `data-key`, if it was inside. */
export function keepingFocus(root: HTMLElement, render: () => void): void {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && root.contains(active) ? active.dataset.key : undefined;
  render();
  if (key !== undefined) root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

const SVG = 'http://www.w3.org/2000/svg';
/** One stroke each, on a 20 × 20 grid. */
const ICONS = {
  add: 'M10 4v12M4 10h12',
  back: 'M12 4l-6 6 6 6',
  check: 'M4.5 10.5l4 4 7-9',
  close: 'M5 5l10 10M15 5L5 15',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4z',
  file: 'M5 3h7l3 3v11H5zM12 3v3h3',
  folder: 'M3 5h5l2 2h7v9H3z',
  library: 'M4 4h3v12H4zM9 4h3v12H9zM13.5 4.6l2.6-.6 2.9 11.6-2.6.6z',
  next: 'M5 8l5 5 5-5',
  open: 'M10 13V4M6 8l4-4 4 4M4 16h12',
  previous: 'M5 12l5-5 5 5',
  save: 'M10 4v9M6 9l4 4 4-4M4 16h12',
  search: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4M13 13l4 4',
  sparkle: 'M10 3l1.8 5.2L17 10l-5.2 1.8L10 17l-1.8-5.2L3 10l5.2-1.8z',
  trash: 'M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11',
} as const;
export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
