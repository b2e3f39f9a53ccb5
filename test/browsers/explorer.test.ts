/** The explorer, as built, in every browser: files in, questions answered, everything kept. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import type { Engine } from '../../src/core/engine.ts';
import { inEachBrowser, shooter } from './each.ts';
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

/** Asks as a person does, and waits until the first passage says `answer`. */
async function ask(tab: Tab, question: string, answer: string): Promise<void> {
  await tab.click('#nf-question');
  await tab.run(() => document.querySelector<HTMLInputElement>('#nf-question')!.select());
  await tab.type(question);
  await tab.press('Enter');
  await until(
    tab,
    `“${answer}” as the answer to “${question}”`,
    (question, answer) =>
      document.querySelector<HTMLInputElement>('#nf-question')!.value === question &&
      document.querySelector('.ask-box:not([data-searching])') !== null &&
      (document.querySelector('.passage, .refusal')?.textContent ?? '').includes(answer),
    question,
    answer,
  );
}

inEachBrowser((browser, name) => {
  const url = inject('appUrl');
  let tab: Tab;
  const shoot = shooter(name, () => tab);
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
    for (const [question, answer] of QUESTIONS) await ask(tab, question, answer);
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
    await ask(tab, 'zxqv wkjh prlt', 'Nothing here answers this.');
  });

  test('reloaded, the library is there and answers', async () => {
    await tab.reload();
    await seen(tab, '.document .name', 'Bread');
    for (const [question, answer] of [QUESTIONS[1], QUESTIONS[2]]) await ask(tab, question, answer);
    await quietly();
  });

  test('the keyboard alone leads to the passage and back; an input method keeps its keys', async () => {
    await tab.press('Escape');
    await tab.press('/');
    await tab.run(() => document.querySelector<HTMLInputElement>('#nf-question')!.select());
    await tab.type('sourdough starter');
    await seen(tab, '.passage', 'sourdough');
    // As Safari ends a composition: the Enter comes last, and belongs to the input method.
    const wasTaken = await tab.run(() => {
      const input = document.querySelector('#nf-question')!;
      input.dispatchEvent(new CompositionEvent('compositionstart'));
      input.dispatchEvent(new CompositionEvent('compositionend', { data: '面包' }));
      return !input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, cancelable: true }));
    });
    expect(wasTaken).toBe(false);
    await tab.press('ArrowDown');
    await until(tab, 'a result in focus', () => document.activeElement?.closest('.passage') !== null);
    await tab.press('Enter');
    await seen(tab, 'nf-reader article', 'wild yeast');
    await until(tab, 'the reader in focus', () => document.activeElement?.closest('nf-reader') !== null);
    await tab.press('Escape');
    await until(tab, 'the result in focus again', () => document.activeElement?.closest('.passage') !== null);
    await quietly();
  });

  test('the map draws every passage', async () => {
    await tab.click('[data-key="view map"]');
    await seen(tab, '.map-note', 'passages');
    expect(await tab.run(() => document.querySelector('.map-stage')!.getAttribute('aria-label'))).toBe(
      'Map of 7 passages',
    );
    const drawn = await tab.run(async () => {
      const canvas = document.querySelector<HTMLCanvasElement>('.map-stage canvas')!;
      // A picture is kept only until it is shown, so it is drawn anew and read at once.
      dispatchEvent(new Event('resize'));
      const flat = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
      let coloured = 0;
      for (let tries = 0; tries < 50 && coloured === 0; tries++) {
        const stage = document.querySelector<HTMLElement>('.map-stage')!;
        stage.dispatchEvent(new KeyboardEvent('keydown', { key: tries % 2 ? '-' : '+', bubbles: true }));
        await new Promise(requestAnimationFrame);
        flat.clearRect(0, 0, canvas.width, canvas.height);
        flat.drawImage(canvas, 0, 0);
        const { data } = flat.getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 3; i < data.length; i += 4) if (data[i]! > 60) coloured++;
      }
      return { coloured, webgl: canvas.getContext('webgl2') !== null };
    });
    process.stdout.write(`${name}: the map is drawn by ${drawn.webgl ? 'WebGL' : 'a plain canvas'}\n`);
    expect(drawn.coloured).toBeGreaterThan(7 * 5);
    await shoot('map');
    await quietly();
  });

  test('the view “Engine” says what runs', async () => {
    await tab.click('[data-key="view about"]');
    const [said] = await seen(tab, 'nf-about', '4 documents, 7 passages');
    expect(said).toMatch(/own kernels with (relaxed )?SIMD/);
    expect(said).toMatch(/WebAssembly, (relaxed )?SIMD/);
    expect(said).not.toMatch(/0 B of|undefined|NaN|cloned/);
    process.stdout.write(
      `${name}: ${/own kernels[^\n]*/.exec(said!)![0]}; threads ${/Threads\s*(\d+)/.exec(said!)?.[1]}\n`,
    );
    await shoot('engine');
    await tab.click('[data-key="view ask"]');
  });

  test('in the dark and on a narrow screen nothing sticks out', async () => {
    const sticksOut = () => document.documentElement.scrollWidth > innerWidth;
    for (const theme of ['light', 'dark']) {
      await tab.run((theme) => void document.documentElement.setAttribute('data-theme', theme), theme);
      await ask(tab, ...QUESTIONS[1]);
      await tab.resize(1280, 800);
      await shoot(`wide-${theme}`);
      expect(await tab.run(sticksOut)).toBe(false);
      await tab.resize(390, 800);
      await shoot(`narrow-${theme}`);
      expect(await tab.run(sticksOut)).toBe(false);
      await tab.click('.passage > a');
      await seen(tab, 'nf-reader article', 'followed the moon');
      await shoot(`narrow-reader-${theme}`);
      await tab.run(() => history.back());
      await until(tab, 'the results again', () => !new URL(location.href).searchParams.has('doc'));
    }
    await tab.run(() => document.documentElement.removeAttribute('data-theme'));
    await tab.resize(1280, 800);
    await quietly();
  });

  test('a second tab hears what the first adds, and the first what the second removes', async () => {
    const second = await browser().open();
    await second.goto(url);
    await seen(second, '.document .name', 'Bread');
    await tab.run(async () => {
      const text = '# Kelp\n\nThe kelp forest shelters the otters from the waves.\n';
      await nearfield.add([{ path: 'kelp.md', data: new File([text], 'kelp.md') }]);
    });
    const found = () => nearfield.search('what protects otters?', { tier: 'full' }).then(({ passages }) => passages);
    await until(second, 'the other tab’s document', () =>
      nearfield.documents().then((documents) => documents.some(({ id }) => id === 'kelp.md')),
    );
    expect((await second.run(found))[0]!.chunk.document).toBe('kelp.md');
    await second.run(async () => {
      const kelp = (await nearfield.documents()).filter(({ title }) => title === 'Kelp');
      await nearfield.remove(kelp.map(({ id }) => id));
    });
    await until(tab, 'the removal', () =>
      nearfield.documents().then((documents) => documents.every(({ title }) => title !== 'Kelp')),
    );
    expect(await second.complaints()).toEqual([]);
    await second.close();
    await quietly();
  });

  test('two tabs that add at once get all that both added', async () => {
    const second = await browser().open();
    await second.goto(url);
    await seen(second, '.document .name', 'Bread');
    const start = (path: string) => {
      const files = Array.from({ length: 12 }, (_, i) => ({
        path: `${path}/${i}.md`,
        data: new File([`# ${path} ${i}\n\nNumber ${i} of ${path} stands on the shelf.\n`], `${i}.md`),
      }));
      const settle = (async () => {
        // The other tab may hold the pen: what it is told then is that it should come again.
        for (;;) {
          const report = await nearfield.add(files).catch((error: { code?: string }) => error);
          if ('added' in report) return { added: report.added };
          if (report.code !== 'busy') return { failed: String(report) };
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      Object.assign(globalThis, { settle });
    };
    await tab.run(start, 'left');
    await second.run(start, 'right');
    const settled = () => (globalThis as unknown as { settle: Promise<{ added?: number; failed?: string }> }).settle;
    expect(await tab.run(settled)).toEqual({ added: 12 });
    expect(await second.run(settled)).toEqual({ added: 12 });
    const holdBoth = async (count: number) => {
      for (const one of [tab, second]) {
        await until(one, `${count} documents`, (n) => nearfield.documents().then(({ length }) => length === n), count);
      }
    };
    await holdBoth(28);
    await tab.run(async () => {
      const made = (await nearfield.documents()).filter(({ id }) => /^(left|right)\//.test(id));
      await nearfield.remove(made.map(({ id }) => id));
    });
    await holdBoth(4);
    await second.close();
    await quietly();
  });

  test('saved as a file, cleared and opened again, the library answers as before', async () => {
    await tab.reload();
    await seen(tab, '.document .name', 'Bread');
    const before = await answers(tab);
    await tab.run(() => {
      const { createObjectURL } = URL;
      URL.createObjectURL = (made: Blob) => {
        Object.assign(globalThis, { saved: made });
        return createObjectURL.call(URL, made);
      };
      HTMLAnchorElement.prototype.click = () => {};
    });
    await tab.click('[data-key="save-library"]');
    await until(tab, 'the file', () => 'saved' in globalThis);
    await tab.click('[data-key="clear"]');
    await tab.click('dialog button[value="yes"], dialog .buttons button:last-child');
    await seen(tab, 'h1', 'Ask your own documents.');
    await tab.run(() => {
      const input = HTMLInputElement.prototype;
      input.click = function () {
        const chosen = new DataTransfer();
        chosen.items.add(new File([(globalThis as unknown as { saved: Blob }).saved], 'library.nearfield'));
        this.files = chosen.files;
        this.dispatchEvent(new Event('change', { bubbles: true }));
      };
    });
    await tab.click('[data-key="open-saved"]');
    await seen(tab, '.document .name', 'Bread');
    expect(await answers(tab)).toEqual(before);
    await quietly();
  });

  test('a document is removed by its button', async () => {
    await tab.click('[aria-label="Remove Bread"]');
    await until(tab, 'three documents', () => document.querySelectorAll('.document').length === 3);
    await tab.reload();
    await seen(tab, '.document .name', 'Tidal');
    expect(await textsOf(tab, '.document .name')).not.toContain('Bread');
    await quietly();
  });
});
