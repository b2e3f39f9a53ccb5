import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Passage, Reason } from '../core/answer.ts';
import type { Engine } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import { lineAt } from '../core/offsets.ts';
import { createNodeEncoder } from '../embed/encoder.node.ts';
import { createEngine } from '../engine.ts';
import { decodeSource } from '../read/read.ts';
import { openFileStore } from '../store/files.node.ts';
import { filesIn } from './files.ts';
import { describeProgress, progressLine } from './progress.ts';

interface Options {
  readonly limit: string;
  readonly json?: boolean;
  readonly cache?: string;
}

/** `nearfield search <folder> "question"`: indexes what is new or changed, then prints passages with file and line. */
export function searchCommand(program: Command): void {
  program
    .command('search')
    .description('answer a question from the files in a folder')
    .argument('<folder>', 'folder with text, Markdown or HTML')
    .argument('<question>', 'a question or keywords, in English or Chinese')
    .option('-n, --limit <count>', 'passages to print', '5')
    .option('--json', 'print one JSON object')
    .option('--cache <folder>', 'where the index is kept (default: in your cache folder)')
    .action(run);
}

async function run(folder: string, question: string, options: Options): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new EngineError('bad-input', `Expected --limit to be a whole number from 1 up, got “${options.limit}”.`);
  }
  const root = resolve(folder);
  const files = await filesIn(root);
  const home = options.cache ?? cacheFolder(root);
  const engine = createEngine({
    store: () => openFileStore(home),
    encoder: createNodeEncoder(),
    models: { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' },
  });
  try {
    await update(engine, files);
    const answer = await engine.search(question, { limit, tier: 'full' });
    const located = await Promise.all(answer.passages.map((passage) => locate(root, passage)));
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ ...answer, passages: located }, null, 2)}\n`);
      return;
    }
    if (answer.refused) process.stdout.write('Nothing here answers this. Closest passages:\n\n');
    for (const { passage, line } of located) process.stdout.write(`${print(passage, line)}\n\n`);
  } finally {
    await engine.close();
  }
}

/** Brings the index in step with the folder; Ctrl-C keeps what is done. */
async function update(engine: Engine, files: Awaited<ReturnType<typeof filesIn>>): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new EngineError('bad-input', 'Stopped; run it again to go on from here.'));
  process.once('SIGINT', onInterrupt);
  const line = progressLine();
  const startedAt = performance.now();
  try {
    const paths = new Set<string>(files.map(({ path }) => path));
    const gone = (await engine.documents()).filter(({ id }) => !paths.has(id)).map(({ id }) => id);
    if (gone.length > 0) await engine.remove(gone);
    const report = await engine.add(files, {
      signal: stop.signal,
      onProgress: (progress) => line.show(describeProgress(progress, startedAt)),
    });
    line.end();
    if (report.passages > 0) process.stderr.write(`Indexed ${report.added} files, ${report.passages} passages.\n`);
    if (report.skipped.length > 0) process.stderr.write(`Skipped ${report.skipped.length} files that are not text.\n`);
  } finally {
    line.end();
    process.off('SIGINT', onInterrupt);
  }
}

async function locate(root: string, passage: Passage): Promise<{ passage: Passage; line: number }> {
  const source = decodeSource(new Uint8Array(await readFile(join(root, passage.chunk.document))));
  return { passage, line: lineAt(source, passage.chunk.start) };
}

function print({ chunk, focus, reasons }: Passage, line: number): string {
  const where = [chunk.title, ...chunk.headings].join(' › ');
  const text = chunk.text.slice(focus.start, focus.end).replace(/\s+/g, ' ').trim();
  return `${chunk.document}:${line}  ${where}\n  ${text}\n  ${reasons.map(inWords).join(' · ')}`;
}

function inWords(reason: Reason): string {
  if (reason.kind === 'words') return `words: ${reason.matched.join(', ')}`;
  if (reason.kind === 'verbatim') return `verbatim: ${reason.text}`;
  if (reason.kind === 'question') return `question: ${reason.question}`;
  return `meaning ${reason.cosine.toFixed(2)}`;
}

/** One folder per searched folder, in the place the system gives to things that may be thrown away. */
function cacheFolder(root: string): string {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(base, 'nearfield', createHash('sha256').update(root).digest('hex').slice(0, 16));
}
