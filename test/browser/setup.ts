import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { findChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the production build, ending in `/`. */
    appUrl: string;
  }
}

/** Builds the explorer once and serves it, for all tests of this folder and of `browsers`. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  findChromium();
  await build({ logLevel: 'warn' });
  const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
  provide('appUrl', server.resolvedUrls!.local[0]!);
  return () => server.close();
}
