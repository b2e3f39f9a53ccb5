import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as buildWidget } from 'vite';
import { build as buildDocs } from 'vitepress';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { buildSite } from '../../src/site/build.ts';
import { pagesIn, writeIndex } from '../../src/site/files.node.ts';
import { type SiteServer, serveSite } from '../site/serve.ts';
import { launch } from './chromium.ts';

/** The site of docs/recipes.md, as VitePress builds it. */
const FILES: Record<string, string> = {
  'index.md': '# Kiln handbook\n\nHow to run the pottery workshop.\n',
  'guide/firing.md':
    '# Firing\n\n## Bisque firing\n\nRaise the temperature by sixty degrees an hour until nine hundred and fifty.\n\n## When a pot cracks\n\nCracks come from damp clay: let every piece dry for a week before it goes into the oven.\n',
  'guide/glazes.md':
    '# Glazes\n\n## Mixing\n\nSieve the powder twice and stir it into rain water.\n\n## Runny glaze\n\nA glaze that drips onto the shelf was put on too thickly.\n',
  '.vitepress/config.mjs': `export default {
  title: 'Kiln handbook',
  head: [['script', { type: 'module', src: '/nearfield/nearfield.js' }]],
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('nearfield-') } } },
};\n`,
  '.vitepress/theme/index.mjs': `import { h } from 'vue';
import Theme from 'vitepress/theme';
export default { extends: Theme, Layout: () => h(Theme.Layout, null, { 'nav-bar-content-before': () => h('nearfield-modal') }) };\n`,
};

let root: string;
let site: SiteServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'nearfield-vitepress-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
  await buildDocs(root);
  const dist = join(root, '.vitepress/dist');
  const encoder = createNodeEncoder();
  try {
    const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
    const output = join(dist, 'nearfield');
    await writeIndex(output, await buildSite(await pagesIn(dist, output), { encoder, models }));
  } finally {
    await encoder.close();
  }
  const widget = join(root, '.widget');
  await buildWidget({ mode: 'widget', logLevel: 'warn', build: { outDir: widget, emptyOutDir: true } });
  cpSync(widget, join(dist, 'nearfield'), { recursive: true });
  site = await serveSite(dist);
});
afterAll(async () => {
  await site?.close();
  if (root) rmSync(root, { recursive: true, force: true });
});

test('a VitePress site made by the recipe is searched by meaning, and a result leads to its heading', async () => {
  const { context, dispose } = await launch();
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(site.url);
    await page.locator('nearfield-modal button.open').waitFor();
    await page.keyboard.press('Control+k');
    await page.locator('nearfield-modal input').fill('why did my pot break in the oven');
    const first = page.locator('nearfield-modal a[role=option]').first();
    await first.waitFor();
    expect(await first.textContent()).toContain('damp clay');
    expect(await first.getAttribute('href')).toContain('/guide/firing.html#when-a-pot-cracks');
    await page.keyboard.press('Enter');
    await page.waitForURL(/firing/);
    expect(await page.locator('#when-a-pot-cracks').isVisible()).toBe(true);
    expect(errors).toEqual([]);
  } finally {
    await dispose();
  }
});
