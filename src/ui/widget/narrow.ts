import type { FacetCounts, Filters, Sort } from '../../site/facets.ts';
import { h } from '../dom.ts';
import type { Strings } from './strings.ts';

/** What the owner lets visitors choose. */
export interface NarrowSettings {
  /** Names of the filters shown; `all` for every one that the pages have. */
  readonly filters: readonly string[] | 'all';
  /** Orders offered beside the best match. */
  readonly sorts: readonly Sort[];
  /** Filters that always hold and are not shown. */
  readonly scope: Filters;
}

/** Filters as toggle buttons with counts, and a menu of orders. Each change asks for a new search. */
export function createNarrow({ filters: shown, sorts, scope }: NarrowSettings, strings: Strings, onChange: () => void) {
  const chosen = new Map<string, Set<string>>();
  const groups = h('div', { class: 'facets', part: 'facets' });
  const order = h(
    'select',
    { class: 'sort', part: 'sort', 'aria-label': strings.sort, onchange: onChange },
    h('option', { value: '' }, strings.bestMatch),
    ...sorts.map((sort, i) => h('option', { value: i }, strings.sortBy(sort.key, sort.order))),
  );
  order.hidden = sorts.length === 0;
  const element = h('div', { class: 'narrow', part: 'narrow' }, groups, order);
  const isShown = (key: string) => (shown === 'all' || shown.includes(key)) && !(key in scope);
  const isChosen = (key: string, value: string) => chosen.get(key)?.has(value) ?? false;

  const toggle = (key: string, value: string) => {
    const values = chosen.get(key) ?? new Set<string>();
    chosen.set(key, values);
    if (!values.delete(value)) values.add(value);
    onChange();
  };
  const chip = (key: string, value: string, count: number) =>
    h(
      'button',
      {
        type: 'button',
        class: 'chip',
        part: 'chip',
        'aria-pressed': String(isChosen(key, value)),
        'data-key': `${key}\n${value}`,
        onclick: () => toggle(key, value),
      },
      value,
      h('span', { class: 'count' }, count),
    );

  return {
    element,
    /** Whether counts are wanted at all. */
    wanted: shown === 'all' || shown.length > 0,
    /** Scope and choices. */
    filters: (): Filters => ({
      ...Object.fromEntries([...chosen].map(([key, values]) => [key, [...values]])),
      ...scope,
    }),
    sort: (): Sort | undefined => (order.value === '' ? undefined : sorts[Number(order.value)]),
    /** Values that no page among the results has are left out, unless they are chosen; the most frequent come first. */
    show(counts: FacetCounts = {}): void {
      const facets = Object.entries(counts).flatMap(([key, values]) => {
        const chips = Object.entries(values)
          .filter(([value, count]) => count > 0 || isChosen(key, value))
          .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
          .map(([value, count]) => chip(key, value, count));
        if (!isShown(key) || chips.length === 0) return [];
        const label = strings.filter(key);
        return h(
          'div',
          { role: 'group', 'aria-label': label, class: 'facet', part: 'facet' },
          h('span', {}, label),
          ...chips,
        );
      });
      const focused = (element.getRootNode() as ShadowRoot).activeElement?.getAttribute('data-key');
      groups.replaceChildren(...facets);
      element.hidden = facets.length === 0 && order.hidden;
      if (focused) groups.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}

export type Narrow = ReturnType<typeof createNarrow>;

/** `date:descending, title` → two orders; `ascending` unless told. */
export const parseSorts = (text: string | null): Sort[] =>
  listOf(text).map((part) => {
    const [key, order] = part.split(':').map((one) => one.trim());
    return { key: key!, order: order?.startsWith('desc') ? 'descending' : 'ascending' };
  });

/** `version: 2, section: guide, section: api` → values by filter. */
export function parseScope(text: string | null): Filters {
  const scope: Record<string, string[]> = {};
  for (const part of listOf(text)) {
    const colon = part.indexOf(':');
    const key = part.slice(0, Math.max(0, colon)).trim();
    if (key !== '') scope[key] = [...(scope[key] ?? []), part.slice(colon + 1).trim()];
  }
  return scope;
}

/** Parts between commas; empty ones are left out. */
export const listOf = (text: string | null): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
