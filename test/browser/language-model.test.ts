import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Expander } from '../../src/expand/language-model.ts';
import { fakeLanguageModel } from '../expand/fake-language-model.ts';
import { launch } from './chromium.ts';

declare const expanding: { languageModelExpander(): Expander | undefined };
declare const LanguageModel: ReturnType<typeof fakeLanguageModel>;

let browser: Awaited<ReturnType<typeof launch>>;
let script: string;

beforeAll(async () => {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry: resolve('src/expand/language-model.ts'), name: 'expanding', formats: ['iife'] },
    },
  });
  script = ([built].flat()[0] as Rolldown.RolldownOutput).output[0].code;
  browser = await launch();
});
afterAll(() => browser.dispose());

async function open(fake: boolean, onload = ''): Promise<Page> {
  const page = await browser.context.newPage();
  if (fake) await page.addInitScript(`globalThis.LanguageModel = (${fakeLanguageModel})()`);
  await page.addInitScript(`${script};globalThis.expanding = expanding;{${onload}}`);
  await page.goto(inject('appUrl'));
  return page;
}

test('this browser’s own model is asked about and nothing is downloaded', async () => {
  const page = await open(false);
  const found = await page.evaluate(async () => {
    const expander = expanding.languageModelExpander();
    return (
      expander && { state: await expander.availability('en'), terms: await expander.expand('why is the sky blue') }
    );
  });
  // A Chromium without the Prompt API has no expander; one with it has no model in this fresh profile.
  if (found) {
    expect(['unavailable', 'downloadable']).toContain(found.state);
    expect(found.terms).toEqual([]);
  } else expect(await page.evaluate(() => 'LanguageModel' in globalThis)).toBe(false);
  await page.close();
});

/** Runs in the page as it loads, when nobody has clicked yet: Playwright's own calls count as a person's. */
const ONLOAD = `
  LanguageModel.fake.state = { en: 'downloadable' };
  LanguageModel.fake.reply = () => '["Rayleigh scattering"]';
  const expander = expanding.languageModelExpander();
  const early = expander.prepare('en').catch((error) => error.code);
  const progress = [];
  addEventListener('DOMContentLoaded', () => {
    const button = document.createElement('button');
    button.id = 'get-model';
    button.textContent = 'Get the model';
    button.onclick = () => void expander.prepare('en', { onProgress: (done) => progress.push(done) });
    document.body.prepend(button);
  });
  Object.assign(globalThis, { expander, early, progress });
`;
declare const expander: Expander;
declare const early: Promise<unknown>;
declare const progress: readonly number[];

test('a download begins with a click and not before', async () => {
  const page = await open(true, ONLOAD);
  expect(await page.evaluate(() => early)).toBe('model-unavailable');
  expect(await page.evaluate(() => expander.expand('why is the sky blue'))).toEqual([]);
  expect(await page.evaluate(() => LanguageModel.fake.log)).toEqual([]);
  await page.click('#get-model');
  await page.waitForFunction(() => progress.at(-1) === 1);
  expect(await page.evaluate(() => expander.expand('why is the sky blue'))).toEqual([
    { text: 'Rayleigh scattering', weight: 0.4 },
  ]);
  await page.close();
});
