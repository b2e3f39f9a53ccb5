import type { Refusal } from '../../core/answer.ts';
import type { SiteIndex, SiteTier } from '../../site/reader.ts';
import { h, icon } from '../dom.ts';
import { createNarrow, type NarrowSettings } from './narrow.ts';
import { createPanel } from './panel.ts';
import { recentSearches } from './recent.ts';
import type { Look } from './results.ts';
import { createSearches, type State } from './searches.ts';
import type { Strings } from './strings.ts';

export interface SearchBoxOptions {
  readonly host: HTMLElement;
  readonly index: SiteIndex;
  readonly tier: SiteTier;
  readonly strings: Strings;
  readonly look: Look;
  readonly narrow: NarrowSettings;
  readonly refuse: Refusal;
  /** The panel stays open rather than closing (a dialog is round it). */
  readonly alwaysOpen: boolean;
  /** Esc on an empty field, or a result was opened. */
  readonly onClose: () => void;
}

/** A field and its results, after the WAI-ARIA combobox pattern: focus stays in the field, which names the active option. */
export interface SearchBox {
  readonly element: HTMLElement;
  focus(): void;
  search(query: string): void;
  close(): void;
}

const ANNOUNCE_MS = 700;

export function createSearchBox(options: SearchBoxOptions): SearchBox {
  const { host, strings, index, look, refuse } = options;
  const { prefix } = look;
  const recent = recentSearches(look.base);
  const narrow = createNarrow(options.narrow, strings, () => search(input.value));
  const panel = createPanel({ strings, look, narrow });
  let state: State = { kind: 'idle' };
  let active = -1;
  let unfolded = false;
  let composing = false;
  let announcing: ReturnType<typeof setTimeout> | undefined;

  const searches = createSearches({
    index,
    tier: options.tier,
    settings() {
      const sort = narrow.sort();
      return { filters: narrow.filters(), facets: narrow.wanted, refuse, ...(sort && { sort }) };
    },
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
      index.warm();
      if (state.kind === 'idle') panel.showRecent(recent.list());
      open();
    },
  });
  const clear = h(
    'button',
    { class: 'clear', part: 'clear', type: 'button', 'aria-label': strings.clear, onclick: empty },
    icon('close'),
  );
  const status = h('div', { class: 'status', role: 'status', 'aria-live': 'polite' });
  const field = h('div', { class: 'field', part: 'field' }, icon('search'), input, clear);
  const element = h('div', { class: 'box', part: 'box' }, field, panel.element, status);
  // A press on a result must not take the focus from the field before its click arrives.
  panel.element.addEventListener('mousedown', (event) => {
    if (!(event.target instanceof HTMLSelectElement)) event.preventDefault();
  });
  panel.list.addEventListener('click', chosen);
  element.addEventListener('focusout', ({ relatedTarget }) => {
    if (element.contains(relatedTarget as Node | null)) return;
    // A button that is drawn anew loses the focus and gets it back at once.
    queueMicrotask(() => {
      if (!element.contains((element.getRootNode() as ShadowRoot).activeElement)) close();
    });
  });
  clear.hidden = true;
  close();

  function typed(): void {
    if (composing) return;
    start(() => searches.type(input.value));
  }

  function search(query: string): void {
    input.value = query;
    start(() => searches.submit(query));
  }

  function start(run: () => void): void {
    activate(-1);
    unfolded = false;
    emit('search', { query: input.value });
    run();
    open();
  }

  function empty(): void {
    search('');
    input.focus();
  }

  function pressed(event: KeyboardEvent): void {
    // Keys that belong to an input method: it commits with Enter and moves with arrows. (229: Safari's last one.)
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter') enter(event.metaKey || event.ctrlKey || event.shiftKey);
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
  }

  function move(by: 1 | -1): void {
    open();
    const count = panel.options().length;
    if (count > 0) activate(active < 0 ? (by > 0 ? 0 : count - 1) : (active + by + count) % count);
  }

  function enter(apart: boolean): void {
    const option = panel.element.hidden ? undefined : panel.options()[Math.max(0, active)];
    if (!option) return;
    if (apart && option instanceof HTMLAnchorElement) {
      if (select(option)) window.open(option.href, '_blank', 'noopener');
    } else option.click();
  }

  function leave(): void {
    if (input.value !== '') empty();
    else {
      close();
      options.onClose();
    }
  }

  function activate(at: number): void {
    active = at;
    const list = panel.options();
    for (const [i, option] of list.entries()) option.setAttribute('aria-selected', String(i === at));
    const option = list[at];
    option?.scrollIntoView({ block: 'nearest' });
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
  }

  function chosen(event: MouseEvent): void {
    const option = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (!option) return;
    if (option instanceof HTMLAnchorElement) {
      if (!select(option)) event.preventDefault();
      else if (!event.metaKey && !event.ctrlKey && !event.shiftKey) {
        close();
        options.onClose();
      }
    } else search(option.dataset.query ?? '');
  }

  /** Tells the page; false if it takes the matter into its own hands. */
  function select({ href }: HTMLAnchorElement): boolean {
    recent.add(input.value);
    return emit('select', { query: input.value, url: href });
  }

  function emit(name: string, detail: object): boolean {
    const init = { detail, bubbles: true, composed: true, cancelable: true };
    return host.dispatchEvent(new CustomEvent(`nearfield:${name}`, init));
  }

  function open(): void {
    panel.element.hidden = panel.empty;
    input.setAttribute('aria-expanded', String(!panel.element.hidden && panel.options().length > 0));
  }

  function close(): void {
    panel.element.hidden = !options.alwaysOpen || panel.empty;
    activate(-1);
    input.setAttribute('aria-expanded', 'false');
  }

  function show(next: State): void {
    state = next;
    clear.hidden = input.value === '';
    element.setAttribute('aria-busy', String(next.kind === 'searching'));
    if (next.kind === 'searching') {
      // What is on screen stays until there is something better to show.
      if (!next.before) panel.showSearching();
      announce(strings.searching);
      return;
    }
    activate(-1);
    if (next.kind === 'idle') panel.showRecent(recent.list());
    else if (next.kind === 'failed') {
      panel.showFailure(next.message, () => search(next.query));
      announce(strings.failed);
    } else showAnswer(next);
    if (element.contains((element.getRootNode() as ShadowRoot).activeElement)) open();
  }

  function showAnswer(answered: State & { readonly kind: 'answered' }): void {
    const { answer, refining, query } = answered;
    const onUnfold = () => {
      unfolded = true;
      input.focus();
      showAnswer(answered);
      open();
    };
    const onMore = () => {
      input.focus();
      searches.more(query);
    };
    announce(panel.showAnswer(answer, { refining, unfolded, onUnfold, onMore }));
    const { tier, reranked, passages, refused, timings } = answer;
    const milliseconds = timings.search;
    emit('results', { query, tier, reread: reranked, passages: passages.length, refused, milliseconds });
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
