#!/usr/bin/env node
import { EngineError } from '../core/errors.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  const known = error instanceof EngineError || (error as Error).name === 'AbortError';
  process.stderr.write(`nearfield: ${known ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
}
