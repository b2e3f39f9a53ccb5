import { cp, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { packagedModels } from '../embed/encoder.node.ts';

/** `nearfield models <folder>`: puts the models where your site serves them. */
export function modelsCommand(program: Command): void {
  program
    .command('models')
    .description('copy the models that come with Nearfield into a folder that your site serves')
    .argument('<folder>', 'for example public/models')
    .action(async (folder: string) => {
      const from = packagedModels();
      const models = await readdir(from);
      for (const model of models) await cp(join(from, model), join(resolve(folder), model), { recursive: true });
      process.stdout.write(`Copied ${models.join(' and ')} to ${folder}.\n`);
    });
}
