import type { SiteAnswer, SiteHit } from '../../site/reader.ts';
import { h, present } from '../dom.ts';
import { excerpt } from '../excerpt.ts';
import { linkTo } from './links.ts';
import { fill } from './template.ts';

/** A page with its passages that were found, in the order of the best. */
export interface PageGroup {
  readonly title: string;
  readonly hits: readonly SiteHit[];
}

/** How results look, and where they lead. */
export interface Look {
  /** Absolute address that page URLs are relative to. */
  readonly base: string;
  /** In front of every element id, so that several widgets can stand on one page. */
  readonly prefix: string;
  /** URL parameter that tells the target page what to highlight (`highlight.ts`); none if empty. */
  readonly highlight: string;
  /** The owner's own form of a result. */
  readonly template?: HTMLTemplateElement;
}

const EXCERPT = 180;
const PASSAGES_A_PAGE = 3;

/** Hits by page; a page stands where its best hit does and shows its three best. */
export function groupByPage(hits: SiteAnswer['passages']): PageGroup[] {
  const groups = new Map<string, SiteHit[]>();
  for (const hit of hits) groups.set(hit.page.url, [...(groups.get(hit.page.url) ?? []), hit]);
  return [...groups.values()].map((group) => ({ title: group[0]!.page.title, hits: group.slice(0, PASSAGES_A_PAGE) }));
}

/** A listbox's content: one group a page, one option a passage. Text of pages only ever becomes text. */
export function renderGroups(groups: readonly PageGroup[], look: Look): HTMLElement[] {
  const { prefix } = look;
  let option = 0;
  return groups.map(({ title, hits }, g) => {
    const heading = `${prefix}-page-${g}`;
    return h(
      'div',
      { role: 'group', 'aria-labelledby': heading, class: 'page', part: 'page' },
      h('div', { id: heading, class: 'title', part: 'title', role: 'presentation', dir: 'auto' }, title),
      ...hits.map((hit) => renderHit(hit, look, `${prefix}-option-${option++}`)),
    );
  });
}

function renderHit(hit: SiteHit, { base, highlight, template }: Look, id: string): HTMLElement {
  const heading = hit.chunk.headings.join(' › ');
  const { pieces, cutBefore, cutAfter } = excerpt(hit, EXCERPT);
  const text = pieces.map(({ text, hit: isHit, focus }) => {
    if (isHit) return h('mark', { part: 'mark' }, text);
    return focus ? h('span', { class: 'focus' }, text) : text;
  });
  const around = present([cutBefore && '… ', ...text, cutAfter && ' …']);
  return h(
    'a',
    {
      id,
      role: 'option',
      'aria-selected': 'false',
      class: 'hit',
      part: 'result',
      href: linkTo(hit, base, highlight),
      tabindex: -1,
    },
    ...(template
      ? [fill(template, { hit, excerpt: around, base })]
      : [
          heading !== '' && h('span', { class: 'heading', part: 'heading', dir: 'auto' }, heading),
          h('span', { class: 'excerpt', part: 'excerpt', dir: 'auto' }, ...around),
        ]),
  );
}

/** Grey lines in the place of results that are on their way. */
export const renderSkeleton = (): HTMLElement =>
  h('div', { class: 'skeleton', 'aria-hidden': 'true' }, h('span'), h('span'), h('span'));
