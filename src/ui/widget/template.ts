import type { SiteHit } from '../../site/reader.ts';

/** What a template's `data-nearfield="…"` can name. */
interface Filling {
  readonly hit: SiteHit;
  /** The excerpt with its marks. */
  readonly excerpt: readonly (Node | string)[];
  readonly base: string;
}

/**
 * A result by the owner's `<template>`: a copy of it, in which each element with `data-nearfield` is filled:
 *
 *   title · heading · excerpt · url · meta.<key>      as text; an image takes its `meta.<key>` as source
 *
 * An element whose value is missing is left out. Values never become markup, and an image's source only a web address.
 */
export function fill(template: HTMLTemplateElement, { hit, excerpt, base }: Filling): Node {
  const copy = template.content.cloneNode(true) as DocumentFragment;
  for (const element of copy.querySelectorAll<HTMLElement>('[data-nearfield]')) {
    const name = element.dataset.nearfield!;
    if (name === 'excerpt') {
      element.replaceChildren(...excerpt);
      continue;
    }
    const value = valueFor(name, hit, base);
    if (value === '') element.remove();
    else if (element instanceof HTMLImageElement) {
      const source = new URL(value, base);
      if (/^https?:$/.test(source.protocol)) element.src = source.href;
      else element.remove();
    } else element.textContent = value;
  }
  return copy;
}

function valueFor(name: string, { page, chunk }: SiteHit, base: string): string {
  if (name === 'title') return page.title;
  if (name === 'heading') return chunk.headings.join(' › ');
  if (name === 'url') return decodeURI(new URL(page.url, base).pathname);
  return name.startsWith('meta.') ? (page.meta[name.slice('meta.'.length)] ?? '') : '';
}
