import type { SiteIndex, SiteTier } from '../../site/reader.ts';
import { h, icon } from '../dom.ts';
import { createSearchBox, type SearchBox } from './search-box.ts';
import { onShortcut, SHORTCUTS } from './shortcut.ts';
import { type Strings, stringsFor } from './strings.ts';
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
 *   index       folder of the index; default: the folder of the script
 *   site        address that the pages' URLs are relative to; default: the folder above the index
 *   tier        keywords · instant (default) · full (loads the model, unless the visitor saves data)
 *   lang        language of the widget; default: the page's
 *   query       name of the URL parameter with a first query; default: q; empty for none
 *   no-shortcut leaves Ctrl/⌘-K and / alone
 *
 * `strings` (a property, set before connecting) overrides any text.
 */
export function defineWidgets({ openIndex, index }: WidgetParts): void {
  const indexes = new Map<string, SiteIndex>();

  abstract class NearfieldElement extends HTMLElement {
    strings: Partial<Strings> = {};
    #stopShortcut: (() => void) | undefined;

    connectedCallback(): void {
      if (this.shadowRoot) {
        this.listen();
        return;
      }
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [styles()];
      const address = folder(this.getAttribute('index') ?? index, document.baseURI);
      const words = stringsFor(this.getAttribute('lang') ?? document.documentElement.lang, this.strings);
      const tier = tierOf(this.getAttribute('tier'));
      const key = `${tier === 'full'} ${address}`;
      const opened = indexes.get(key) ?? openIndex(address, tier === 'full');
      indexes.set(key, opened);
      const box = createSearchBox({
        host: this,
        index: opened,
        tier,
        strings: words,
        base: folder(this.getAttribute('site') ?? '../', address),
        prefix: `nearfield-${elements++}`,
        ...this.settings(),
      });
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
const isApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** The owner allows the model; the visitor's connection has a say too. */
function tierOf(asked: string | null): SiteTier {
  if (asked === 'keywords') return 'keywords';
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return asked === 'full' && connection?.saveData !== true ? 'full' : 'instant';
}
