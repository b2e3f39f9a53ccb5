import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** An installed Chromium or Chrome; failing that, playwright's own, fetched now; failing that, one sentence of advice. */
export function findChromium(): string {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [process.env.CHROMIUM_PATH ?? '', ...onPath, ...ELSEWHERE, chromium.executablePath()].find(
    (path) => path !== '' && existsSync(path),
  );
  if (found) return found;
  try {
    execFileSync('npx', ['playwright-core', 'install', 'chromium'], { stdio: 'ignore', timeout: 300_000 });
  } catch {
    // Said below: whatever went wrong, the advice is the same.
  }
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  throw new Error(
    'Expected Chromium or Chrome for the browser tests and found none; install one (Debian: apt-get install chromium) or set CHROMIUM_PATH to it.',
  );
}

export interface LaunchOptions {
  /** Keep the profile of an earlier launch. */
  readonly profile?: string;
  readonly args?: readonly string[];
  readonly viewport?: { width: number; height: number };
}

/** How long a page is waited for; less than a test may take, so that what never came is named. */
const PATIENCE_MS = 200_000;

/** A Chromium with a profile of its own. `dispose` closes it and deletes the profile. */
export async function launch(
  options: LaunchOptions = {},
): Promise<{ context: BrowserContext; profile: string; dispose(): Promise<void> }> {
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'nearfield-chromium-')));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    timeout: PATIENCE_MS,
    viewport: options.viewport ?? { width: 1280, height: 800 },
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(options.args ?? []),
    ],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return {
    context,
    profile,
    async dispose() {
      await context.close();
      // Its processes may still be writing there while they end.
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    },
  };
}
