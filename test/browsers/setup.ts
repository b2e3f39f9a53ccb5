/** Says which browsers there are, then builds and serves the explorer for them as for the tests in Chromium alone. */
import type { TestProject } from 'vitest/node';
import serveExplorer from '../browser/setup.ts';
import { browsers } from './found.ts';

export default function setup(project: TestProject): Promise<() => Promise<void>> {
  const lines = browsers().map(
    ({ name, launch, install }) => `  ${name}: ${launch ? 'found' : `not found (${install})`}`,
  );
  process.stdout.write(`Browsers on this machine:\n${lines.join('\n')}\n`);
  return serveExplorer(project);
}
