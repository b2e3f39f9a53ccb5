#!/usr/bin/env node
import { Command } from 'commander';
import { EngineError } from '../core/errors.ts';
import { adaptCommand } from './adapt.ts';
import { adaptPairsCommand } from './adapt-pairs.ts';
import { buildCommand } from './build.ts';
import { evalCommand } from './eval.ts';
import { exportTrainingCommand } from './export-training.ts';
import { modelsCommand } from './models.ts';
import { searchCommand } from './search.ts';
import { sparseHeadCommand } from './sparse-head.ts';

const program = new Command('nearfield')
  .description('Semantic search over your own files, wholly on this machine.')
  .showHelpAfterError();
searchCommand(program);
buildCommand(program);
modelsCommand(program);
evalCommand(program);
adaptCommand(program);
adaptPairsCommand(program);
exportTrainingCommand(program);
sparseHeadCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  const known = error instanceof EngineError || (error as Error).name === 'AbortError';
  process.stderr.write(`nearfield: ${known ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
}
