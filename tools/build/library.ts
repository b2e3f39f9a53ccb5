/**
 * Builds the library so that other people's bundlers can take its workers in.
 *
 * Vite writes a worker's address in a form that only browsers understand. Bundlers look for one form,
 * `new Worker(new URL('./file.js', import.meta.url))`, so that is what is written: each worker is an entry of its own,
 * all files lie in one folder, and Vite is kept from seeing what it would rewrite.
 */
import type { Plugin } from 'vite';

const HIDDEN = '__NEARFIELD_HERE__';
const WORKER = /new URL\('[./]*?(?:workers\/)?([\w.]+)\.worker\.ts', import\.meta\.url\)/g;

export const libraryEntries = {
  nearfield: 'src/index.ts',
  'engine.worker': 'workers/engine.worker.ts',
  'embed.worker': 'workers/embed.worker.ts',
  'bert.worker': 'workers/bert.worker.ts',
  'train.worker': 'workers/train.worker.ts',
  'map.worker': 'workers/map.worker.ts',
};

export function bundlerWorkers(): Plugin {
  return {
    name: 'nearfield-library',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('.ts') && code.includes('new Worker(')
        ? { code: code.replace(WORKER, `new URL('./$1.worker.js', ${HIDDEN})`), map: null }
        : undefined,
    renderChunk: (code) => ({ code: code.replaceAll(HIDDEN, 'import.meta.url'), map: null }),
  };
}
