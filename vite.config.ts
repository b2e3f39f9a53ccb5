import { defineConfig } from 'vitest/config';
import { sampleCollection } from './src/cli/sample.ts';
import { offline } from './vite.offline.ts';

/** `require-corp` pages are cross-origin isolated, which is what lets WebAssembly use threads. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The widget for other people's sites: one script, and what it fetches only when asked for the full model. */
const WIDGET = {
  publicDir: false,
  base: './',
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: 'dist/widget',
    modulePreload: false,
    rolldownOptions: { input: 'src/widget.ts', output: { entryFileNames: 'nearfield.js' } },
  },
} as const;

export default defineConfig(({ mode }) =>
  mode === 'widget'
    ? WIDGET
    : mode === 'node'
      ? {
          publicDir: false,
          build: {
            ssr: 'src/cli/nearfield.ts',
            outDir: 'dist/node',
            target: 'node20',
            rolldownOptions: { output: { entryFileNames: 'nearfield.js' } },
          },
        }
      : {
          base: './',
          plugins: [sampleCollection(), offline()],
          worker: { format: 'es' },
          build: { target: 'es2022', outDir: 'dist/web' },
          server: { headers: ISOLATION },
          preview: { headers: ISOLATION },
          test: {
            projects: [
              {
                test: {
                  name: 'node',
                  include: ['test/**/*.test.ts'],
                  exclude: ['test/browser/**'],
                  testTimeout: 30_000,
                },
              },
              {
                // One production build and one Chromium serve all of these; they drive it with playwright-core.
                test: {
                  name: 'browser',
                  include: ['test/browser/**/*.test.ts'],
                  globalSetup: ['test/browser/setup.ts'],
                  fileParallelism: false,
                  testTimeout: 180_000,
                  hookTimeout: 180_000,
                },
              },
            ],
          },
        },
);
