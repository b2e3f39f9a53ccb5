import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Passage, Reason, Refusal } from '../core/answer.ts';
import type { Engine } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import { modelNames } from '../core/models.ts';
import { lineAt } from '../core/offsets.ts';
import { passagePath } from '../core/passage.ts';
import type { DocumentKind, SourceFile } from '../core/types.ts';
import { nodeEncoderFor, withCrossEncoder } from '../embed/any.node.ts';
import { createNodeEncoder } from '../embed/encoder.node.ts';
import { createEngine, type EngineParts } from '../engine.ts';
import { decodeSource } from '../read/read.ts';
import { expandBy } from '../search/index.ts';
import { openFileStore } from '../store/files.node.ts';
import { filesIn } from './files.ts';
import { glossaryAt } from './glossary.ts';
import { describeProgress, progressLine } from './progress.ts';

interface Options {
  readonly limit: string;
  readonly json?: boolean;
  readonly adapter?: string;
  readonly glossary?: string;
  readonly feedback?: boolean;
  readonly crossEncoder?: string;
  readonly cache?: string;
  readonly model?: string;
  readonly verbose?: boolean;
  readonly refuse: Refusal;
}

const LEVELS: readonly Refusal[] = ['off', 'lenient', 'normal', 'strict'];

/** `nearfield search <folder> "question"`: indexes what is new or changed, then prints passages with file and line. */
export function searchCommand(program: Command): void {
  program
    .command('search')
    .description('answer a question from the files in a folder')
    .argument('<folder>', 'folder with text, Markdown, HTML, PDF, Word, PowerPoint, OpenDocument, EPUB, CSV or JSON')
    .argument('<question>', 'a question or keywords, in English or Chinese')
    .option('-n, --limit <count>', 'passages to print', '5')
    .option('--json', 'print one JSON object')
    .option('--model <id>', 'another model: a folder with its files, or an id on the Hugging Face hub')
    .addOption(
      new Option('--refuse <level>', 'how readily to say that nothing answers').choices([...LEVELS]).default('normal'),
    )
    .option('-v, --verbose', 'say why each skipped file was skipped')
    .option('--adapter <file>', 'rank with an adapter that “nearfield adapt” or the explorer wrote')
    .option(
      '--cross-encoder <id>',
      'let this model read the first passages: a folder, or an id on the Hugging Face hub',
    )
    .option('--glossary <file>', 'terms and what documents call them (CSV, TSV, JSON or Markdown): both are looked for')
    .option('--feedback', 'also look for words that the first passages share')
    .option('--cache <folder>', 'where the index is kept (default: in your cache folder)')
    .action(run);
}

async function run(folder: string, question: string, options: Options): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new EngineError('bad-input', `Expected --limit to be a whole number from 1 up, got “${options.limit}”.`);
  }
  const root = resolve(folder);
  const also = options.glossary === undefined ? [] : expandBy(await glossaryAt(options.glossary), question);
  const files = await filesIn(root);
  const home = options.cache ?? cacheFolder(root, options.model);
  const engine = createEngine({ store: (settings) => openFileStore(home, settings), ...encoding(options) });
  try {
    await update(engine, files, options.verbose ?? false);
    await rankWith(engine, options.adapter);
    const answer = await engine.search(question, {
      limit,
      tier: 'full',
      rerank: options.crossEncoder === undefined ? 'auto' : 'cross-encoder',
      sentences: true,
      refuse: options.refuse,
      also,
      ...(options.feedback && { feedback: true }),
    });
    const kinds = new Map((await engine.documents()).map(({ id, kind }) => [id, kind]));
    const located = await Promise.all(
      answer.passages.map((passage) => locate(root, passage, kinds.get(passage.chunk.document))),
    );
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ ...answer, passages: located }, null, 2)}\n`);
      return;
    }
    if (answer.refused) process.stdout.write('Nothing here answers this. Closest passages:\n\n');
    for (const hit of located) process.stdout.write(`${print(hit)}\n\n`);
  } finally {
    await engine.close();
  }
}

/** The models that come with Nearfield, or the one that was asked for, then for every language. */
function encoding({ model, crossEncoder }: Options): Pick<EngineParts, 'encoder' | 'models' | 'crossEncoder'> {
  const own = encodingBy(model);
  return crossEncoder === undefined ? own : { ...own, ...withCrossEncoder(own.encoder, crossEncoder) };
}

function encodingBy(model: string | undefined): Pick<EngineParts, 'encoder' | 'models'> {
  if (model === undefined || model === 'full' || model === 'small') {
    return { encoder: createNodeEncoder(), models: modelNames(model ?? 'full') };
  }
  const { encoder, id } = nodeEncoderFor(model);
  return { encoder, models: modelNames(id) };
}

/** Brings the index in step with the folder; Ctrl-C keeps what is done. */
async function update(engine: Engine, files: readonly SourceFile[], verbose: boolean): Promise<void> {
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
    if (verbose) for (const { message } of report.skipped) process.stderr.write(`${message}\n`);
    else if (report.skipped.length > 0)
      process.stderr.write(`Skipped ${report.skipped.length} files; --verbose says why.\n`);
  } finally {
    line.end();
    process.off('SIGINT', onInterrupt);
  }
}

/** Applies the adapter of a file, and no other; without a file, none. */
async function rankWith(engine: Engine, file: string | undefined): Promise<void> {
  const wanted = file === undefined ? undefined : await engine.importAdapter(new Blob([await readAdapter(file)]));
  for (const { id, applied } of await engine.adapters()) {
    if (applied !== (id === wanted?.id)) await engine.applyAdapter(id, !applied);
  }
}

async function readAdapter(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new EngineError('file-unreadable', `Expected a readable adapter file, got “${file}”; check the path.`, {
      cause,
    });
  }
}

/** A passage and where it stands: `file:line`, or for formats without lines the anchor, as `file#page=3`. */
interface Located {
  readonly passage: Passage;
  readonly place: string;
}

const WITH_LINES: ReadonlySet<DocumentKind> = new Set(['text', 'markdown', 'html']);

async function locate(root: string, passage: Passage, kind: DocumentKind | undefined): Promise<Located> {
  const { document, anchor, start } = passage.chunk;
  if (!kind || !WITH_LINES.has(kind)) return { passage, place: anchor ? `${document}#${anchor}` : document };
  const source = decodeSource(new Uint8Array(await readFile(join(root, document))));
  return { passage, place: `${document}:${lineAt(source, start)}` };
}

function print({ passage: { chunk, focus, reasons }, place }: Located): string {
  const text = chunk.text.slice(focus.start, focus.end).replace(/\s+/g, ' ').trim();
  return `${place}  ${passagePath(chunk)}\n  ${text}\n  ${reasons.map(inWords).join(' · ')}`;
}

function inWords(reason: Reason): string {
  if (reason.kind === 'words') return `words: ${reason.matched.join(', ')}`;
  if (reason.kind === 'verbatim') return `verbatim: ${reason.text}`;
  if (reason.kind === 'reread') return `word by word ${reason.similarity.toFixed(2)}`;
  if (reason.kind === 'learned') return `shared tokens ${reason.score.toFixed(1)}`;
  if (reason.kind === 'question') return `question: ${reason.question}`;
  return `meaning ${reason.cosine.toFixed(2)}`;
}

/** One folder per searched folder and model, in the place the system gives to things that may be thrown away. */
function cacheFolder(root: string, model = ''): string {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const name = createHash('sha256').update(`${root}\n${model}`).digest('hex').slice(0, 16);
  return join(base, 'nearfield', name);
}
