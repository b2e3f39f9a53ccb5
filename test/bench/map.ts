/**
 * The map's layout against umap-js, the library there is, and against the two directions in which vectors differ most: time,
 * the longest stretch that lets nothing else in, and how well neighbours are kept. Real sentences, real vectors.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { UMAP } from 'umap-js';
import { createRandom } from '../../src/core/random.ts';
import { arrange } from '../../src/map/arrange.ts';
import { joined, strengths } from '../../src/map/graph.ts';
import { indexOf, type Neighbours, nearest } from '../../src/map/neighbours.ts';
import { principalPlane } from '../../src/map/pca.ts';
import { createProjector } from '../../src/map/projector.ts';
import { kept, trustworthiness } from '../map/trust.ts';
import { cachedFile, embedMissing } from './kernels.corpus.ts';
import { table } from './report.ts';

const ROWS = Number(process.env.ROWS ?? 1500);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const K = 15;
const DIM = 384;

interface Result {
  readonly points: Float32Array;
  readonly ms: number;
  /** The longest time without a look at messages. */
  readonly stretch: number;
}

export async function run(): Promise<void> {
  await embedMissing('en', 'passage', 2 * ROWS);
  const bytes = await readFile(cachedFile('en', 'passage'));
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, 2 * ROWS * DIM);
  const vectors = values.slice(0, ROWS * DIM);
  const near = await nearest(indexOf(vectors, DIM), vectors, K, true, async () => {});
  const rivals: Readonly<Record<string, () => Promise<Result>>> = {
    'two directions (PCA)': () => timed(async () => principalPlane(vectors, DIM)),
    'ours, neighbours given': () => timed((turn) => ours(vectors, near, turn)),
    'umap-js, neighbours given': () => timed((turn) => theirs(near, turn)),
    'ours, as the map makes it': () => whole(vectors),
  };
  const results = new Map<string, Result[]>(Object.keys(rivals).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, rival] of Object.entries(rivals)) results.get(name)!.push(await rival());
  }
  const least = (list: readonly Result[], of: (result: Result) => number) => Math.min(...list.map(of));
  const ownMs = least(results.get('ours, neighbours given')!, ({ ms }) => ms);
  console.log(`${ROWS} vectors of ${DIM}, ${ROUNDS} rounds in turn; milliseconds, the least of them\n`);
  table(
    ['', 'ms', '÷ ours, neighbours given', 'longest stretch ms', 'trustworthiness', 'ten nearest kept'],
    [...results].map(([name, list]) => {
      const { points } = list[0]!;
      const ms = least(list, (one) => one.ms);
      return [
        name,
        ms.toFixed(0),
        (ms / ownMs).toFixed(1),
        least(list, (one) => one.stretch).toFixed(0),
        trustworthiness(vectors, DIM, points).toFixed(3),
        kept(vectors, DIM, points).toFixed(3),
      ];
    }),
  );
  const projector = createProjector();
  await projector.fit(vectors.slice(), DIM);
  const start = performance.now();
  await projector.place(values.slice(ROWS * DIM));
  console.log(
    `\nplacing ${ROWS} more among them: ${(performance.now() - start).toFixed(0)} ms; load ${loadavg()[0]!.toFixed(0)}`,
  );
}

/** @param work calls what it is given wherever it lets messages in. */
async function timed(work: (turn: () => Promise<void>) => Promise<Float32Array>): Promise<Result> {
  const start = performance.now();
  let [last, stretch] = [start, 0];
  const turn = async () => {
    stretch = Math.max(stretch, performance.now() - last);
    last = performance.now();
  };
  const points = await work(turn);
  await turn();
  return { points, ms: performance.now() - start, stretch };
}

async function ours(vectors: Float32Array, near: Neighbours, turn: () => Promise<void>) {
  const points = principalPlane(vectors, DIM);
  const most = points.reduce((far, value) => Math.max(far, Math.abs(value)), 0);
  for (let i = 0; i < points.length; i++) points[i]! *= 10 / most;
  await turn();
  await arrange(points, joined(near, strengths(near)), turn);
  return points;
}

/** As it asks for them, each row comes first among its neighbours. */
async function theirs({ rows, distances }: Neighbours, turn: () => Promise<void>) {
  const { next } = createRandom(1);
  const umap = new UMAP({ nNeighbors: K, random: next });
  const all = Array.from({ length: rows.length / K }, (_, row) => row);
  umap.setPrecomputedKNN(
    all.map((row) => [row, ...rows.subarray(row * K, (row + 1) * K - 1)]),
    all.map((row) => [0, ...distances.subarray(row * K, (row + 1) * K - 1)]),
  );
  const rounds = umap.initializeFit(all.map(() => [0]));
  for (let round = 0; round < rounds; round++) {
    await turn();
    umap.step();
  }
  return Float32Array.from(umap.getEmbedding().flat());
}

async function whole(vectors: Float32Array): Promise<Result> {
  const start = performance.now();
  let [last, stretch] = [start, 0];
  const onProgress = () => {
    stretch = Math.max(stretch, performance.now() - last);
    last = performance.now();
  };
  const points = await createProjector().fit(vectors.slice() as Float32Array<ArrayBuffer>, DIM, { onProgress });
  onProgress();
  return { points, ms: performance.now() - start, stretch };
}
