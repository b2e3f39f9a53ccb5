/**
 * Our encoder against the transformers.js pipeline: the same weights, the same ONNX Runtime for Node, one thread each.
 *
 * The texts are paragraphs of this project's own documents and of the README files in node_modules, of mixed length.
 * Rivals take turns, block by block, so that a noisy machine hurts all alike; the ratio is of the sums over all blocks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, pipeline } from '@xenova/transformers';
import { createNodeEncoder, packagedModels } from '../../src/embed/encoder.node.ts';
import { nativeRuntime } from '../../src/embed/runtime.node.ts';
import { transformersFolder } from '../embed/transformers-folder.ts';

const MODEL = 'bge-small-en-v1.5';
const BLOCK = 32;
const ROUNDS = 6;

export async function run(): Promise<void> {
  const { folder, remove } = await transformersFolder();
  env.localModelPath = folder;
  env.allowRemoteModels = false;
  const encoder = createNodeEncoder(packagedModels(), nativeRuntime(1));
  const session_options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 as const };
  const pipe = await pipeline('feature-extraction', MODEL, { dtype: 'q8', session_options });
  const theirs = (size: number) => async (texts: string[]) => {
    let sink = 0;
    for (let at = 0; at < texts.length; at += size) {
      const out = await pipe(texts.slice(at, at + size), { pooling: 'cls', normalize: true });
      sink += (out.data as Float32Array)[0]!;
    }
    return sink;
  };
  const rivals: Record<string, (texts: string[]) => Promise<number>> = {
    ours: async (texts) => (await encoder.embed(MODEL, 'passage', texts)).dense[0]!,
    'transformers.js, batch 1': theirs(1),
    'transformers.js, batch 8': theirs(8),
    'transformers.js, batch 32': theirs(32),
  };

  const texts = paragraphs(BLOCK * ROUNDS);
  const tokens = (await encoder.countTokens(MODEL, texts)).reduce((sum, n) => sum + Math.min(n, 510), 0);
  let sink = 0;
  for (const rival of Object.values(rivals)) sink += await rival(texts.slice(0, 4));
  const indexing = new Map<string, number>();
  const queries = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    const block = texts.slice(round * BLOCK, (round + 1) * BLOCK);
    for (const [name, rival] of Object.entries(rivals)) {
      const start = performance.now();
      sink += await rival(block);
      indexing.set(name, (indexing.get(name) ?? 0) + performance.now() - start);
    }
    for (const text of block.slice(0, 8).map((t) => `How do I ${t.slice(0, 30)}?`)) {
      for (const name of ['ours', 'transformers.js, batch 1']) {
        const start = performance.now();
        sink += await rivals[name]!([text]);
        queries.set(name, [...(queries.get(name) ?? []), performance.now() - start]);
      }
    }
  }
  const best = Math.min(...[...indexing].filter(([name]) => name !== 'ours').map(([, ms]) => ms));
  console.log(`${texts.length} texts, ${tokens} tokens, one thread, ONNX Runtime for Node (sink ${sink.toFixed(3)})\n`);
  console.log('| indexing | ms in all | texts/s | ours is faster by |\n|---|---|---|---|');
  const ours = indexing.get('ours')!;
  for (const [name, ms] of indexing) {
    const rate = ((texts.length / ms) * 1000).toFixed(1);
    console.log(`| ${name} | ${ms.toFixed(0)} | ${rate} | ${(ms / ours).toFixed(2)} × |`);
  }
  console.log(`\nAgainst its best batch size: ${(best / ours).toFixed(2)} ×.`);
  const p50 = (name: string) => queries.get(name)!.sort((a, b) => a - b)[queries.get(name)!.length >> 1]!;
  const [q, p] = [p50('ours'), p50('transformers.js, batch 1')];
  console.log(`One query, p50: ours ${q.toFixed(1)} ms, transformers.js ${p.toFixed(1)} ms (${(p / q).toFixed(2)} ×).`);
  await encoder.close();
  await pipe.dispose();
  await remove();
}

/** Paragraphs of 40 to 1,500 characters, in an order that mixes their lengths. */
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
  // A step that shares no factor with the length visits every paragraph once, far from its neighbours.
  return Array.from({ length: Math.min(count, found.length) }, (_, i) => found[(i * 7919) % found.length]!);
}
