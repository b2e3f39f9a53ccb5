import type { SiteIndex, SiteTier } from '../../site/reader.ts';
import { h, icon } from '../dom.ts';
import { recentSearches } from './recent.ts';
import { groupByPage, renderGroups, renderSkeleton } from './results.ts';
import { createSearches, type State } from './searches.ts';
import type { Strings } from './strings.ts';

export interface SearchBoxOptions {
  readonly host: HTMLElement;
  readonly index: SiteIndex;
  readonly tier: SiteTier;
  readonly strings: Strings;
  /** Absolute address that page URLs are relative to. */
  readonly base: string;
  /** Unique on the page. */
  readonly prefix: string;
  /** The panel stays open and empty rather than closing (a dialog is round it). */
  readonly alwaysOpen: boolean;
  /** Esc on an empty field, or a result was opened. */
  readonly onClose: () => void;
}

/** A field and its results, after the WAI-ARIA combobox pattern: focus stays in the field, the active option is named by it. */
export interface SearchBox {
  readonly element: HTMLElement;
  focus(): void;
  search(query: string): void;
  close(): void;
}

const ANNOUNCE_MS = 700;

export function createSearchBox(options: SearchBoxOptions): SearchBox {
  const { host, strings, prefix, base } = options;
  const recent = recentSearches(base);
  let state: State = { kind: 'idle' };
  let active = -1;
  let unfolded = false;
  let composing = false;
  let announcing: ReturnType<typeof setTimeout> | undefined;

  const searches = createSearches({
    index: options.index,
    tier: options.tier,
    onState: show,
    isChoosing: () => active >= 0,
  });

  const input = h('input', {
    id: `${prefix}-input`,
    class: 'input',
    part: 'input',
    type: 'text',
    role: 'combobox',
    enterkeyhint: 'search',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    placeholder: strings.placeholder,
    'aria-label': strings.label,
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': `${prefix}-list`,
    oninput: typed,
    onkeydown: pressed,
    oncompositionstart: () => {
      composing = true;
    },
    oncompositionend: () => {
      composing = false;
      typed();
    },
    onfocus: () => {
      options.index.warm();
      if (input.value === '' || state.kind !== 'idle') open();
    },
  });
  const clear = h(
    'button',
    { class: 'clear', part: 'clear', type: 'button', 'aria-label': strings.clear, onclick: empty },
    icon('close'),
  );
  const list = h('div', {
    id: `${prefix}-list`,
    role: 'listbox',
    class: 'list',
    part: 'list',
    'aria-label': strings.results,
  });
  const notice = h('div', { class: 'notice', part: 'notice' });
  const footer = h('div', { class: 'footer', part: 'footer' });
  const status = h('div', { class: 'status', role: 'status', 'aria-live': 'polite' });
  const panel = h('div', { class: 'panel', part: 'panel', hidden: !options.alwaysOpen }, notice, list, footer);
  const element = h(
    'div',
    { class: 'box', part: 'box' },
    h('div', { class: 'field', part: 'field' }, icon('search'), input, clear),
    panel,
    status,
  );
  // A press on a result must not take the focus from the field before its click arrives.
  panel.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', chosen);
  element.addEventListener('focusout', ({ relatedTarget }) => {
    if (!options.alwaysOpen && !element.contains(relatedTarget as Node | null)) close();
  });
  show(state);

  function typed(): void {
    if (composing) return;
    active = -1;
    unfolded = false;
    emit('search', { query: input.value });
    searches.type(input.value);
    open();
  }

  function pressed(event: KeyboardEvent): void {
    // Keys that belong to an input method: it commits with Enter and moves with arrows.
    if (event.isComposing || event.keyCode === 229) return;
    const links = visibleOptions();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      open();
      if (links.length > 0)
        activate((active + (event.key === 'ArrowDown' ? 1 : active < 0 ? 0 : -1) + links.length) % links.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const link = links[Math.max(0, active)];
      if (!link) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey) openApart(link);
      else link.click();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (input.value !== '') empty();
      else {
        close();
        options.onClose();
      }
    }
  }

  /** Options a person can see, in order: results, or recent searches. */
  function visibleOptions(): HTMLElement[] {
    if (panel.hidden) return [];
    return [...list.querySelectorAll<HTMLElement>('[role=option]')];
  }

  function activate(at: number): void {
    active = at;
    for (const [i, link] of visibleOptions().entries()) {
      link.setAttribute('aria-selected', String(i === at));
      if (i === at) link.scrollIntoView({ block: 'nearest' });
    }
    const link = visibleOptions()[at];
    if (link) input.setAttribute('aria-activedescendant', link.id);
    else input.removeAttribute('aria-activedescendant');
  }

  function chosen(event: MouseEvent): void {
    const option = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (!option) return;
    if (option.dataset.query !== undefined) {
      search(option.dataset.query);
      return;
    }
    if (!select(option)) event.preventDefault();
    else if (!event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
      close();
      options.onClose();
    }
  }

  function openApart(link: HTMLElement): void {
    if (link instanceof HTMLAnchorElement && select(link)) window.open(link.href, '_blank', 'noopener');
  }

  /** Tells the page; false if it takes the matter into its own hands. */
  function select(link: HTMLElement): boolean {
    recent.add(input.value);
    return emit('select', { query: input.value, url: (link as HTMLAnchorElement).href });
  }

  function emit(name: string, detail: object): boolean {
    return host.dispatchEvent(
      new CustomEvent(`nearfield:${name}`, { detail, bubbles: true, composed: true, cancelable: true }),
    );
  }

  function search(query: string): void {
    input.value = query;
    active = -1;
    unfolded = false;
    emit('search', { query });
    searches.submit(query);
    open();
  }

  function empty(): void {
    input.value = '';
    typed();
    input.focus();
  }

  function open(): void {
    panel.hidden = !options.alwaysOpen && state.kind === 'idle' && list.childElementCount === 0;
    input.setAttribute('aria-expanded', String(!panel.hidden && list.childElementCount > 0));
  }

  function close(): void {
    if (!options.alwaysOpen) panel.hidden = true;
    activate(-1);
    input.setAttribute('aria-expanded', 'false');
  }

  function show(next: State): void {
    state = next;
    clear.hidden = input.value === '';
    element.setAttribute('aria-busy', String(next.kind === 'searching'));
    if (next.kind === 'searching') {
      // What is on screen stays until there is something better to show.
      if (!next.before) render([renderSkeleton()], [], '');
      announce(strings.searching);
      return;
    }
    activate(-1);
    if (next.kind === 'idle') showRecent();
    else if (next.kind === 'failed') showFailure(next.query, next.message);
    else showAnswer(next);
    open();
  }

  function showRecent(): void {
    const queries = recent.list();
    const options = queries.map((query, i) =>
      h(
        'div',
        { id: `${prefix}-option-${i}`, role: 'option', 'aria-selected': 'false', class: 'recent', 'data-query': query },
        query,
      ),
    );
    render(queries.length > 0 ? [h('p', { class: 'caption' }, strings.recent)] : [], options, '');
  }

  function showFailure(query: string, message: string): void {
    const retry = h(
      'button',
      { type: 'button', class: 'button', part: 'button', onclick: () => search(query) },
      strings.retry,
    );
    render([h('p', { class: 'failed' }, strings.failed), h('p', { class: 'detail' }, message), retry], [], '');
    announce(strings.failed);
  }

  function showAnswer({ answer, refining, query }: State & { kind: 'answered' }): void {
    const groups = groupByPage(answer.passages);
    const refused = answer.refused && !unfolded;
    const notices: HTMLElement[] = [];
    if (answer.passages.length === 0) notices.push(h('p', { class: 'nothing' }, strings.none));
    else if (answer.refused) {
      const unfold = () => {
        unfolded = true;
        showAnswer(state as State & { kind: 'answered' });
        input.focus();
      };
      notices.push(h('p', { class: 'nothing', part: 'nothing' }, strings.nothing));
      if (refused)
        notices.push(
          h('button', { type: 'button', class: 'button', part: 'button', onclick: unfold }, strings.closest),
        );
    }
    if (answer.notes.length > 0)
      notices.push(h('p', { class: 'detail', title: answer.notes.join(' ') }, strings.partly));
    const shown = refused ? [] : renderGroups(groups, { base, prefix });
    const tier = strings.tier[answer.tier] + (refining ? ` · ${strings.loadingModel}` : '');
    render(notices, shown, tier);
    if (!refused && answer.found > answer.passages.length && answer.passages.length > 0) {
      const more = () => {
        input.focus();
        searches.more(query);
      };
      footer.prepend(
        h('button', { type: 'button', class: 'button more', part: 'button', onclick: more }, strings.more),
      );
    }
    const said = refused ? strings.nothing : strings.summary(answer.passages.length, groups.length);
    announce(said);
    emit('results', {
      query,
      tier: answer.tier,
      passages: answer.passages.length,
      refused: answer.refused,
      milliseconds: answer.timings.search,
    });
    open();
  }

  function render(notices: readonly HTMLElement[], options: readonly HTMLElement[], tier: string): void {
    notice.replaceChildren(...notices);
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    footer.replaceChildren(
      h('span', { class: 'hints' }, strings.hints),
      h('span', { class: 'tier', part: 'tier' }, tier),
    );
    footer.hidden = options.length === 0;
  }

  /** After a pause, so that a screen reader hears the result and not every step on the way to it. */
  function announce(text: string): void {
    clearTimeout(announcing);
    announcing = setTimeout(() => {
      status.textContent = text;
    }, ANNOUNCE_MS);
  }

  return { element, focus: () => input.focus(), search, close };
}
