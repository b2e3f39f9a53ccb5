import type { Chunk } from '../../core/types.ts';
import { h } from '../dom.ts';
import { count } from '../format.ts';
import type { Words } from '../words/words.ts';
import { beginning } from './map-card.ts';
import type { Atlas } from './map-scene.ts';

/** Rows that are named; a table of a thousand files is read by nobody. */
export const ROWS = 40;

/**
 * The map as a table: its groups, how large they are, which lies nearest to which, and a passage from the midst of each.
 */
export function mapTable(
  words: Words,
  atlas: Atlas,
  chunks: ReadonlyMap<number, Chunk>,
  read: (chunk: Chunk) => void,
): HTMLElement {
  const { groups, hearts } = atlas;
  const shown = groups.slice(0, ROWS);
  const rows = shown.map(({ name, documents, passages, tone }, g) => {
    const next = nearestGroup(atlas, g);
    const chunk = chunks.get(hearts[g]!);
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row', dir: 'auto' },
        h('span', { class: `map-swatch map-tone-${tone}`, 'aria-hidden': 'true' }),
        name,
      ),
      h('td', { class: 'number' }, count(documents.length)),
      h('td', { class: 'number' }, count(passages)),
      h('td', { dir: 'auto' }, next === undefined ? '–' : groups[next]!.name),
      h(
        'td',
        { dir: 'auto' },
        chunk
          ? h('button', { type: 'button', class: 'quiet typical', onclick: () => read(chunk) }, beginning(chunk.text))
          : '…',
      ),
    );
  });
  const { map } = words;
  const heads = [map.group, map.documentsIn, map.passagesIn, map.nearestGroup, map.typical];
  const rest = groups.length - shown.length;
  return h(
    'div',
    { class: 'table', tabindex: '0', role: 'group', 'aria-label': map.title },
    h(
      'table',
      {},
      h('caption', { class: 'unseen' }, map.title),
      h('thead', {}, h('tr', {}, ...heads.map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, ...rows),
    ),
    rest > 0 && h('p', { class: 'caption' }, map.rest(rest)),
  );
}

/** Of the hearts of the other groups, the nearest; those of another area do not count, as nothing is known of them. */
export function nearestGroup({ map, groups, hearts }: Atlas, g: number): number | undefined {
  const place = (group: number) => [map.points[2 * hearts[group]!]!, map.points[2 * hearts[group]! + 1]!] as const;
  const areaOf = ([x, y]: readonly [number, number]) =>
    map.areas.findIndex((area) => Math.hypot(area.x - x, area.y - y) <= area.radius * 1.001);
  const own = place(g);
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let other = 0; other < groups.length; other++) {
    const there = place(other);
    const far = Math.hypot(there[0] - own[0], there[1] - own[1]);
    if (other === g || far >= least || areaOf(there) !== areaOf(own)) continue;
    least = far;
    best = other;
  }
  return best;
}
