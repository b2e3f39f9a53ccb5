/** The widget on a static site, in every browser: the same hits as in Chromium, by keyboard, and the full model after. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SiteServer } from '../site/serve.ts';
import { serveWidget } from '../site/widget.ts';
import { inEachBrowser, shooter } from './each.ts';
import { seen, type Tab, textsOf, until } from './tab.ts';

let site: SiteServer;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ site, close } = await serveWidget(['bge-small-en-v1.5']));
});
afterAll(() => close?.());

/** Questions, and what the first hit says. */
const QUESTIONS = [
  ['how long may I keep a book', 'two weeks'],
  ['what must I pay when I am late', 'ten cents'],
  ['I cannot find my card any more', 'blocked at once'],
  ['借书证丢了怎么办', '挂失'],
] as const;
const OPTION = 'nearfield-search >>> a[role=option]';

/** Where each hit of the search on the page leads, best first. */
const hits = (tab: Tab): Promise<string[]> =>
  tab.run(() => {
    const root = document.querySelector('nearfield-search')!.shadowRoot!;
    return [...root.querySelectorAll<HTMLAnchorElement>('a[role=option]')].map(({ pathname, hash }) => pathname + hash);
  });

/** Types a question into the page's search, in place of the one before, and waits for what a tier says. */
async function ask(tab: Tab, question: string, answer: string, by = 'instant'): Promise<void> {
  await tab.click('nearfield-search >>> input');
  await tab.run(() => document.querySelector('nearfield-search')!.shadowRoot!.querySelector('input')!.select());
  await tab.type(question);
  await seen(tab, OPTION, answer);
  // The answer to the last letter.
  await until(
    tab,
    `results of “${question}”, ${by}`,
    (said) => (globalThis as unknown as { heard: string[] }).heard.includes(said),
    `${question}: ${by}`,
  );
}

/** In the page: the questions whose results it was told of. */
function listen(): void {
  const heard: string[] = [];
  Object.assign(globalThis, { heard });
  document.addEventListener('nearfield:results', (event) => {
    const { query, tier, reread } = (event as CustomEvent<{ query: string; tier: string; reread: boolean }>).detail;
    heard.push(`${query}: ${reread ? 'reread' : tier}`);
  });
}

let reference: string[][];

inEachBrowser((browser, name) => {
  let tab: Tab;
  const shoot = shooter(name, () => tab);
  // Firefox looks for the site's icon by itself, and its policy lets in no picture.
  const quietly = async () =>
    expect((await tab.complaints()).filter((one) => !one.includes('/favicon.ico'))).toEqual([]);
  const visit = async (path = '') => {
    await tab.goto(site.url + path);
    await tab.run(listen);
    await until(tab, 'the element', () => customElements.get('nearfield-search') !== undefined);
  };

  test('whole questions in both languages find the passage, in Chromium’s order', async () => {
    tab = await browser().open();
    await visit();
    const found: string[][] = [];
    for (const [question, answer] of QUESTIONS) {
      await ask(tab, question, answer);
      found.push(await hits(tab));
      expect((await textsOf(tab, OPTION))[0]).toContain(answer);
    }
    await shoot('widget');
    if (name === 'Chromium') reference = found;
    expect(found).toEqual(reference);
    expect(await textsOf(tab, 'nearfield-search >>> .tier')).toEqual(['Found by words and meaning']);
    await quietly();
  });

  test('what the site has nothing on is refused', async () => {
    await tab.run(() => document.querySelector('nearfield-search')!.shadowRoot!.querySelector('input')!.select());
    await tab.type('what is the mass of the moon in kilograms');
    await seen(tab, 'nearfield-search >>> .nothing');
    await quietly();
  });

  test('the dialog opens by key, arrows choose, Escape clears and closes, and the focus goes back', async () => {
    await visit();
    await tab.run(() =>
      document.querySelector('nearfield-modal')!.shadowRoot!.querySelector<HTMLElement>('button.open')!.focus(),
    );
    await tab.press('Control+k');
    await until(
      tab,
      'the dialog',
      () => document.querySelector('nearfield-modal')!.shadowRoot!.activeElement?.localName === 'input',
    );
    await tab.type('loan renewal');
    await seen(tab, 'nearfield-modal >>> a[role=option]', 'renewed twice');
    await shoot('modal');
    await tab.press('ArrowDown');
    await until(tab, 'an active result', () => {
      const root = document.querySelector('nearfield-modal')!.shadowRoot!;
      const active = root.querySelector('input')!.getAttribute('aria-activedescendant');
      return active !== null && active === root.querySelector('[aria-selected=true]')?.id;
    });
    await tab.press('Escape');
    await until(
      tab,
      'an empty field',
      () => document.querySelector('nearfield-modal')!.shadowRoot!.querySelector('input')!.value === '',
    );
    await tab.press('Escape');
    await until(tab, 'the focus on what opened it', () => {
      const root = document.querySelector('nearfield-modal')!.shadowRoot!;
      return root.activeElement?.matches('button.open') === true && root.querySelector('dialog')?.open !== true;
    });
    await quietly();
  });

  test('Enter opens the best result', async () => {
    await ask(tab, 'battery', 'battery');
    await tab.press('Enter');
    await expect.poll(() => tab.url()).toContain('/guide/repair.html');
    await seen(tab, 'h1', 'Repairing the kiosk');
  });

  test('with the full model the best passages are read word by word', async () => {
    await visit('full.html');
    await ask(tab, 'what happens if I bring a book back too late', 'three days', 'reread');
    await seen(tab, 'nearfield-search >>> .tier', 'read word by word');
    expect((await hits(tab))[0]).toContain('/guide/lending.html');
    await shoot('widget-full');
    await quietly();
  });
});
