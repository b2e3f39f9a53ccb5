/** Which browsers there are on this machine, and how to get those that there are not. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from '../browser/chromium.ts';
import { launchPuppet } from './puppet.ts';
import type { Browser, BrowserName } from './tab.ts';
import { launchWebKit } from './webdriver.ts';

interface Kind {
  readonly name: BrowserName;
  /** Starts one with a profile of its own; undefined where there is none. */
  readonly launch: (() => Promise<Browser>) | undefined;
  /** What installs it. */
  readonly install: string;
}

const FIREFOX = ['firefox-esr', 'firefox'];
const FIREFOX_ELSEWHERE = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** Chromium first: the others' answers are held against its. */
export function browsers(): readonly Kind[] {
  const firefox = [process.env.FIREFOX_PATH ?? '', ...onPath(FIREFOX), ...FIREFOX_ELSEWHERE].find(there);
  const driver = [process.env.WEBKIT_DRIVER_PATH ?? '', ...onPath(['WebKitWebDriver'])].find(there);
  const xvfb = onPath(['Xvfb']).find(there);
  const hasScreen = xvfb !== undefined || process.env.DISPLAY !== undefined;
  return [
    {
      name: 'Chromium',
      launch: () => launchPuppet('Chromium', findChromium()),
      install: 'Debian: apt-get install chromium; or set CHROMIUM_PATH',
    },
    {
      name: 'Firefox',
      launch: firefox === undefined ? undefined : () => launchPuppet('Firefox', firefox),
      install: 'Debian: apt-get install firefox-esr; or set FIREFOX_PATH',
    },
    {
      name: 'WebKitGTK',
      launch: driver === undefined || !hasScreen ? undefined : () => launchWebKit(driver, xvfb),
      install: 'Debian: apt-get install webkit2gtk-driver xvfb; or set WEBKIT_DRIVER_PATH and DISPLAY',
    },
  ];
}

const onPath = (names: readonly string[]) =>
  (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
const there = (path: string) => path !== '' && existsSync(path);
