import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeManifest, parseManifest } from '../../src/site/manifest.ts';
import type { SiteServer } from '../site/serve.ts';
import { serveWidget } from '../site/widget.ts';
import { launch } from './chromium.ts';

const AXE = readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8');

let folder: string;
let site: SiteServer;
let close: () => Promise<void>;
let context: BrowserContext;
let dispose: () => Promise<void>;
let page: Page;
let errors: string[];

beforeAll(async () => {
  ({ folder, site, close } = await serveWidget());
  // The same pages once more, as a second site.
  for (const name of ['index.html', 'guide', 'nearfield']) {
    cpSync(join(folder, name), join(folder, 'other', name), { recursive: true });
  }
  ({ context, dispose } = await launch());
});
afterAll(async () => {
  await dispose?.();
  await close?.();
});
beforeEach(async () => {
  page = await context.newPage();
  errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) errors.push(message.text());
  });
  await page.addInitScript(() => {
    const answered: string[] = [];
    document.addEventListener('nearfield:results', (event) =>
      answered.push((event as CustomEvent<{ query: string }>).detail.query),
    );
    Object.assign(window, { answered });
  });
  await page.goto(site.url);
});
afterEach(async () => {
  site.fault = undefined;
  site.forget();
  await page.evaluate(() => localStorage.clear());
  await page.close();
  expect(errors).toEqual([]);
});

const box = () => page.locator('nearfield-search input');
const modal = () => page.locator('nearfield-modal input');
const options = (element = 'nearfield-search') => page.locator(`${element} a[role=option]`);
/** Types a question and waits for both its answers: the one while it is typed, and the last one after a pause. */
async function ask(query: string, field = box()): Promise<void> {
  await field.fill(query);
  await page.waitForFunction(
    (query) => (window as unknown as { answered: string[] }).answered.filter((one) => one === query).length > 1,
    query,
  );
}
const activeText = (element: string) =>
  page.locator(`${element} [aria-selected=true]`).evaluateAll((found) => found.map((one) => one.textContent));

test('nothing is fetched before the first focus but the script itself, of at most 40 KB packed', async () => {
  await page.waitForFunction(() => customElements.get('nearfield-search'));
  await page.waitForTimeout(300);
  expect(site.asked.filter((path) => path.startsWith('/nearfield/'))).toEqual(['/nearfield/nearfield.js']);
  // It imports nothing that is asked for later: an import too many once brought the kernels with it.
  expect(gzipSync(readFileSync(join(folder, 'nearfield/nearfield.js'))).length).toBeLessThan(40_000);
});

test('a whole question in other words than the page’s finds the passage, under a policy that forbids all but our own', async () => {
  await ask('how long may I keep a book');
  const first = options().first();
  expect(await first.textContent()).toContain('two weeks');
  expect(await first.getAttribute('href')).toMatch(/\/guide\/lending\.html#.*:~:text=/);
  expect(await page.locator('nearfield-search .tier').textContent()).toBe('Found by words and meaning');
  expect(await page.locator('nearfield-search mark').allTextContents()).toContain('book');
});

test('a Chinese question is answered from the Chinese pages', async () => {
  await ask('借书证丢了怎么办');
  expect(await options().first().textContent()).toContain('挂失');
});

test('markup in a page is shown as text', async () => {
  await ask('late returns fine');
  expect(await page.locator('nearfield-search .list').textContent()).toContain('<img src=x onerror=alert(1)>');
  expect(await page.locator('nearfield-search .list img').count()).toBe(0);
});

test('arrows go through the results and wrap, and the field names the active one', async () => {
  await ask('loan renewal');
  const count = await options().count();
  expect(count).toBeGreaterThan(1);
  await page.keyboard.press('ArrowDown');
  const id = await box().getAttribute('aria-activedescendant');
  expect(await page.locator('nearfield-search [aria-selected=true]').getAttribute('id')).toBe(id);
  await page.keyboard.press('ArrowUp');
  expect(await activeText('nearfield-search')).toEqual([
    await options()
      .nth(count - 1)
      .textContent(),
  ]);
  await page.keyboard.press('ArrowDown');
  expect(await activeText('nearfield-search')).toEqual([await options().first().textContent()]);
});

test('Enter opens the best result, and with Ctrl in a new tab', async () => {
  await ask('lost card');
  const [tab] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Control+Enter')]);
  await tab.waitForURL(/\/guide\/members\.html/);
  await tab.close();
  await page.keyboard.press('Enter');
  await page.waitForURL(/members\.html/);
});

test('Ctrl-K opens the dialog from anywhere, Esc clears, then closes, and the focus returns', async () => {
  const opener = page.locator('nearfield-modal button.open');
  await opener.focus();
  await page.keyboard.press('Control+k');
  await ask('battery', modal());
  await page.keyboard.press('Escape');
  expect(await modal().inputValue()).toBe('');
  expect(await modal().isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await modal().isVisible()).toBe(false);
  expect(await opener.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button)).toBe(true);
});

test('a slash opens the dialog, but not while something is being typed', async () => {
  await box().focus();
  await page.keyboard.type('/');
  expect(await modal().isVisible()).toBe(false);
  expect(await box().inputValue()).toBe('/');
  await page.locator('h1').click();
  await page.keyboard.type('/');
  expect(await modal().isVisible()).toBe(true);
});

test('while an input method composes nothing is searched and keys are its own', async () => {
  await box().focus();
  // What the focus asks for, and all of it.
  await expect.poll(() => site.asked.some((path) => path.includes('-map'))).toBe(true);
  const client = await context.newCDPSession(page);
  site.forget();
  await client.send('Input.imeSetComposition', { selectionStart: 4, selectionEnd: 4, text: 'xuji' });
  await page.waitForTimeout(500);
  expect(site.asked.filter((path) => path.startsWith('/nearfield/'))).toEqual([]);
  await client.send('Input.insertText', { text: '续借' });
  await options().first().waitFor();
  expect(await options().first().textContent()).toContain('续借');
});

test('a question the site has nothing on is refused, with the closest passages folded away', async () => {
  await ask('what is the mass of the moon in kilograms');
  await page.locator('nearfield-search .nothing').waitFor();
  expect(await options().count()).toBe(0);
  await page.locator('nearfield-search .notice button').click();
  await options().first().waitFor();
  expect(await box().evaluate((input) => (input.getRootNode() as ShadowRoot).activeElement === input)).toBe(true);
});

test('?q= searches when the page opens', async () => {
  await page.goto(`${site.url}?q=opening+hours`);
  await options('nearfield-modal').first().waitFor();
  expect(await modal().inputValue()).toBe('opening hours');
});

test('a search that led somewhere is offered the next time', async () => {
  await ask('battery');
  await page.keyboard.press('Enter');
  await page.waitForURL(/repair/);
  await page.goto(site.url);
  await box().focus();
  const recent = page.locator('nearfield-search .recent');
  await recent.waitFor();
  expect(await recent.textContent()).toBe('battery');
  await recent.click();
  await options().first().waitFor();
});

test('events tell the page what was searched, found and chosen, and choosing can be stopped', async () => {
  await page.evaluate(() => {
    const heard: [string, unknown][] = [];
    for (const name of ['search', 'results', 'select']) {
      document.addEventListener(`nearfield:${name}`, (event) => {
        heard.push([name, (event as CustomEvent).detail]);
        if (name === 'select') event.preventDefault();
      });
    }
    Object.assign(window, { heard });
  });
  await ask('battery');
  await page.keyboard.press('Enter');
  const heard = await page.evaluate(() => (window as unknown as { heard: [string, Record<string, unknown>][] }).heard);
  expect(heard[0]).toEqual(['search', { query: 'battery' }]);
  expect(heard.find(([name]) => name === 'results')![1]).toMatchObject({
    query: 'battery',
    tier: 'instant',
    refused: false,
  });
  expect(heard.at(-1)).toMatchObject([
    'select',
    { query: 'battery', url: expect.stringContaining('/guide/repair.html') },
  ]);
  expect(new URL(page.url()).pathname).toBe('/');
});

test('the summary reaches the live region', async () => {
  await box().fill('battery');
  await page.waitForFunction(() =>
    /\d+ passages? in \d+ pages?/.test(
      document.querySelector('nearfield-search')!.shadowRoot!.querySelector('[role=status]')!.textContent ?? '',
    ),
  );
});

test('filters narrow results to pages that have a value, counts say how many, and orders can be chosen', async () => {
  await page.goto(`${site.url}facets.html`);
  await ask('card book screen battery', page.locator('#narrow input'));
  const found = page.locator('#narrow a[role=option]');
  const chip = page.locator('#narrow .chip', { hasText: 'Machines' });
  await chip.click();
  await page.waitForFunction(() => {
    const links = [
      ...document.querySelector('#narrow')!.shadowRoot!.querySelectorAll<HTMLAnchorElement>('a[role=option]'),
    ];
    return links.length > 0 && links.every(({ href }) => href.includes('/guide/repair.html'));
  });
  expect(await chip.getAttribute('aria-pressed')).toBe('true');
  expect(await page.locator('#narrow .chip', { hasText: 'Books' }).count()).toBe(1);
  await chip.focus();
  await page.keyboard.press('Space');
  await page.waitForFunction(
    () =>
      new Set([...document.querySelector('#narrow')!.shadowRoot!.querySelectorAll('.title')].map((t) => t.textContent))
        .size > 1,
  );
  await ask('price', page.locator('#narrow input'));
  const pages = async () => {
    const hrefs = await found.evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname));
    return [...new Set(hrefs)].filter((href) => /lending|members/.test(href));
  };
  expect(await pages()).toEqual(['/guide/lending.html', '/guide/members.html']);
  await page.locator('#narrow select').selectOption('0');
  await expect.poll(pages).toEqual(['/guide/members.html', '/guide/lending.html']);
});

test('a scope always holds, and texts can be replaced by an attribute', async () => {
  await page.goto(`${site.url}facets.html`);
  const input = page.locator('#scoped input');
  expect(await input.getAttribute('placeholder')).toBe('Machines only');
  await ask('how long may I keep a book', input);
  const hrefs = await page
    .locator('#scoped a[role=option]')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname));
  expect(hrefs.every((href) => href === '/guide/repair.html')).toBe(true);
});

test('a template is the form of a result, and the target page marks the sentence', async () => {
  await page.goto(`${site.url}facets.html`);
  await ask('battery', page.locator('#own input'));
  const first = page.locator('#own a[role=option]').first();
  expect(await first.locator('strong').textContent()).toBe('Repairing the kiosk');
  expect(await first.locator('em').textContent()).toContain('battery');
  expect(await first.locator('mark').count()).toBeGreaterThan(0);
  expect(await first.locator('small').count()).toBe(0);
  const href = (await first.getAttribute('href'))!;
  expect(new URL(href).searchParams.get('highlight')).toContain('battery');
  await page.goto(href.replace(/#.*/, ''));
  await page.waitForFunction(() => CSS.highlights.has('nearfield'));
  const marked = await page.evaluate(() => [...CSS.highlights.get('nearfield')!].map(String).join());
  expect(marked).toContain('battery');
  expect(page.url()).not.toContain('highlight');
});

test('several indexes answer as one', async () => {
  await page.goto(`${site.url}facets.html`);
  await ask('battery', page.locator('#two input'));
  const hrefs = await page
    .locator('#two a[role=option]')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname));
  expect(hrefs).toContain('/guide/repair.html');
  expect(hrefs).toContain('/other/guide/repair.html');
});

test('the service worker keeps the whole index: what was never fetched is found without a network', async () => {
  // What `nearfield build --offline` writes.
  cpSync(join(folder, 'nearfield/offline.js'), join(folder, 'nearfield-offline.js'));
  const own = await launch();
  try {
    const visitor = await own.context.newPage();
    await visitor.goto(`${site.url}facets.html`);
    await visitor.evaluate(async () => {
      const element = document.createElement('nearfield-search');
      element.setAttribute('offline', '');
      element.setAttribute('query', '');
      element.id = 'kept';
      document.body.append(element);
      await navigator.serviceWorker.ready;
    });
    await visitor.reload();
    await own.context.setOffline(true);
    await visitor.reload();
    await visitor.locator('#narrow input').fill('how long may I keep a book');
    await visitor.locator('#narrow a[role=option]').first().waitFor();
    expect(await visitor.locator('#narrow .tier').textContent()).toBe('Found by words and meaning');
  } finally {
    await own.dispose();
  }
});

const HARMS: Record<string, (bytes: Buffer) => Uint8Array | undefined> = {
  missing: () => undefined,
  truncated: (bytes) => bytes.subarray(0, bytes.length >> 1),
  corrupted: (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 16 : byte))),
};

test.each(
  ['manifest', 'map', 'terms', 'cell', 'text', 'facets'].flatMap((kind) =>
    Object.keys(HARMS).map((harm) => [kind, harm]),
  ),
)('a %s file that is %s is said in words, and searching goes on as far as it can', async (kind, harm) => {
  await page.goto(`${site.url}facets.html`);
  const file = kind === 'manifest' ? 'manifest.json' : `-${kind}`;
  site.fault = (path, bytes) => (path.includes(file) ? HARMS[harm!]!(bytes) : bytes);
  await page.locator('#narrow input').fill('renewing a loan');
  const notice = page.locator('#narrow .notice p').first();
  await notice.waitFor();
  expect(await page.locator('#narrow .notice').textContent()).toMatch(
    /may be incomplete|not available|No page has any/,
  );
  if (kind === 'cell') expect(await page.locator('#narrow .tier').textContent()).toBe('Found by words');
  site.fault = undefined;
  await page.locator('#narrow input').fill('renewing a loan twice');
  await page.locator('#narrow a[role=option]').first().waitFor();
});

test('a host without ranges serves as well', async () => {
  site.ranges = false;
  try {
    await ask('how long may I keep a book');
    expect(await options().first().textContent()).toContain('two weeks');
  } finally {
    site.ranges = true;
  }
});

test('a deploy while a page is open changes the answers, and breaks none', async () => {
  const own = await launch();
  try {
    const visitor = await own.context.newPage();
    await visitor.goto(site.url);
    await visitor.locator('nearfield-search input').fill('opening hours');
    await visitor.locator('nearfield-search a[role=option]').first().waitFor();
    // The next version names its files otherwise; those of this one are gone, as after a deploy that clears the folder.
    site.fault = (path, bytes) => {
      if (path.endsWith('manifest.json')) {
        const { pages, lanes } = parseManifest(JSON.parse(bytes.toString().replaceAll(/\.([0-9a-f]{12})\.nf/g, next)));
        return encodeManifest(pages, lanes);
      }
      const asked = /\.([0-9a-f]{12})\.nf$/.exec(path)?.[1];
      return asked && !asked.startsWith('0') ? undefined : bytes;
    };
    function next(_whole: string, hash: string): string {
      return `.0${hash.slice(1)}.nf`;
    }
    for (const name of readdirSync(join(folder, 'nearfield'))) {
      const renamed = name.replace(/\.([0-9a-f]{12})\.nf$/, next);
      if (renamed !== name) cpSync(join(folder, 'nearfield', name), join(folder, 'nearfield', renamed));
    }
    await visitor.locator('nearfield-search input').fill('replacing the battery of the machine');
    // The answer before stays until this one is there.
    const first = visitor.locator('nearfield-search a[role=option]').first();
    await expect.poll(() => first.textContent()).toContain('battery');
    expect(await visitor.locator('nearfield-search .notice').textContent()).not.toMatch(/incomplete|not available/);
  } finally {
    await own.dispose();
  }
});

test('a screen reader hears field, results by page, what else can be done, and the summary, in this order', async () => {
  await ask('how do I renew a loan');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() =>
    document
      .querySelector('nearfield-search')!
      .shadowRoot!.querySelector('[role=status]')!
      .textContent!.includes('passage'),
  );
  const heard = (await page.locator('nearfield-search').ariaSnapshot())
    .split('\n')
    .filter((line) => /^( {0,4})- (combobox|button|listbox|group|option|status)/.test(line))
    .map((line) => line.trim().replace(/^- /, ''));
  expect(heard[0]).toBe('combobox "Search this site" [expanded]: how do I renew a loan');
  expect(heard[1]).toBe('button "Clear"');
  expect(heard[2]).toBe('listbox "Results":');
  expect(heard[3]).toBe('group "Lending books":');
  expect(heard[4]).toMatch(/^option ".*renewed twice.*" \[selected\]/);
  expect(heard.at(-2)).toBe('button "More results"');
  expect(heard.at(-1)).toMatch(/^status: \d+ passages in \d+ pages/);
  const ordered = heard.slice(3, -2).map((line) => line.split(' ')[0]);
  expect(ordered.every((role) => role === 'group' || role === 'option')).toBe(true);
  // The active option is named by the field, so it is read without moving the focus.
  const active = await box().getAttribute('aria-activedescendant');
  expect(await page.locator(`nearfield-search [id="${active}"]`).getAttribute('aria-selected')).toBe('true');
});

test('on a page written from right to left everything is mirrored but the text itself', async () => {
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await ask('card book screen battery');
  const place = async (selector: string) => (await page.locator(`nearfield-search ${selector}`).first().boundingBox())!;
  const field = await place('.field');
  const [glass, clear] = [await place('.field svg'), await place('.clear')];
  expect(glass.x).toBeGreaterThan(field.x + field.width / 2);
  expect(clear.x + clear.width).toBeLessThan(field.x + field.width / 2);
  const directions = await page
    .locator('nearfield-search .excerpt')
    .evaluateAll((found) => found.map((one) => getComputedStyle(one).direction));
  expect(new Set(directions)).toEqual(new Set(['ltr']));
});

test.each([
  'closed',
  'results',
  'refused',
  'unfolded',
  'loading',
  'partly',
  'failed',
  'dialog',
  'filters',
  'phone',
  'dark',
])('axe finds nothing to object to when %s', async (state) => {
  if (state === 'phone') await page.setViewportSize({ width: 390, height: 844 });
  if (state === 'dark') await page.emulateMedia({ colorScheme: 'dark' });
  if (state === 'filters') await page.goto(`${site.url}facets.html`);
  if (state === 'loading') await page.route('**/*.nf', () => {});
  if (state === 'partly') site.fault = (path, bytes) => (path.includes('-cell') ? undefined : bytes);
  if (state === 'failed') site.fault = (path, bytes) => (path.endsWith('.nf') ? undefined : bytes);
  if (state === 'dialog' || state === 'phone') {
    await page.keyboard.press('Control+k');
    await ask('battery', modal());
  } else if (state === 'filters') {
    await ask('card book screen battery', page.locator('#narrow input'));
    await page.locator('#narrow .chip').first().click();
    await page.locator('#narrow .chip[aria-pressed=true]').waitFor();
  } else if (state !== 'closed') {
    const refused = state === 'refused' || state === 'unfolded';
    const query = refused ? 'what is the mass of the moon in kilograms' : 'battery';
    if (state === 'loading' || state === 'failed') await box().fill(query);
    else await ask(query);
    await page.locator('nearfield-search :is(a[role=option], .nothing, .failed, .skeleton)').first().waitFor();
    if (state === 'unfolded') {
      await page.locator('nearfield-search .notice button').click();
      await options().first().waitFor();
    }
  }
  // Put in by the debugger, which no policy stops.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run({ include: [['nearfield-search'], ['nearfield-modal']] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
  });
  expect(violations).toEqual([]);
});
