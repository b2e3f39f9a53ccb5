/** The rivals in vector search, each as one function from a query to the rows it found. */
import initEdgeVec, { EdgeVec, EdgeVecConfig } from 'edgevec';
import { loadHnswlib } from 'hnswlib-wasm';
import type { Vectors } from './kernels.corpus.ts';

export interface Peer {
  readonly buildSeconds: number;
  search(query: Float32Array, k: number): number[];
}

export async function hnswlibBruteForce(vectors: Vectors): Promise<Peer> {
  const library = await loadHnswlib();
  const index = new library.BruteforceSearch('ip', vectors.dim);
  const buildSeconds = await seconds(() => {
    index.initIndex(rowsOf(vectors));
    each(vectors, (vector, row) => index.addPoint(vector, row));
  });
  return { buildSeconds, search: (query, k) => index.searchKnn(query, k, undefined).neighbors };
}

/** The search of a graph by its breadth: `ef` candidates are kept on the way, 64 in `search`. */
export interface Graph extends Peer {
  broader(ef: number): Peer['search'];
}

export async function hnswlibGraph(vectors: Vectors): Promise<Graph> {
  const library = await loadHnswlib();
  const index = new library.HierarchicalNSW('ip', vectors.dim, '');
  const buildSeconds = await seconds(() => {
    index.initIndex(rowsOf(vectors), 16, 200, 100);
    each(vectors, (vector, row) => index.addPoint(vector, row, false));
  });
  const broader = (ef: number) => (query: Float32Array, k: number) => {
    index.setEfSearch(ef);
    return index.searchKnn(query, k, undefined).neighbors;
  };
  return { buildSeconds, search: broader(64), broader };
}

/** By Euclidean distance, which orders unit vectors as their cosine does; its own 'dot' and 'cosine' gave wrong orders. */
export async function edgevecGraph(vectors: Vectors): Promise<Peer> {
  await initEdgeVec();
  const config = new EdgeVecConfig(vectors.dim);
  config.metric = 'l2';
  const index = new EdgeVec(config);
  const rows = new Map<number, number>(); // it numbers vectors its own way
  const buildSeconds = await seconds(() => each(vectors, (vector, row) => rows.set(index.insert(vector), row)));
  return {
    buildSeconds,
    search: (query, k) => (index.search(query, k) as { id: number }[]).map(({ id }) => rows.get(id) ?? -1),
  };
}

export const rowsOf = ({ dim, values }: Vectors) => values.length / dim;

function each({ dim, values }: Vectors, visit: (vector: Float32Array, row: number) => void): void {
  for (let row = 0; row < values.length / dim; row++) visit(values.slice(row * dim, (row + 1) * dim), row);
}

async function seconds(work: () => void): Promise<number> {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
