import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { browsers } from './found.ts';
import type { Browser, BrowserName, Tab } from './tab.ts';

/** Runs a suite in every browser that is on this machine, Chromium first; what the others are is said by the setup. */
export function inEachBrowser(suite: (browser: () => Browser, name: BrowserName) => void): void {
  for (const { name, launch, install } of browsers()) {
    describe.skipIf(!launch)(launch ? name : `${name} (not found; ${install})`, () => {
      let browser: Browser;
      beforeAll(async () => {
        browser = await launch!();
        process.stdout.write(`${name} ${browser.version}\n`);
      });
      afterAll(() => browser?.close());
      suite(() => browser, name);
    });
  }
}

/** Takes screenshots of a tab, which are kept where `NEARFIELD_SHOTS` says, to be looked at. */
export const shooter =
  (name: BrowserName, tab: () => Tab) =>
  async (what: string): Promise<void> => {
    const folder = process.env.NEARFIELD_SHOTS;
    if (folder) await tab().screenshot(join(folder, `${name}-${what}.png`));
  };
