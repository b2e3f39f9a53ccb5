import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { sampleCollection } from './src/cli/sample.ts';
import { bundlerWorkers, libraryEntries } from './tools/build/library.ts';
import { offline, siteOffline } from './tools/build/offline.ts';

/** `require-corp` pages are cross-origin isolated, which is what lets WebAssembly use threads. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** `vite build`: the explorer. */
const web = () => ({
  base: './',
  plugins: [sampleCollection(), offline()],
  worker: { format: 'es' as const },
  build: { target: 'es2022', outDir: 'dist/web' },
  server: { headers: ISOLATION },
  preview: { headers: ISOLATION },
});

/** `vite build --mode widget`: one script for other people's sites, and what it fetches only when asked for the full model. */
const widget = () => ({
  plugins: [siteOffline()],
  publicDir: false as const,
  base: './',
  // Half of the script would be this table; a static index brings the characters that it can use (`addCharacters`).
  resolve: {
    alias: { 'opencc-js/dict/TSCharacters': fileURLToPath(new URL('src/site/no-characters.ts', import.meta.url)) },
  },
  worker: { format: 'es' as const },
  build: {
    target: 'es2022',
    outDir: 'dist/widget',
    modulePreload: false as const,
    rolldownOptions: {
      input: { nearfield: 'src/widget.ts', 'nearfield-highlight': 'src/ui/widget/highlight.ts' },
      output: { entryFileNames: '[name].js' },
    },
  },
});

/** `vite build --mode library`: the engine for other people's pages; see `tools/build/library.ts`. */
const library = () => ({
  publicDir: false as const,
  base: './',
  plugins: [bundlerWorkers()],
  build: {
    target: 'es2022',
    outDir: 'dist/library',
    assetsDir: '',
    modulePreload: false as const,
    // Not Vite's library mode, which would write the WebAssembly into the script.
    rolldownOptions: {
      input: libraryEntries,
      preserveEntrySignatures: 'strict' as const,
      output: { entryFileNames: '[name].js' },
    },
  },
});

/** `vite build --mode node`: the command line and the library for Node, each in one file; only what has binaries of its own stays a package. */
const node = () => ({
  publicDir: false as const,
  ssr: { noExternal: true as const, external: ['onnxruntime-node', 'onnxruntime-web', '@xenova/transformers'] },
  build: {
    ssr: true as const,
    outDir: 'dist/node',
    target: 'node20',
    rolldownOptions: {
      input: { nearfield: 'src/cli/nearfield.ts', index: 'src/index.node.ts', site: 'src/index.site.ts' },
    },
  },
});

/** Machines that run tests are slow and shared: what is waited for comes late at times, and what never comes is waited for long. */
const patience = (ms: number) => ({ testTimeout: 2 * ms, hookTimeout: 2 * ms, expect: { poll: { timeout: ms } } });

const test = (mode: string) => ({
  projects: [
    {
      test: {
        name: 'node',
        include: ['test/**/*.test.ts'],
        exclude: ['test/browser/**', 'test/browsers/**'],
        setupFiles: ['test/seed.ts'],
        env: { FUZZ: mode === 'fuzz' ? 'yes' : '' },
        ...patience(120_000),
      },
    },
    {
      // One production build and one Chromium serve all of these; they drive it with playwright-core.
      test: {
        name: 'browser',
        include: ['test/browser/**/*.test.ts'],
        globalSetup: ['test/browser/setup.ts'],
        fileParallelism: false,
        ...patience(240_000),
      },
    },
  ],
});

/** `vitest --mode browsers`: slow, and for browsers that not every machine has, so not among the tests. */
const inEveryBrowser = {
  name: 'browsers',
  include: ['test/browsers/**/*.test.ts'],
  globalSetup: ['test/browsers/setup.ts'],
  fileParallelism: false,
  reporters: ['verbose'],
  ...patience(150_000),
};

export default defineConfig(({ mode }) => {
  if (mode === 'node') return node();
  if (mode === 'widget') return widget();
  if (mode === 'library') return library();
  return { ...web(), test: mode === 'browsers' ? inEveryBrowser : test(mode) };
});
