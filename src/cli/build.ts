import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../core/errors.ts';
import { MODELS } from '../core/models.ts';
import { createNodeEncoder, packagedModels } from '../embed/encoder.node.ts';
import { type BuildProgress, type BuiltSite, buildSite, embedShare } from '../site/build.ts';
import { openVectorCache, withCaches } from '../site/cache.node.ts';
import { pagesIn, writeIndex } from '../site/files.node.ts';
import { copyWidget } from '../site/widget.node.ts';
import { readAdapterFile } from './adapt/given.ts';
import { glossaryAt, questionsAt } from './glossary.ts';
import { serveFolder, watchFolder } from './preview.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly output?: string;
  readonly cache?: string;
  readonly samples?: string;
  readonly adapter?: readonly string[];
  readonly questions?: string;
  readonly glossary?: string;
  readonly exclude?: readonly string[];
  readonly noindex?: boolean;
  readonly models?: boolean;
  readonly ranges: boolean;
  readonly offline?: boolean;
  readonly shard?: string;
  readonly watch?: boolean;
  readonly serve?: boolean;
  readonly port: string;
}

/** `nearfield build <folder>`: writes a search index and the widget into a folder of built HTML. */
export function buildCommand(program: Command): void {
  program
    .command('build')
    .description('add search to a site: index a folder of built HTML')
    .argument('<folder>', 'the folder your site generator wrote, e.g. dist')
    .option('-o, --output <folder>', 'where the index goes (default: nearfield/ inside the site)')
    .option('--models', 'also copy the models, for the widget’s full tier')
    .option('--adapter <files...>', 'rank with what the site was taught: files of “nearfield adapt” or the explorer')
    .option(
      '--questions <file>',
      'known questions and the pages that answer them: CSV or JSON, “question, page.html#heading”',
    )
    .option('--glossary <file>', 'words that visitors use and those of the pages: CSV, JSON or Markdown, “term, words”')
    .option('--exclude <patterns...>', 'pages to leave out, by their path in the folder: “print.html” or “tags/*”')
    .option('--noindex', 'read pages too whose robots meta element says “noindex”')
    .option('--samples <count>', 'most texts to fit the query table on, per language (default: 8000)')
    .option('--cache <file>', 'where vectors are kept between builds (default: in your cache folder)')
    .option(
      '--shard <i/n>',
      'embed only the i-th of n parts of the texts, into the file that -o names; then “nearfield merge”',
    )
    .option('--no-ranges', 'for a host that answers no range requests: texts in small files, one for each 16 KB')
    .option('--offline', 'also write a service worker that keeps the whole index, for the widget’s attribute “offline”')
    .option('--watch', 'build again whenever a page changes')
    .option('--serve', 'serve the site for a look at it')
    .option('--port <number>', 'port for --serve', '4180')
    .action((folder: string, options: Options) => run(folder, [], options));
  program
    .command('merge')
    .description('build a site’s index from the parts that “build --shard” made on several machines')
    .argument('<folder>', 'the folder your site generator wrote, the same on every machine')
    .argument('<parts...>', 'the files of all parts')
    .option('-o, --output <folder>', 'where the index goes (default: nearfield/ inside the site)')
    .option('--models', 'also copy the models, for the widget’s full tier')
    .option('--adapter <files...>', 'as for build')
    .option('--questions <file>', 'as for build')
    .option('--glossary <file>', 'as for build')
    .option('--exclude <patterns...>', 'as given to build --shard')
    .option('--noindex', 'as given to build --shard')
    .option('--samples <count>', 'as given to build --shard')
    .option('--cache <file>', 'where vectors are kept between builds (default: in your cache folder)')
    .option('--no-ranges', 'as for build')
    .option('--offline', 'also write a service worker that keeps the whole index')
    .action((folder: string, parts: readonly string[], options: Options) => run(folder, parts, options));
}

async function run(folder: string, parts: readonly string[], options: Options): Promise<void> {
  const site = resolve(folder);
  const output = resolve(options.output ?? join(site, 'nearfield'));
  const samples = options.samples === undefined ? undefined : Number(options.samples);
  if (samples !== undefined && !(Number.isInteger(samples) && samples > 0)) {
    throw new EngineError('bad-input', `Expected --samples to be a whole number from 1 up, got “${options.samples}”.`);
  }
  if (options.shard !== undefined) return embedPart(site, output, options, samples);
  const adapters = (options.adapter ?? []).map(readAdapterFile);
  const questions = options.questions === undefined ? [] : await questionsAt(options.questions);
  const glossary = options.glossary === undefined ? [] : await glossaryAt(options.glossary);
  const others = parts.map(openPart);
  const encoder = createNodeEncoder();
  const build = async () => {
    const own = openVectorCache(options.cache ?? join(cacheFolder(), 'site-vectors.bin'));
    const cache = withCaches(own, others);
    const startedAt = performance.now();
    const line = progressLine();
    try {
      const built = await buildSite(await pagesIn(site, output, options.exclude), {
        encoder,
        models: MODELS.full,
        cache,
        adapters: adapters.map(({ adapter }) => adapter),
        questions,
        glossary,
        noindex: options.noindex ?? false,
        ranges: options.ranges,
        ...(samples !== undefined && { samples }),
        onProgress: describe((text) => line.show(text)),
      });
      const written = await writeIndex(output, built);
      await copyRest(output, options.models ?? false);
      if (options.offline) await writeOffline(site, output);
      line.end();
      process.stdout.write(`${summary(built, written, (performance.now() - startedAt) / 1000)}\n`);
    } finally {
      line.end();
      own.close();
    }
  };
  try {
    await build();
    if (options.serve) process.stdout.write(`Serving ${await serveFolder(site, Number(options.port))}\n`);
    if (options.watch) await watchFolder(site, output, build);
  } finally {
    for (const other of others) other.close();
    if (!options.serve && !options.watch) await encoder.close();
  }
}

/** One machine's part: vectors in a file, no index. */
async function embedPart(site: string, output: string, options: Options, samples: number | undefined): Promise<void> {
  const [part, of] = (options.shard ?? '').split('/').map(Number) as [number, number];
  if (!(Number.isInteger(part) && Number.isInteger(of) && part >= 1 && part <= of)) {
    throw new EngineError('bad-input', `Expected --shard to be like 2/4, got “${options.shard}”.`);
  }
  const path = options.output === undefined ? resolve(`nearfield-${part}-of-${of}.vectors`) : output;
  const encoder = createNodeEncoder();
  const cache = openVectorCache(path);
  const line = progressLine();
  try {
    const noindex = options.noindex ?? false;
    const settings = { encoder, models: MODELS.full, cache, noindex, ...(samples !== undefined && { samples }) };
    const onProgress = describe((text) => line.show(text));
    const embedded = await embedShare(
      await pagesIn(site, join(site, 'nearfield'), options.exclude),
      { ...settings, onProgress },
      { part, of },
    );
    line.end();
    process.stdout.write(`Part ${part} of ${of}: ${embedded} texts embedded into ${path}\n`);
  } finally {
    line.end();
    cache.close();
    await encoder.close();
  }
}

function openPart(path: string) {
  if (!existsSync(path))
    throw new EngineError('bad-input', `Expected the file of a part, got “${path}”; check the path.`);
  return openVectorCache(path);
}

/** “embedding en 37 %, 12/s, 41 s left” */
function describe(show: (text: string) => void): (progress: BuildProgress) => void {
  let phase = '';
  let startedAt = 0;
  let doneBefore = 0;
  return ({ phase: next, done, total, current }) => {
    const now = performance.now();
    if (`${next} ${current}` !== phase && (next !== 'read' || phase === '')) {
      phase = next === 'read' ? 'read' : `${next} ${current}`;
      startedAt = now;
      doneBefore = done;
    }
    const seconds = (now - startedAt) / 1000;
    const rate = seconds > 0.5 ? (done - doneBefore) / seconds : 0;
    const left = rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : '';
    const speed = rate > 0 && (next === 'embed' || next === 'read') ? `, ${rate.toFixed(0)}/s` : '';
    show(`${DOING[next]} ${current} ${Math.floor((100 * done) / Math.max(1, total))} %${speed}${left}`);
  };
}

const DOING: Record<BuildProgress['phase'], string> = {
  read: 'reading',
  model: 'loading model',
  embed: 'embedding',
  write: 'fitting and writing',
};

const LEFT_OUT = [
  ['redirect', 'that only lead elsewhere'],
  ['noindex', 'that ask not to be indexed (--noindex reads them too)'],
] as const;

function summary(built: BuiltSite, written: number, seconds: number): string {
  const { files, pages, passages, embedded, skipped, leftOut } = built;
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const lines = [
    `Indexed ${pages} pages, ${passages} passages in ${seconds.toFixed(1)} s; ${embedded} texts embedded anew.`,
    `${files.size} files, ${(bytes / 1024).toFixed(0)} KB; ${written} of them new.`,
    ...LEFT_OUT.flatMap(([why, words]) => {
      const urls = leftOut.filter((page) => page.why === why).map(({ url }) => url);
      const few = urls.slice(0, 3).join(', ');
      return urls.length > 0 ? [`Left out ${urls.length} ${words}: ${few}${urls.length > 3 ? ', …' : ''}`] : [];
    }),
    ...skipped.map(({ url, message }) => `Skipped ${url}: ${message}`),
  ];
  return lines.join('\n');
}

/** Widget and models, where they are wanted, beside the index. */
async function copyRest(output: string, models: boolean): Promise<void> {
  if (!(await copyWidget(output))) {
    process.stderr.write(
      'The widget is not built, so it was not copied: run “npm run build” in Nearfield’s folder first.\n',
    );
    return;
  }
  if (!models) return;
  // The index is made with these, and is asked with no others.
  for (const model of Object.values(MODELS.full)) {
    await cp(join(packagedModels(), model), join(output, 'models', model), { recursive: true });
  }
}

/** The site's service worker, at its root, since a worker sees only what lies below it. */
async function writeOffline(site: string, output: string): Promise<void> {
  const folder = `./${relative(site, output).split(sep).join('/')}/`;
  if (folder.includes('..')) {
    throw new EngineError(
      'bad-input',
      'Expected the index inside the site for --offline; leave out --output, or choose a folder in the site.',
    );
  }
  const worker = await readFile(join(output, 'offline.js'), 'utf8').catch(() => {
    throw new EngineError(
      'bad-input',
      'Expected the widget to be built for --offline; run “npm run build” in Nearfield’s folder first.',
    );
  });
  await writeFile(join(site, 'nearfield-offline.js'), `self.NEARFIELD_INDEX = ${JSON.stringify(folder)};\n${worker}`);
}

const cacheFolder = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nearfield');
