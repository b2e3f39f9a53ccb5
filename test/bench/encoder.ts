/**
 * Our encoder against the transformers.js pipeline in Chromium: the same file of int8 weights, each in a worker.
 *
 * Texts are scifact's where `NEARFIELD_CORPUS` names its corpus.jsonl, else paragraphs of the installed packages'
 * documentation, mixed in length. Rivals take turns, block by block, so that a noisy machine hurts all alike; a ratio is
 * of the sums over all blocks. Ours is measured with our own kernels, on threads and as two workers, and as it runs by
 * ONNX Runtime where those do not serve.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../browser/chromium.ts';
import { serveEncoderPage } from './encoder-page.ts';
import type { EncoderLab } from './pages/encoder.ts';
import { percentile, table } from './report.ts';

declare const lab: EncoderLab;

const MODEL = 'bge-small-en-v1.5';
const BLOCK = 32;
const ROUNDS = Number(process.env.NEARFIELD_ROUNDS ?? 4);

export async function run(): Promise<void> {
  const texts = corpus(BLOCK * ROUNDS);
  const server = await serveEncoderPage();
  const { context, dispose } = await launch();
  try {
    const page = await server.open(context);
    const { indexing, queries } = await page.evaluate(measure, { model: MODEL, texts, block: BLOCK });
    console.log(`${texts.length} texts, ${texts.reduce((sum, { length }) => sum + length, 0)} characters\n`);
    const ours = (threads: string) => indexing[`ours, ${threads}`]!;
    const rows = Object.entries(indexing).map(([name, ms]) => {
      const base = name.endsWith('1 thread') ? ours('1 thread') : ours('2 threads');
      return [name, ms.toFixed(0), ((texts.length / ms) * 1000).toFixed(1), `${(ms / base).toFixed(2)} ×`];
    });
    table(['indexing', 'ms in all', 'texts/s', 'time, ours = 1 (as many threads in all)'], rows);
    for (const threads of ['1 thread', '2 threads']) {
      const theirs = Object.entries(indexing).filter(([name]) => name.startsWith('pipeline') && name.endsWith(threads));
      const [best, at32] = [Math.min(...theirs.map(([, ms]) => ms)), indexing[`pipeline, batch 32, ${threads}`]!];
      const [first, second] = [best / ours(threads), at32 / ours(threads)];
      const ort = indexing[`ours by ONNX Runtime, ${threads}`]! / ours(threads);
      console.log(
        `\n${threads}: ${first.toFixed(2)} × the pipeline's best batch size, ${second.toFixed(2)} × its batch of 32, ${ort.toFixed(2)} × our encoder by ONNX Runtime.`,
      );
    }
    console.log(
      `Two threads: ${(ours('1 thread') / ours('2 threads')).toFixed(2)} × one; two workers: ${(ours('1 thread') / ours('2 workers')).toFixed(2)} × one.\n`,
    );
    table(
      ['one query', 'p50 ms', 'p95 ms'],
      Object.entries(queries).map(([name, ms]) => [
        name,
        percentile(ms, 0.5).toFixed(1),
        percentile(ms, 0.95).toFixed(1),
      ]),
    );
    await page.close();

    // Each start in a page of its own, the device's copy of the weights being there.
    const starts: Record<string, number[]> = {
      ours: [],
      'ours, small form': [],
      'ours by ONNX Runtime': [],
      pipeline: [],
    };
    for (let round = 0; round < ROUNDS + 1; round++) {
      for (const name of Object.keys(starts)) {
        const fresh = await server.open(context);
        const ms = await fresh.evaluate(start, {
          model: name.includes('small') ? `${MODEL}-small` : MODEL,
          kind: name === 'pipeline' ? 'pipeline' : name.endsWith('Runtime') ? 'ort' : 'own',
        } as const);
        if (round > 0) starts[name]!.push(ms);
        await fresh.close();
      }
    }
    console.log('\nFrom nothing to the first vector, weights on the device:\n');
    table(
      ['', 'median ms', 'least ms'],
      Object.entries(starts).map(([name, ms]) => [name, percentile(ms, 0.5).toFixed(0), Math.min(...ms).toFixed(0)]),
    );
  } finally {
    await dispose();
    await server.close();
  }
}

/** In the page: every rival over every block, in turn. */
async function measure({ model, texts, block }: { model: string; texts: string[]; block: number }) {
  const [one, two] = [lab.encoder({ backend: 'wasm', threads: 1 }), lab.encoder({ backend: 'wasm', threads: 2 })];
  const pool = lab.pool(2, { backend: 'wasm', threads: 1 });
  const orts = [lab.ort(1), lab.ort(2)] as const;
  const pipes = [lab.pipeline(model, 1), lab.pipeline(model, 2)] as const;
  const rivals: Record<string, (texts: string[]) => Promise<unknown>> = {
    'ours, 1 thread': (texts) => one.embed(model, 'passage', texts),
    'ours, 2 threads': (texts) => two.embed(model, 'passage', texts),
    'ours, 2 workers': (texts) => pool.embed(model, 'passage', texts),
    'ours by ONNX Runtime, 1 thread': (texts) => orts[0].embed(model, 'passage', texts),
    'ours by ONNX Runtime, 2 threads': (texts) => orts[1].embed(model, 'passage', texts),
  };
  for (const [i, pipe] of pipes.entries()) {
    for (const batch of [1, 8, 32]) {
      rivals[`pipeline, batch ${batch}, ${i + 1} thread${'s'.repeat(i)}`] = (texts) => pipe.embed(texts, batch);
    }
  }
  for (const rival of Object.values(rivals)) await rival(texts.slice(0, 2));
  const indexing: Record<string, number> = {};
  const queries: Record<string, number[]> = {};
  const asking: typeof rivals = {
    'ours, 1 thread': (texts) => one.embed(model, 'query', texts),
    'ours, 2 threads': (texts) => two.embed(model, 'query', texts),
    'ours by ONNX Runtime, 1 thread': (texts) => orts[0].embed(model, 'query', texts),
    'ours by ONNX Runtime, 2 threads': (texts) => orts[1].embed(model, 'query', texts),
    'pipeline, 1 thread': (texts) =>
      pipes[0].embed(
        texts.map((text) => `Represent this sentence for searching relevant passages: ${text}`),
        1,
      ),
  };
  for (let at = 0; at < texts.length; at += block) {
    const part = texts.slice(at, at + block);
    for (const [name, rival] of Object.entries(rivals)) {
      const start = performance.now();
      await rival(part);
      indexing[name] = (indexing[name] ?? 0) + performance.now() - start;
    }
    for (const text of part.slice(0, 10)) {
      for (const [name, rival] of Object.entries(asking)) {
        const start = performance.now();
        await rival([`How do I ${text.slice(0, 30)}?`]);
        queries[name] = [...(queries[name] ?? []), performance.now() - start];
      }
    }
  }
  await Promise.all([one, two, pool, ...orts].map((encoder) => encoder.close()));
  for (const pipe of pipes) pipe.close();
  return { indexing, queries };
}

/** In a fresh page: milliseconds until a first vector is there. */
async function start({ model, kind }: { model: string; kind: 'own' | 'ort' | 'pipeline' }): Promise<number> {
  const begun = performance.now();
  if (kind !== 'pipeline') {
    const encoder = kind === 'own' ? lab.encoder({ backend: 'wasm', threads: 1 }) : lab.ort(1);
    await encoder.embed(model, 'query', ['lighthouse']);
    const took = performance.now() - begun;
    await encoder.close();
    return took;
  }
  const pipe = lab.pipeline(model, 1);
  await pipe.embed(['lighthouse'], 1);
  const took = performance.now() - begun;
  pipe.close();
  return took;
}

function corpus(count: number): string[] {
  const path = process.env.NEARFIELD_CORPUS;
  if (!path) return paragraphs(count);
  const rows = readFileSync(path, 'utf8').trim().split('\n');
  return everyNth(rows, count).map((row) => {
    const { title, text } = JSON.parse(row) as { title: string; text: string };
    return `${title}\n${text}`;
  });
}

/** Paragraphs of 40 to 1,500 characters. */
function paragraphs(count: number): string[] {
  const root = join(import.meta.dirname, '../..');
  const packages = readdirSync(join(root, 'node_modules')).map((name) => join('node_modules', name, 'README.md'));
  const found: string[] = [];
  for (const path of ['README.md', 'ARCHITECTURE.md', ...packages]) {
    let text = '';
    try {
      text = readFileSync(join(root, path), 'utf8');
    } catch {
      continue;
    }
    for (const part of text.split(/\n\s*\n|\n(?=#)/)) if (part.length >= 40) found.push(part.slice(0, 1500));
  }
  return everyNth(found, count);
}

/** `count` rows, in steps that share no factor with the length: far from their neighbours, each at most once. */
const everyNth = <T>(rows: readonly T[], count: number): T[] =>
  Array.from({ length: Math.min(count, rows.length) }, (_, i) => rows[(i * 7919) % rows.length]!);
