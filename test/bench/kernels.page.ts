/** The page of kernels.ts: builds every engine on the same vectors, times them in turn and prints ratios. */
import { Bitmap } from '../../src/kernels/bitmap.ts';
import { createKernels, kernelInfo } from '../../src/kernels/kernels.ts';
import { measureRecall } from '../../src/kernels/recall.ts';
import { VectorIndex } from '../../src/kernels/vector-index.ts';
import { strangers } from '../../src/search/index.ts';
import type { Vectors } from './kernels.corpus.ts';
import { interleave, type Timing } from './kernels.interleave.ts';
import { edgevecGraph, hnswlibBruteForce, hnswlibGraph, type Peer, rowsOf } from './kernels.peers.ts';
import { flexSearch, miniSearch, nearfieldLexicon } from './kernels.sparse.ts';

const options = new URLSearchParams(location.search);
const rounds = Number(options.get('rounds') ?? 9);
const CALLS = 8;
const K = 10;
const say = (line: string) => console.log(line);

async function main(): Promise<string> {
  say(`kernels: ${kernelInfo().form} (${kernelInfo().why}); ${navigator.userAgent.match(/Chrome\/\S+/)?.[0]}`);
  const en = await load('en');
  const zh = await load('zh');
  for (const [name, { passages, questions }] of Object.entries({ English: en, Chinese: zh })) {
    recallOf(name, passages, questions);
  }
  for (const rows of (options.get('rows') ?? '10000,100000').split(',').map(Number).filter(Boolean)) {
    await compareDense(
      widen(en.passages, rows),
      en.questions,
      options.get('graphs')?.split(',').includes(String(rows)) ?? false,
    );
  }
  if (options.get('million') === 'yes') await million(en.passages, en.questions);
  if (options.get('text') !== 'no') await compareText();
  return 'done';
}

async function load(language: 'en' | 'zh') {
  const dim = language === 'en' ? 384 : 512;
  const of = async (role: string): Promise<Vectors> => {
    const bytes = await (await fetch(`/${language}.${role}`)).arrayBuffer();
    return { dim, values: new Float32Array(bytes) };
  };
  return { passages: await of('passage'), questions: await of('query') };
}

/** Bar 1, recall: real vectors and real questions only, against exact search. */
function recallOf(name: string, passages: Vectors, questions: Vectors): void {
  for (const [scan, signedFrom] of [
    ['int4', Infinity],
    ['int8', Infinity],
    ['int4', 0],
    ['int8', 0],
  ] as const) {
    const index = new VectorIndex({ dim: passages.dim, scan, signedFrom });
    index.add(passages.values);
    const { recall, queries } = measureRecall(index, { queries: questions.values, k: K });
    say(
      `recall@10 ${name} ${scan}${signedFrom === 0 ? ' after signs' : ''}: ${recall.toFixed(4)} (${index.rows} real passages, ${queries} real questions)`,
    );
  }
}

/** `rows` vectors: the real ones, and where they do not suffice noisy copies of them. */
function widen({ dim, values }: Vectors, rows: number): Vectors & { readonly real: number } {
  const all = new Float32Array(rows * dim);
  for (let at = 0; at < all.length; at += values.length) {
    const part = values.subarray(0, Math.min(values.length, all.length - at));
    all.set(at === 0 ? part : noisyCopy(part, dim), at);
  }
  return { dim, values: all, real: Math.min(rows, values.length / dim) };
}

/** Each row moved so that its cosine to the original is .9 on average, and scaled to length 1 again. */
function noisyCopy(values: Float32Array, dim: number): Float32Array<ArrayBuffer> {
  const copy = Float32Array.from(values);
  for (let row = 0; row < copy.length; row += dim) {
    let squares = 0;
    for (let i = row; i < row + dim; i++) {
      copy[i]! += (0.484 / Math.sqrt(dim)) * noise();
      squares += copy[i]! ** 2;
    }
    for (let i = row; i < row + dim; i++) copy[i]! /= Math.sqrt(squares);
  }
  return copy;
}

/** Of mean 0 and variance 1, near enough to normal (the sum of four uniform numbers), and the same in every run. */
let state = 1;
function noise(): number {
  let sum = -2;
  for (let i = 0; i < 4; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    sum += state / 2 ** 32;
  }
  return sum * Math.sqrt(3);
}

/** Bars 1, 2 and 3: all on the same vectors, timed in turn. */
async function compareDense(vectors: Vectors & { readonly real: number }, questions: Vectors, graphs: boolean) {
  const rows = rowsOf(vectors);
  say(
    `\n${rows} × ${vectors.dim}, top ${K}; ${vectors.real} real vectors, ${rows - vectors.real} noisy copies of them`,
  );
  const query = (call: number) => {
    const at = (call % rowsOf(questions)) * questions.dim;
    return questions.values.subarray(at, at + questions.dim);
  };
  const ours = Object.fromEntries(
    (['int4', 'int8', 'float32', 'int4 alone', 'int8 alone'] as const).map((scan) => {
      const [form, alone] = scan.split(' ') as ['int4' | 'int8' | 'float32', string?];
      const index = new VectorIndex({ dim: vectors.dim, scan: form, ...(alone && { signedFrom: Infinity }) });
      const start = performance.now();
      index.add(vectors.values);
      say(
        `${scan}: built in ${((performance.now() - start) / 1000).toFixed(2)} s, ${(index.bytes / 2 ** 20).toFixed(0)} MB`,
      );
      return [scan, index] as const;
    }),
  ) as Record<'int4' | 'int8' | 'float32' | 'int4 alone' | 'int8 alone', VectorIndex>;
  const peers: Record<string, Peer> = { 'hnswlib brute force': await hnswlibBruteForce(vectors) };
  const graph = graphs ? await hnswlibGraph(vectors) : undefined;
  if (graph) peers['hnswlib HNSW'] = graph;
  if (graph && rows <= 10_000) peers['edgevec HNSW'] = await edgevecGraph(vectors);
  const truth = Array.from({ length: CALLS * 4 }, (_, call) => [...ours.float32.searchExact(query(call), K)[0]!.rows]);
  const recall = (search: (query: Float32Array) => ArrayLike<number>) => {
    const hits = truth.map((best, call) => Array.from(search(query(call))).filter((row) => best.includes(row)).length);
    return hits.reduce((sum, each) => sum + each, 0) / truth.length / K;
  };
  // As broad as it takes for the recall that the others have.
  for (let ef = 128; graph && ef <= 4096; ef *= 2) {
    if (recall((query) => graph.broader(ef)(query, K)) < 0.999 && ef < 4096) continue;
    peers['hnswlib HNSW, broad'] = { buildSeconds: graph.buildSeconds, search: graph.broader(ef) };
    say(`hnswlib HNSW, broad: ef ${ef}`);
    break;
  }
  for (const [name, peer] of Object.entries(peers)) say(`${name}: built in ${peer.buildSeconds.toFixed(1)} s`);

  const { memory, kernels } = createKernels();
  const bytes = memory.allocate(rows * vectors.dim * 4);
  memory.views.f32.set(vectors.values, bytes / 4);
  const read = (perValue: number) => () => kernels.sum(bytes, Math.floor((rows * vectors.dim * perValue) / 128) * 128);
  const tenth = Bitmap.of(
    rows,
    Array.from({ length: Math.ceil(rows / 10) }, (_, i) => i * 10),
  );
  const hundredth = Bitmap.of(
    rows,
    Array.from({ length: Math.ceil(rows / 100) }, (_, i) => i),
  );
  const four = (call: number) =>
    questions.values.subarray((call % 32) * questions.dim, ((call % 32) + 4) * questions.dim);
  const timings = interleave<string>(
    {
      ...Object.fromEntries(
        Object.entries(ours).map(([n, index]) => [n, (call: number) => index.search(query(call), K)]),
      ),
      ...Object.fromEntries(
        Object.entries(peers).map(([n, peer]) => [n, (call: number) => peer.search(query(call), K)]),
      ),
      'read float32': read(4),
      'read int8': read(1),
      'read int4': read(0.5),
      'int4, 4 queries': (call) => ours.int4.search(four(call), K),
      'float32, 4 queries': (call) => ours.float32.search(four(call), K),
      'int4, every 10th row': (call) => ours.int4.search(query(call), K, { filter: tenth }),
      'int4, first 1 %': (call) => ours.int4.search(query(call), K, { filter: hundredth }),
    },
    rounds,
    CALLS,
  );
  printTable(timings, {
    ...Object.fromEntries(Object.entries(ours).map(([n, index]) => [n, recall((q) => index.search(q, K)[0]!.rows)])),
    ...Object.fromEntries(Object.entries(peers).map(([n, peer]) => [n, recall((q) => peer.search(q, K))])),
  });
  const exact = timings['hnswlib brute force']!;
  for (const [name, bar] of Object.entries({ int4: 35, int8: 20, float32: 3 })) {
    ratio(`bar 1: ${name} against hnswlib brute force, at least ${bar} ×`, exact, timings[name]!);
  }
  for (const name of ['edgevec HNSW', 'hnswlib HNSW', 'hnswlib HNSW, broad']) {
    if (timings[name]) ratio(`bar 2: int4 against ${name}`, timings[name], timings.int4!);
  }
  // Every byte is read where no signs are looked at first.
  for (const [name, bar] of Object.entries({ float32: 85, 'int8 alone': 70, 'int4 alone': 70 })) {
    const read = timings[`read ${name.replace(' alone', '')}`]!;
    const share = (at: 'min' | 'p50') => ((100 * read[at]) / timings[name]![at]).toFixed(0);
    say(`bar 3: ${name} reads at ${share('p50')} % of the sum's speed by p50, ${share('min')} % by min (bar ${bar} %)`);
  }
}

/** Bar 4: a million rows without float32 in memory. */
async function million(passages: Vectors, questions: Vectors): Promise<void> {
  const { dim } = passages;
  const part = widen(passages, 100_000);
  const index = new VectorIndex({ dim, exact: 'int8' });
  let seconds = 0;
  for (let i = 0; i < 10; i++) {
    const block = i === 0 ? part.values : noisyCopy(part.values, dim);
    const start = performance.now();
    index.add(block);
    seconds += (performance.now() - start) / 1000;
  }
  say(`\n${index.rows} × ${dim} (${part.real} real vectors, the rest noisy copies), without float32 in memory:`);
  say(`built in ${seconds.toFixed(1)} s, ${(index.bytes / 2 ** 20).toFixed(0)} MB held`);
  const query = (call: number) => questions.values.subarray((call % 256) * dim, ((call % 256) + 1) * dim);
  const search = (candidates: number) => (call: number) => index.search(query(call), K, { candidates });
  printTable(interleave({ '40 candidates': search(40), '100 candidates': search(100) }, rounds, CALLS), {});
  for (const candidates of [40, 100]) {
    const { recall } = measureRecall(index, { queries: questions.values.subarray(0, 32 * dim), k: K, candidates });
    say(`bar 4: recall@10 against the 7-bit rows, ${candidates} candidates: ${recall.toFixed(4)} (32 real questions)`);
  }
}

/** Bar 5. */
async function compareText(): Promise<void> {
  const { documents, queries } = (await (await fetch('/texts.json')).json()) as {
    documents: string[];
    queries: string[];
  };
  const engines = {
    nearfield: nearfieldLexicon(documents),
    FlexSearch: flexSearch(documents),
    MiniSearch: miniSearch(documents),
  };
  const words = documents.reduce((sum, text) => sum + text.split(/\s+/).length, 0) / documents.length;
  say(`\n${documents.length} documents of ${words.toFixed(0)} words; questions whose last word is unfinished`);
  for (const [name, { buildSeconds, megabytes }] of Object.entries(engines)) {
    say(`${name}: built in ${buildSeconds.toFixed(2)} s, index ${megabytes.toFixed(2)} MB`);
  }
  // As Nearfield does in idle time after opening; so all do.
  for (const engine of Object.values(engines)) for (const question of strangers('en')) engine.search(question);
  // Every question is asked once. The first half finds code that the browser has not compiled yet, and caches that the
  // rivals have just filled; the second is nearer to a person's session, in which one engine is asked again and again.
  const half = queries.length / 2;
  for (const [parity, calls] of [CALLS, 2 * CALLS].entries()) {
    const some = queries.filter((_, i) => i % 2 === parity);
    say(`\n${half} questions, ${calls} an engine in turn:`);
    const timings = interleave<string>(
      Object.fromEntries(
        Object.entries(engines).map(([name, engine]) => [name, (call) => engine.search(some[call % half]!)]),
      ),
      half / calls,
      calls,
    );
    printTable(timings, {});
    ratio('bar 5: against FlexSearch, at least 10 ×', timings.FlexSearch!, timings.nearfield!);
    ratio('bar 5: against MiniSearch, at least 100 ×', timings.MiniSearch!, timings.nearfield!);
  }
  const { nearfield, FlexSearch, MiniSearch } = engines;
  const size = nearfield.megabytes / FlexSearch.megabytes;
  const build = nearfield.buildSeconds / Math.min(FlexSearch.buildSeconds, MiniSearch.buildSeconds);
  say(
    `bar 5: index ${size.toFixed(2)} of FlexSearch's (bar .6), build ${build.toFixed(2)} of the fastest rival's (bar 1)`,
  );
}

function printTable(timings: Record<string, Timing>, recalls: Record<string, number>): void {
  say(`${'ms'.padEnd(30)}${['min', 'p50', 'p95', 'recall'].map((head) => head.padStart(9)).join('')}`);
  for (const [name, { min, p50, p95 }] of Object.entries(timings)) {
    const recall = recalls[name]?.toFixed(4) ?? '';
    say(
      `${name.padEnd(30)}${[min.toFixed(3), p50.toFixed(3), p95.toFixed(3), recall].map((cell) => cell.padStart(9)).join('')}`,
    );
  }
}

const ratio = (what: string, rival: Timing, own: Timing) =>
  say(`${what}: ${(rival.p50 / own.p50).toFixed(2)} by p50, ${(rival.min / own.min).toFixed(2)} by min`);

(globalThis as unknown as { result: Promise<string> }).result = main();
