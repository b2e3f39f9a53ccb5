import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../core/errors.ts';
import { MODELS } from '../core/models.ts';
import { createNodeEncoder, packagedModels } from '../embed/encoder.node.ts';
import { type BuildProgress, type BuiltSite, buildSite } from '../site/build.ts';
import { openVectorCache } from '../site/cache.node.ts';
import { pagesIn, writeIndex } from '../site/files.node.ts';
import { serveFolder, watchFolder } from './preview.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly output?: string;
  readonly cache?: string;
  readonly samples?: string;
  readonly models?: boolean;
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
    .option('--samples <count>', 'most texts to fit the query table on, per language (default: 8000)')
    .option('--cache <file>', 'where vectors are kept between builds (default: in your cache folder)')
    .option('--watch', 'build again whenever a page changes')
    .option('--serve', 'serve the site for a look at it')
    .option('--port <number>', 'port for --serve', '4180')
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  const site = resolve(folder);
  const output = resolve(options.output ?? join(site, 'nearfield'));
  const samples = options.samples === undefined ? undefined : Number(options.samples);
  if (samples !== undefined && !(Number.isInteger(samples) && samples > 0)) {
    throw new EngineError('bad-input', `Expected --samples to be a whole number from 1 up, got “${options.samples}”.`);
  }
  const encoder = createNodeEncoder();
  const build = async () => {
    const cache = openVectorCache(options.cache ?? join(cacheFolder(), 'site-vectors.bin'));
    const startedAt = performance.now();
    const line = progressLine();
    try {
      const built = await buildSite(await pagesIn(site, output), {
        encoder,
        models: MODELS.full,
        cache,
        ...(samples !== undefined && { samples }),
        onProgress: describe((text) => line.show(text)),
      });
      const written = await writeIndex(output, built);
      await copyWidget(output, options.models ?? false);
      line.end();
      process.stdout.write(`${summary(built, written, (performance.now() - startedAt) / 1000)}\n`);
    } finally {
      line.end();
      cache.close();
    }
  };
  try {
    await build();
    if (options.serve) process.stdout.write(`Serving ${await serveFolder(site, Number(options.port))}\n`);
    if (options.watch) await watchFolder(site, output, build);
  } finally {
    if (!options.serve && !options.watch) await encoder.close();
  }
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

function summary({ files, pages, passages, embedded, skipped }: BuiltSite, written: number, seconds: number): string {
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const lines = [
    `Indexed ${pages} pages, ${passages} passages in ${seconds.toFixed(1)} s; ${embedded} texts embedded anew.`,
    `${files.size} files, ${(bytes / 1024).toFixed(0)} KB; ${written} of them new.`,
    ...skipped.map(({ url, message }) => `Skipped ${url}: ${message}`),
  ];
  return lines.join('\n');
}

/** The widget's files lie beside the index, so that one folder is all a page needs. */
async function copyWidget(output: string, models: boolean): Promise<void> {
  const widget = widgetFolder();
  if (!widget) {
    process.stderr.write(
      'The widget is not built, so it was not copied: run “npm run build” in Nearfield’s folder first.\n',
    );
    return;
  }
  await cp(widget, output, { recursive: true });
  if (!models) return;
  // The index is made with these, and is asked with no others.
  for (const model of Object.values(MODELS.full)) {
    await cp(join(packagedModels(), model), join(output, 'models', model), { recursive: true });
  }
}

/** `dist/widget` of this package, looked for upwards: the built file lies elsewhere than its source. */
function widgetFolder(): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'dist/widget');
    if (existsSync(join(found, 'nearfield.js'))) return found;
  }
  return undefined;
}

const cacheFolder = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nearfield');
