/** The inner loops give the same bits in every engine: against plain loops, with relaxed SIMD and without. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bertTwins } from '../kernels/bert-twins.ts';
import { serveModule } from '../kernels/chromium.ts';
import { promises } from '../kernels/indexes.ts';
import type { PageResult } from '../kernels/page.ts';
import { twins } from '../kernels/twins.ts';
import { inEachBrowser } from './each.ts';
import { until } from './tab.ts';

let page: Awaited<ReturnType<typeof serveModule>>;
beforeAll(async () => {
  page = await serveModule(join(import.meta.dirname, '../kernels/page.ts'));
});
afterAll(() => page.close());

inEachBrowser((browser) => {
  test('every kernel agrees with its plain twin, bit for bit', async () => {
    const tab = await browser().open();
    await tab.goto(page.url);
    await until(tab, 'the kernels’ page', () => 'result' in globalThis);
    const { info, checks } = await tab.run(() => (globalThis as unknown as { result: Promise<PageResult> }).result);
    process.stdout.write(`${browser().name}: ${info.form}, ${info.why}\n`);
    const ran = Object.entries(checks).filter(([name]) => info.form === 'relaxed-simd' || name.startsWith('simd:'));
    expect(info.form).not.toBe('typed-arrays');
    const forms = info.form === 'relaxed-simd' ? 2 : 1;
    expect(ran).toHaveLength(forms * Object.keys({ ...twins, ...bertTwins, ...promises }).length);
    expect(ran.filter(([, message]) => message !== '')).toEqual([]);
    await tab.close();
  });
});
