/** Builds the explorer once, serves it, and says which browsers will run it. */
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { browsers } from './found.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the production build, ending in `/`. */
    explorerUrl: string;
  }
}

const quiet = { logLevel: 'error' } as const;

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  sayWhichThereAre();
  await build(quiet);
  const explorer = await preview({ preview: { port: 0, host: '127.0.0.1' }, ...quiet });
  provide('explorerUrl', explorer.resolvedUrls!.local[0]!);
  return () => explorer.close();
}

function sayWhichThereAre(): void {
  const lines = browsers().map(
    ({ name, launch, install }) => `  ${name}: ${launch ? 'found' : `not found (${install})`}`,
  );
  process.stdout.write(`Browsers on this machine:\n${lines.join('\n')}\n`);
}
