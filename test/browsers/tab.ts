/** What every browser can do for the suites of this folder, whatever drives it. */

/** A function that is sent to a page as text: it sees its arguments and the page, and nothing that stands round it. */
export type InPage<A extends unknown[], R> = (...args: A) => R | Promise<R>;

export interface Tab {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  url(): Promise<string>;
  /** Arguments and result are what JSON can hold. */
  run<A extends unknown[], R>(script: InPage<A, R>, ...args: A): Promise<R>;
  /** Presses the pointer in the middle of the first element of a selector; `>>>` goes into a shadow root. */
  click(selector: string): Promise<void>;
  /** Keys for each character, into whatever has the focus. */
  type(text: string): Promise<void>;
  /** `Enter`, `ArrowDown`, `Control+k`. */
  press(keys: string): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  screenshot(path: string): Promise<void>;
  /** What the page's console complained of since the last visit: thrown errors, violated policies. */
  complaints(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Browser {
  readonly name: BrowserName;
  /** As it calls itself: `153.7.0`. */
  readonly version: string;
  /** Tabs of one browser share storage, locks and channels. */
  open(): Promise<Tab>;
  close(): Promise<void>;
}

export type BrowserName = 'Chromium' | 'Firefox' | 'WebKitGTK';

const PATIENCE_MS = 60_000;

/** Asks again and again until `script` gives something true, and gives that. */
export async function until<A extends unknown[], R>(
  tab: Pick<Tab, 'run'>,
  what: string,
  script: InPage<A, R>,
  ...args: A
): Promise<NonNullable<R>> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const got = await tab.run(script, ...args);
    if (got) return got;
    if (Date.now() > end) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Text of every element of a selector that is drawn. */
export const textsOf = (tab: Tab, selector: string): Promise<string[]> =>
  tab.run((selector) => {
    const parts = selector.split('>>>').map((part) => part.trim());
    let roots: (Document | ShadowRoot)[] = [document];
    for (const host of parts.slice(0, -1)) {
      roots = roots.flatMap((root) => [...root.querySelectorAll(host)].flatMap(({ shadowRoot }) => shadowRoot ?? []));
    }
    return (
      roots
        .flatMap((root) => [...root.querySelectorAll<HTMLElement>(parts.at(-1)!)])
        .filter((one) => one.getClientRects().length > 0)
        // WebKit writes nothing of what `content-visibility` has not drawn yet.
        .map((one) => one.innerText || (one.textContent ?? ''))
    );
  }, selector);

/** The texts of a selector's elements that have `word` in them, once there are any. */
export async function seen(tab: Tab, selector: string, word = ''): Promise<string[]> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const texts = await textsOf(tab, selector);
    const wanted = texts.filter((text) => text.includes(word));
    if (wanted.length > 0) return wanted;
    if (Date.now() > end)
      throw new Error(`Waited in vain for ${selector} with “${word}”, saw ${JSON.stringify(texts)}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** In the page: the middle of the first drawn element of a selector, scrolled to; undefined if there is none. */
export function middleOf(selector: string): { x: number; y: number } | undefined {
  const parts = selector.split('>>>').map((part) => part.trim());
  let root: Document | ShadowRoot = document;
  for (const host of parts.slice(0, -1)) {
    const inner: ShadowRoot | null | undefined = root.querySelector(host)?.shadowRoot;
    if (!inner) return undefined;
    root = inner;
  }
  const element = [...root.querySelectorAll(parts.at(-1)!)].find((one) => one.getClientRects().length > 0);
  if (!element) return undefined;
  element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
}

/** The middle of an element as soon as it is drawn. */
export const waitForMiddle = (tab: Pick<Tab, 'run'>, selector: string) => until(tab, selector, middleOf, selector);
