import type { Refusal } from '../../core/answer.ts';
import { mergeIndexes } from '../../site/merge.ts';
import type { SiteIndex, SiteTier } from '../../site/reader.ts';
import { h, icon } from '../dom.ts';
import { trustOwnScripts } from '../trust.ts';
import { listOf, parseScope, parseSorts } from './narrow.ts';
import { createSearchBox, type SearchBox } from './search-box.ts';
import { onShortcut, SHORTCUTS } from './shortcut.ts';
import { parseStrings, type Strings, stringsFor } from './strings.ts';
import css from './widget.css?inline';

/** What the elements cannot make themselves. */
export interface WidgetParts {
  /** @param address absolute, ends in `/`. `full`: the model may be loaded. */
  readonly openIndex: (address: string, full: boolean) => SiteIndex;
  /** Where the index lies if the page does not say: beside the script. */
  readonly index: string;
}

let sheet: CSSStyleSheet | undefined;
/** Constructed, so that a content security policy need not allow inline styles. */
function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

let elements = 0;

/**
 * Defines `<nearfield-search>` and `<nearfield-modal>`. Attributes are read once, when an element is connected:
 *
 *   index       folder of the index, or several with blanks between; default: the folder of the script
 *   site        address that the pages' URLs are relative to; default: the folder above the index
 *   tier        keywords · instant (default) · full (loads the model, unless the visitor saves data)
 *   lang        language of the widget; default: the page's
 *   query       name of the URL parameter with a first query; default: q; empty for none
 *   refuse      how soon to say that nothing here answers: off · lenient · normal (default) · strict
 *   filters     filters that visitors may use, with commas between; without a value: all
 *   sort        orders that visitors may choose, as `date:descending, title`
 *   scope       filters that always hold, as `version: 2, section: guide`
 *   highlight   adds the sentence to links, for nearfield-highlight.js; a value names the URL parameter
 *   strings     any text of the widget, as JSON
 *   offline     keeps the whole index for offline use, by the service worker that `nearfield build --offline` writes
 *   no-shortcut leaves Ctrl/⌘-K and / alone
 *
 * `strings` is a property too, for functions. A `<template>` inside the element is the form of a result (`template.ts`).
 */
export function defineWidgets({ openIndex, index }: WidgetParts): void {
  const indexes = new Map<string, SiteIndex>();

  abstract class NearfieldElement extends HTMLElement {
    declare strings?: Partial<Strings>;
    #stopShortcut: (() => void) | undefined;

    connectedCallback(): void {
      if (this.shadowRoot) {
        this.listen();
        return;
      }
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [styles()];
      const addresses = (this.getAttribute('index') ?? index)
        .split(/\s+/)
        .filter(Boolean)
        .map((one) => folder(one, document.baseURI));
      const base = (address: string) => folder(this.getAttribute('site') ?? '../', address);
      const overrides = { ...parseStrings(this.getAttribute('strings')), ...this.strings };
      const words = stringsFor(this.getAttribute('lang') ?? document.documentElement.lang, overrides);
      const tier = tierOf(this.getAttribute('tier'));
      const opened = addresses.map((address) => {
        const key = `${tier === 'full'} ${address}`;
        const known = indexes.get(key) ?? openIndex(address, tier === 'full');
        indexes.set(key, known);
        return { index: known, base: base(address) };
      });
      const filters = this.getAttribute('filters');
      const template = this.querySelector('template');
      const box = createSearchBox({
        host: this,
        index: opened.length === 1 ? opened[0]!.index : mergeIndexes(opened),
        tier,
        strings: words,
        refuse: (this.getAttribute('refuse') ?? 'normal') as Refusal,
        narrow: {
          filters: filters === '' ? 'all' : listOf(filters),
          sorts: parseSorts(this.getAttribute('sort')),
          scope: parseScope(this.getAttribute('scope')),
        },
        look: {
          base: opened[0]!.base,
          prefix: `nearfield-${elements++}`,
          highlight: this.hasAttribute('highlight') ? this.getAttribute('highlight') || 'highlight' : '',
          ...(template && { template }),
        },
        ...this.settings(),
      });
      if (this.hasAttribute('offline')) keepOffline(opened[0]!.base, this.getAttribute('offline')!);
      this.render(root, box, words);
      this.listen();
      const query = new URL(location.href).searchParams.get(this.getAttribute('query') ?? 'q')?.trim();
      if (query) this.start(query, box);
    }

    disconnectedCallback(): void {
      this.#stopShortcut?.();
    }

    private listen(): void {
      if (!this.hasAttribute('no-shortcut')) this.#stopShortcut = onShortcut(() => this.open());
    }

    abstract open(): void;
    protected abstract settings(): { alwaysOpen: boolean; onClose: () => void };
    protected abstract render(root: ShadowRoot, box: SearchBox, words: Strings): void;
    protected abstract start(query: string, box: SearchBox): void;
  }

  class NearfieldSearch extends NearfieldElement {
    #box: SearchBox | undefined;

    open(): void {
      this.#box?.focus();
    }
    protected settings() {
      return { alwaysOpen: false, onClose: () => {} };
    }
    protected render(root: ShadowRoot, box: SearchBox): void {
      this.#box = box;
      root.append(box.element);
    }
    protected start(query: string, box: SearchBox): void {
      box.search(query);
    }
  }

  class NearfieldModal extends NearfieldElement {
    #box: SearchBox | undefined;
    readonly #dialog = h('dialog', { class: 'dialog', part: 'dialog' });

    open(): void {
      if (!this.#dialog.open) this.#dialog.showModal();
      this.#box?.focus();
    }
    protected settings() {
      // The browser gives the focus back to where it was when a dialog closes.
      return { alwaysOpen: true, onClose: () => this.#dialog.close() };
    }
    protected render(root: ShadowRoot, box: SearchBox, words: Strings): void {
      this.#box = box;
      const dialog = this.#dialog;
      const close = h(
        'button',
        {
          class: 'close',
          part: 'close',
          type: 'button',
          'aria-label': words.close,
          onclick: () => dialog.close(),
        },
        icon('close'),
      );
      dialog.setAttribute('aria-label', words.label);
      dialog.append(box.element, close);
      dialog.addEventListener('click', (event) => {
        if (event.target === dialog) dialog.close();
      });
      dialog.addEventListener('cancel', (event) => event.preventDefault());
      const keys = this.hasAttribute('no-shortcut') ? {} : { 'aria-keyshortcuts': SHORTCUTS };
      const hint =
        !this.hasAttribute('no-shortcut') && h('kbd', { 'aria-hidden': 'true' }, isApple() ? '⌘K' : 'Ctrl K');
      root.append(
        h(
          'button',
          {
            class: 'open',
            part: 'button',
            type: 'button',
            'aria-haspopup': 'dialog',
            ...keys,
            onclick: () => this.open(),
          },
          icon('search'),
          h('span', {}, words.open),
          hint,
        ),
        dialog,
      );
    }
    protected start(query: string, box: SearchBox): void {
      this.open();
      box.search(query);
    }
  }

  if (!customElements.get('nearfield-search')) customElements.define('nearfield-search', NearfieldSearch);
  if (!customElements.get('nearfield-modal')) customElements.define('nearfield-modal', NearfieldModal);
}

const folder = (address: string, base: string) => new URL(address.endsWith('/') ? address : `${address}/`, base).href;
/** A page's service worker decides what is kept (`offline.worker.ts`); where there can be none, nothing is. */
function keepOffline(base: string, script: string): void {
  trustOwnScripts();
  navigator.serviceWorker?.register(new URL(script || 'nearfield-offline.js', base)).catch(() => {});
}
const isApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** The owner allows the model; the visitor's connection has a say too. */
function tierOf(asked: string | null): SiteTier {
  if (asked === 'keywords') return 'keywords';
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return asked === 'full' && connection?.saveData !== true ? 'full' : 'instant';
}
