import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeAdapter } from '../../adapt/adapter-file.ts';
import { blockList } from '../../adapt/block-list.ts';
import { type ReadSamples, readBeirSamples, readSamples } from '../../adapt/samples.ts';
import type { AdapterCard, QueryAdapter, Sample } from '../../core/adapt.ts';
import { EngineError } from '../../core/errors.ts';

/** @throws EngineError `file-unreadable`, `format-unsupported`, `block-corrupt`. */
export const readAdapterFile = (path: string): { adapter: QueryAdapter; card: AdapterCard } =>
  decodeAdapter(readBytes(path));

/** A name with “qa” in it is taken for question–answer pairs. */
export const isAnswers = (path: string): boolean => /(^|[-_.])qa[-_.]/.test(basename(path));

/** Samples of a file, or of a folder in BEIR format: its questions and what is judged to answer them (`train` before others). */
export function readTraining(path: string): ReadSamples {
  if (existsSync(path) && statSync(path).isDirectory()) {
    const queries = join(path, 'queries.jsonl');
    return readBeirSamples(readText(queries), readText(qrelsIn(path)));
  }
  return readSamples(path, readText(path), isAnswers(path) ? 'question-answer' : 'question-document');
}

/** What `--block-list` names, as the filter takes it. */
export function readBlockList(path: string | undefined): ((sample: Sample) => string | undefined) | undefined {
  return path === undefined ? undefined : blockList(readText(path).split(/\r?\n/));
}

function qrelsIn(folder: string): string {
  const inside = join(folder, 'qrels');
  if (!existsSync(inside)) return join(folder, 'qrels.tsv');
  const files = readdirSync(inside).filter((name) => name.endsWith('.tsv'));
  const first = files.includes('train.tsv') ? 'train.tsv' : files.sort()[0];
  return join(inside, first ?? 'train.tsv');
}

const readText = (path: string) => readBytes(path).toString('utf8');

function readBytes(path: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new EngineError('file-unreadable', `Expected a readable file, got “${path}”; check the path.`, { cause });
  }
}
