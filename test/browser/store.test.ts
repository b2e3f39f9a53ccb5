import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killWhileIndexing } from '../fault/kills.ts';
import { launch } from './chromium.ts';
import type { Lab } from './pages/store.ts';
import { serveStorePage } from './store-page.ts';

declare const lab: Lab;

let server: Awaited<ReturnType<typeof serveStorePage>>;
let browser: Awaited<ReturnType<typeof launch>>;
beforeAll(async () => {
  server = await serveStorePage();
  browser = await launch();
});
afterAll(async () => {
  await browser?.dispose();
  await server?.close();
});

const openPage = () => server.open(browser.context);
const namesIn = (page: Page, name: string) =>
  page.evaluate(async (name) => {
    const store = await lab.openBrowserStore(name);
    const names = await lab.documentNames(store);
    await store.close();
    return names;
  }, name);

describe('a store in Chromium', () => {
  test('loses nothing and keeps nothing half when its worker is killed in the middle of commits', async () => {
    const page = await openPage();
    const report = await killWhileIndexing(page, { documents: 40, kills: 8 });
    expect(report).toEqual({ kills: 8, documents: 40, faults: [] });
    await page.close();
  });

  test('with its blocks in OPFS too, where they are then found', async () => {
    const page = await openPage();
    const report = await killWhileIndexing(page, { documents: 10, kills: 4, rows: 600, blocksIn: 'opfs' });
    expect(report).toEqual({ kills: 4, documents: 10, faults: [] });
    const files = await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      let files = 0;
      for await (const folder of (await root.getDirectoryHandle('nearfield')).values()) {
        for await (const _ of (folder as FileSystemDirectoryHandle).values()) files++;
      }
      return files;
    });
    expect(files).toBeGreaterThan(0);
    await page.close();
  });

  test('keeps the last commit when its tab is closed while it writes', async () => {
    const [writer, reader] = [await openPage(), await openPage()];
    const committed: number[] = [];
    await writer.exposeFunction('report', (i: number) => committed.push(i));
    const writing = writer.evaluate(async () => {
      const store = await lab.openBrowserStore('closed-tab');
      for (let i = 0; ; i++) {
        await store.commit(lab.documentChange(store, `${i}.md`, 200));
        (globalThis as unknown as { report(i: number): void }).report(i);
      }
    });
    writing.catch(() => {});
    await expect.poll(() => committed.length).toBeGreaterThan(5);
    await writer.close();
    expect(await reader.evaluate((all) => lab.faults('closed-tab', 200, all), committed)).toEqual([]);
    await reader.close();
  });

  test('keeps every commit when the whole browser is killed', async () => {
    const first = await launch();
    const page = await server.open(first.context);
    const life = { name: 'killed-browser', documents: 12, rows: 3, point: 'never', count: 0 } as const;
    const { committed } = await page.evaluate((life) => lab.live(life), life);
    const browserProcess = Number((await readlink(join(first.profile, 'SingletonLock'))).split('-').at(-1));
    process.kill(browserProcess, 'SIGKILL');
    await first.context.close().catch(() => {});

    const second = await launch({ profile: first.profile });
    const again = await server.open(second.context);
    expect(committed).toHaveLength(12);
    expect(await again.evaluate((all) => lab.faults('killed-browser', 3, all), committed)).toEqual([]);
    await second.dispose();
  });

  test('at the quota says so with figures, keeps what it has, and goes on when there is room again', async () => {
    // A browser of its own: what other tests delete is counted until Chromium gets round to it.
    const own = await launch();
    const page = await server.open(own.context);
    const cdp = await own.context.newCDPSession(page);
    const origin = new URL(page.url()).origin;
    // Before the first write, because Chromium remembers for a while how much room there is.
    const { usage } = await cdp.send('Storage.getUsageAndQuota', { origin });
    await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 100_000 });
    await page.evaluate(async () => {
      const store = await lab.openBrowserStore('quota');
      await store.commit(lab.documentChange(store, 'small.md', 3));
      await store.close();
    });
    const refused = await page.evaluate(async () => {
      const store = await lab.openBrowserStore('quota');
      const large = lab.documentChange(store, 'large.md', 20_000);
      const error = await store.commit(large).catch((error: unknown) => error as { code: string; message: string });
      const names = await lab.documentNames(store);
      const rows = (await lab.visible(store)).length;
      await store.close();
      return { code: error?.code, message: error?.message, names, rows };
    });
    expect(refused).toMatchObject({ code: 'quota-exceeded', names: ['small.md'], rows: 3 });
    expect(refused.message).toMatch(/refused more storage \([\d,]+ MB of [\d,]+ MB in use\)/);

    await own.context.close();
    const roomy = await launch({ profile: own.profile });
    const again = await server.open(roomy.context);
    await again.evaluate(async () => {
      const store = await lab.openBrowserStore('quota');
      await store.commit(lab.documentChange(store, 'large.md', 20_000));
      await store.close();
    });
    expect(await namesIn(again, 'quota')).toEqual(['large.md', 'small.md']);
    await roomy.dispose();
  });

  test('loses nothing when two tabs write at once, and each hears of the other', async () => {
    const pages = [await openPage(), await openPage()];
    for (const page of pages) {
      await page.evaluate(async () => {
        const store = await lab.openBrowserStore('two-tabs');
        const heard = new Promise<void>((resolve) => store.onChange(resolve));
        Object.assign(globalThis, { kept: { store, heard } });
      });
    }
    await Promise.all(
      pages.map((page, tab) =>
        page.evaluate(async (tab) => {
          type Kept = { store: Awaited<ReturnType<Lab['openBrowserStore']>>; heard: Promise<void> };
          const { store, heard } = (globalThis as unknown as { kept: Kept }).kept;
          for (let i = 0; i < 25; i++) await store.commit(lab.documentChange(store, `${tab}-${i}.md`, 3));
          await heard;
          await store.close();
        }, tab),
      ),
    );
    expect(await namesIn(pages[0]!, 'two-tabs')).toHaveLength(50);
    expect(await pages[1]!.evaluate(() => lab.faults('two-tabs', 3, []))).toEqual([]);
    for (const page of pages) await page.close();
  });

  test('lets one tab write at a time where a task asks for that, and frees the place when that tab dies', async () => {
    const [holder, other] = [await openPage(), await openPage()];
    await holder.evaluate(async () => {
      const store = await lab.openBrowserStore('writer');
      await new Promise<void>((holding) => {
        void store.exclusively(() => {
          holding();
          return new Promise<void>(() => {});
        });
      });
    });
    const attempt = () =>
      other.evaluate(async () => {
        const store = await lab.openBrowserStore('writer');
        const result = await store
          .exclusively(async () => 'written', { wait: false })
          .catch((error: unknown) => (error as { code: string }).code);
        await store.close();
        return result;
      });
    expect(await attempt()).toBe('busy');
    await holder.close();
    await expect.poll(attempt).toBe('written');
    await other.close();
  });

  test('a database of a newer version is refused by name, and an open store lets another tab upgrade it', async () => {
    const [old, newer] = [await openPage(), await openPage()];
    await old.evaluate(async () => {
      const store = await lab.openBrowserStore('upgraded');
      await store.commit(lab.documentChange(store, 'a.md', 1));
      (globalThis as unknown as { kept: unknown }).kept = store;
    });
    await newer.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open('upgraded', 99);
          request.onsuccess = () => resolve(request.result.close());
          request.onerror = () => reject(request.error);
          request.onblocked = () => reject(new Error('blocked by the open store'));
        }),
    );
    const codes = await old.evaluate(async () => {
      const { kept } = globalThis as unknown as { kept: Awaited<ReturnType<Lab['openBrowserStore']>> };
      const code = (error: unknown) => (error as { code: string }).code;
      return [await kept.documents().catch(code), await lab.openBrowserStore('upgraded').catch(code)];
    });
    expect(codes).toEqual(['store-version', 'store-version']);
    for (const page of [old, newer]) await page.close();
  });

  test('a store whose database another tab deletes is empty and usable, and nothing hangs', async () => {
    const [one, two] = [await openPage(), await openPage()];
    await one.evaluate(async () => {
      const store = await lab.openBrowserStore('deleted');
      await store.commit(lab.documentChange(store, 'a.md', 1));
      (globalThis as unknown as { kept: unknown }).kept = store;
    });
    await two.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase('deleted');
          request.onsuccess = () => resolve();
          request.onblocked = () => reject(new Error('blocked by the open store'));
        }),
    );
    const names = await one.evaluate(async () => {
      const { kept } = globalThis as unknown as { kept: Awaited<ReturnType<Lab['openBrowserStore']>> };
      const before = await lab.documentNames(kept);
      await kept.commit(lab.documentChange(kept, 'b.md', 1));
      return [before, await lab.documentNames(kept)];
    });
    expect(names).toEqual([[], ['b.md']]);
    for (const page of [one, two]) await page.close();
  });
});
