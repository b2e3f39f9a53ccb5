/** The explorer, as built, in every browser: files in, questions answered, everything kept. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import type { Engine } from '../../src/core/engine.ts';
import { inEachBrowser, SHOTS } from './each.ts';
import { seen, type Tab, textsOf, until } from './tab.ts';

declare global {
  var nearfield: Engine;
}

const FIXTURES = join(import.meta.dirname, '../fixtures/read');
const utf8 = (text: string) => Buffer.from(text).toString('base64');
const FILES: Readonly<Record<string, string>> = {
  'bread.md': utf8('# Bread\n\nA sourdough starter is fed with flour and water until wild yeast makes it bubble.\n'),
  '劳动法.md': utf8('# 劳动合同\n\n用人单位单方面解除劳动合同，应当提前三十日书面通知劳动者本人。\n'),
  'mill.pdf': readFileSync(join(FIXTURES, 'en.pdf')).toString('base64'),
  '磨坊.pdf': readFileSync(join(FIXTURES, 'zh.pdf')).toString('base64'),
};
/** Whole questions, and what the first passage says. */
const QUESTIONS = [
  ['what must I give the dough so that it rises by itself?', 'wild yeast'],
  ['Why did the man who worked the mill get up at night?', 'followed the moon'],
  ['要提前几天告诉员工才能辞退他？', '三十日'],
  ['为什么磨坊主常常在夜里不睡觉？', '跟随月亮'],
] as const;

interface Answered {
  readonly tier: string;
  readonly refused: boolean;
  readonly confidence: number;
  readonly passages: readonly (readonly [id: string, score: number])[];
}
/** What Chromium, which runs first, answered; and how far another may be from it. */
let reference: readonly Answered[];
const TOLERANCE = 1e-6;

const answers = (tab: Tab): Promise<Answered[]> =>
  tab.run(
    async (questions) => {
      const found: Answered[] = [];
      for (const question of questions) {
        const { tier, refused, confidence, passages } = await nearfield.search(question, { tier: 'full' });
        found.push({ tier, refused, confidence, passages: passages.map(({ chunk, score }) => [chunk.id, score]) });
      }
      return found;
    },
    QUESTIONS.map(([question]) => question),
  );

/** Presses a button that asks for files and gives it some. Only the system's own window is left out, which no test can reach. */
async function choose(tab: Tab, button: string, files: Readonly<Record<string, string>>): Promise<void> {
  await tab.run((files) => {
    const input = HTMLInputElement.prototype;
    const { click } = input;
    input.click = function () {
      input.click = click;
      const chosen = new DataTransfer();
      for (const [name, base64] of Object.entries(files)) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        chosen.items.add(new File([bytes], name));
      }
      this.files = chosen.files;
      this.dispatchEvent(new Event('change', { bubbles: true }));
    };
  }, files);
  await tab.click(button);
}

/** Asks as a person does, and gives the passages' texts. */
async function ask(tab: Tab, question: string): Promise<string[]> {
  await tab.click('#nf-question');
  await tab.run(() => document.querySelector<HTMLInputElement>('#nf-question')!.select());
  await tab.type(question);
  await tab.press('Enter');
  await until(
    tab,
    `the answer to “${question}”`,
    (question) =>
      document.querySelector<HTMLInputElement>('#nf-question')!.value === question &&
      document.querySelector('.ask-box:not([data-searching])') !== null &&
      new URL(location.href).searchParams.get('q') === question,
    question,
  );
  return textsOf(tab, '.passage');
}

inEachBrowser((browser, name) => {
  const url = inject('explorerUrl');
  let tab: Tab;
  const shoot = async (what: string) => {
    if (SHOTS) await tab.screenshot(join(SHOTS, `${name}-${what}.png`));
  };
  const quietly = async () => expect(await tab.complaints()).toEqual([]);

  test('files are chosen and indexed, with progress to the end', async () => {
    tab = await browser().open();
    await tab.goto(url);
    await seen(tab, 'h1', 'Ask your own documents.');
    await shoot('welcome');
    await tab.run(() => {
      const steps: number[] = [];
      Object.assign(globalThis, { steps });
      const bar = document.querySelector('nf-progress progress')!;
      new MutationObserver(() => steps.push(Number(bar.getAttribute('value')))).observe(bar, { attributes: true });
    });
    await choose(tab, '.drop-area .buttons button', FILES);
    await seen(tab, 'nf-progress progress');
    await shoot('adding');
    await seen(tab, 'nf-outcome', 'Indexed 4 documents.');
    const steps = await tab.run(() => (globalThis as unknown as { steps: number[] }).steps);
    expect(steps.some((done) => done > 0 && done < 1)).toBe(true);
    expect((await textsOf(tab, '.document .name')).sort()).toEqual(['Bread', 'The Tidal Mill', '劳动合同', '潮汐磨坊']);
    await quietly();
  });

  test('whole questions in both languages find the right passage first', async () => {
    for (const [question, answer] of QUESTIONS) {
      expect((await ask(tab, question))[0], question).toContain(answer);
    }
    await shoot('answer');
    await quietly();
  });

  test('answers are those of Chromium: same passages, same scores', async () => {
    const got = await answers(tab);
    if (name === 'Chromium') reference = got;
    for (const [i, { tier, refused, confidence, passages }] of got.entries()) {
      const wanted = reference[i]!;
      expect({ tier, refused }).toEqual({ tier: 'full', refused: false });
      expect(confidence).toBeCloseTo(wanted.confidence, 5);
      expect(passages.map(([id]) => id)).toEqual(wanted.passages.map(([id]) => id));
      for (const [at, [, score]] of passages.entries()) {
        expect(Math.abs(score - wanted.passages[at]![1])).toBeLessThan(TOLERANCE);
      }
    }
  });

  test('what nothing answers is refused', async () => {
    await ask(tab, 'zxqv wkjh prlt');
    await seen(tab, 'h2', 'Nothing here answers this.');
  });

  test('reloaded, the library is there and answers', async () => {
    await tab.reload();
    await seen(tab, '.document .name', 'Bread');
    for (const [question, answer] of [QUESTIONS[1], QUESTIONS[2]]) {
      expect((await ask(tab, question))[0], question).toContain(answer);
    }
    await quietly();
  });
});
