import type { SitePassage } from './pages.ts';

/** A question and the page that answers it, as the owner says: relative to the site's root, with an anchor or without. */
export interface GivenQuestion {
  readonly question: string;
  readonly url: string;
}

/**
 * Passages with the questions that the owner gave: each leads to the first passage under its anchor, or of its page.
 *
 * @returns also the questions whose place the site does not have.
 */
export function withGiven(
  passages: readonly SitePassage[],
  given: readonly GivenQuestion[],
): { readonly passages: readonly SitePassage[]; readonly lost: readonly GivenQuestion[] } {
  const places = new Map<string, number>();
  for (const [i, { page, anchor }] of passages.entries()) {
    for (const place of [plain(page.url), plain(`${page.url}#${anchor}`)]) if (!places.has(place)) places.set(place, i);
  }
  const found = new Map<number, string[]>();
  const lost: GivenQuestion[] = [];
  for (const one of given) {
    const place = places.get(plain(one.url));
    if (place === undefined) lost.push(one);
    else found.set(place, [...(found.get(place) ?? []), one.question]);
  }
  const added = passages.map((passage, i) => {
    const more = found.get(i);
    return more ? { ...passage, questions: [...new Set([...(passage.questions ?? []), ...more])] } : passage;
  });
  return { passages: added, lost };
}

/** `/guide/index.html`, `guide/` and `guide` are one page; so is what is written with or without escapes. */
const plain = (url: string) => {
  const [path = '', anchor = ''] = url.split('#');
  const page = path.replace(/^\.?\//, '').replace(/(^|\/)index\.x?html?$/i, '$1');
  const whole = `${page.replace(/\.x?html?$/i, '').replace(/\/$/, '')}#${anchor}`;
  try {
    return decodeURIComponent(whole);
  } catch {
    return whole;
  }
};
