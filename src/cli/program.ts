import { Command } from 'commander';
import about from '../../package.json' with { type: 'json' };
import { adaptCommand } from './adapt.ts';
import { adaptPairsCommand } from './adapt-pairs.ts';
import { buildCommand } from './build.ts';
import { evalCommand } from './eval.ts';
import { exportTrainingCommand } from './export-training.ts';
import { modelsCommand } from './models.ts';
import { searchCommand } from './search.ts';
import { sparseHeadCommand } from './sparse-head.ts';

/** All that the command line knows. */
export function createProgram(): Command {
  const program = new Command('nearfield')
    .description('Semantic search over your own files, wholly on this machine.')
    .version(about.version)
    .showHelpAfterError('(--help shows what there is)');
  searchCommand(program);
  buildCommand(program);
  modelsCommand(program);
  evalCommand(program);
  adaptCommand(program);
  adaptPairsCommand(program);
  exportTrainingCommand(program);
  sparseHeadCommand(program);
  return program;
}
