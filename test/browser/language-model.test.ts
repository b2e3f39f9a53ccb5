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

async function open(fake: boolean): Promise<Page> {
  const page = await browser.context.newPage();
  if (fake) await page.addInitScript(`globalThis.LanguageModel = (${fakeLanguageModel})()`);
  await page.addInitScript(`${script};globalThis.expanding = expanding`);
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

test('a download begins with a click and not before', async () => {
  const page = await open(true);
  await page.evaluate(() => {
    LanguageModel.fake.state = { en: 'downloadable' };
    LanguageModel.fake.reply = () => '["Rayleigh scattering"]';
    const expander = expanding.languageModelExpander()!;
    const seen: number[] = [];
    const button = document.createElement('button');
    button.id = 'get-model';
    button.textContent = 'Get the model';
    button.onclick = () => void expander.prepare('en', { onProgress: (done) => seen.push(done) });
    document.body.prepend(button);
    Object.assign(globalThis, { expander, seen });
  });
  const ask = () =>
    page.evaluate(() => (globalThis as unknown as { expander: Expander }).expander.expand('why is the sky blue'));
  expect(await ask()).toEqual([]);
  const refused = await page.evaluate(() =>
    (globalThis as unknown as { expander: Expander }).expander.prepare('en').catch((error) => error.code),
  );
  expect(refused).toBe('model-unavailable'); // no click
  await page.click('#get-model');
  await page.waitForFunction(() => (globalThis as unknown as { seen: number[] }).seen.at(-1) === 1);
  expect(await ask()).toEqual([{ text: 'Rayleigh scattering', weight: 0.4 }]);
  await page.close();
});
