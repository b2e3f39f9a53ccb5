import { EngineError } from '../core/errors.ts';
import type { GlossaryEntry } from '../core/expansion.ts';
import type { Language } from '../core/types.ts';
import { addCharacters } from '../search/simplify.ts';
import { decodeLaneAdapter, type LaneAdapter } from './adapter.ts';
import { decodeBasis } from './basis.ts';
import { type Cell, decodeCell, joinCells } from './cell.ts';
import { decodeFacets, type Facets } from './facets.ts';
import { openShard, type ShardKind } from './format.ts';
import { decodeGlossary } from './glossary.ts';
import { saturations } from './lengths.ts';
import { type LaneFiles, MANIFEST, type Manifest, parseManifest } from './manifest.ts';
import { type CommonTerm, decodeMap, type LaneMap, rangeOf, rowsOf } from './map.ts';
import { type Host, openParts, type ReadPart } from './parts.ts';
import { decodeTail } from './tail.ts';
import { decodeTerms, type TermEntry } from './terms.ts';
import { decodeText, type ShownPassage } from './text.ts';

/** A lane's vectors in so many dimensions. */
export interface Vectors {
  readonly dim: number;
  /** cells × dim */
  readonly centres: Float32Array;
  cell(cell: number): Promise<Cell>;
}

/** One version of one lane, as far as it has been fetched. Everything is fetched once; what failed is tried again. */
export interface OpenLane {
  readonly files: LaneFiles;
  readonly map: LaneMap;
  readonly common: ReadonlyMap<string, CommonTerm>;
  /** Of each row, what BM25 holds a count against, and of each known question. */
  readonly saturations: Float32Array;
  readonly questionSaturations: Float32Array;
  /** The term's entry; nothing if the site does not have it. */
  term(term: string): Promise<TermEntry | undefined>;
  /** All entries of the ranges that terms beginning with `prefix` lie in, two ranges at most. */
  neighbours(prefix: string): Promise<TermEntry[]>;
  passage(row: number): Promise<ShownPassage>;
  /** In the dimensions that the query table knows. */
  readonly head: Vectors;
  /** In all dimensions, with the directions that the model's vectors are turned into: dim × dim. */
  whole(): Promise<Vectors & { readonly axes: Float32Array }>;
  /** How a tier's queries are turned for ranking; nothing where the site was not taught. */
  adapter(tier: 'instant' | 'full'): Promise<LaneAdapter | undefined>;
  /** Empty if the owner gave none. */
  glossary(): Promise<readonly GlossaryEntry[]>;
  /** Nothing if no page has a filter or a sort key. */
  facets(): Promise<Facets | undefined>;
}

/** Bytes of a file, half-open. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Gets a file of the index. Asked for a range, it gives exactly that, or the whole file where the host has no ranges.
 *
 * @throws EngineError `file-unreadable`
 */
export type GetFile = (name: string, range?: ByteRange) => Promise<Uint8Array<ArrayBuffer>>;

/** @param base absolute address of the index's folder, ending in `/`. */
export function httpFiles(base: string, onBytes: (bytes: number) => void = () => {}): GetFile {
  return async (name, range) => {
    const url = new URL(name, base).href;
    const unreadable = (what: string) =>
      new EngineError(
        'file-unreadable',
        `The search index file ${url} ${what}; check that the index was uploaded whole.`,
      );
    const cache = name === MANIFEST ? 'no-cache' : 'default';
    const part = range && { headers: { Range: `bytes=${range.start}-${range.end - 1}` } };
    try {
      let response = await fetch(url, { cache, ...part });
      // A host that will not hear of ranges may hear of the file.
      if (part && !response.ok) response = await fetch(url, { cache });
      if (!response.ok) throw unreadable(`answered ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      onBytes(bytes.length);
      return bytes;
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw unreadable(`could not be fetched (${(error as Error).message})`);
    }
  };
}

/** @throws EngineError `file-unreadable`, `block-corrupt`, `store-version` */
export async function fetchManifest(get: GetFile): Promise<Manifest> {
  const bytes = await get(MANIFEST);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    json = undefined;
  }
  return parseManifest(json);
}

/** The lane for a query: its language's, else the first. */
export const laneFor = ({ lanes }: Manifest, language: Language): LaneFiles | undefined =>
  lanes.find((lane) => lane.language === language) ?? lanes[0];

/** Fetches a lane's map; its other files come when they are asked for. */
export async function openLane(get: GetFile, files: LaneFiles): Promise<OpenLane> {
  const fetched = async (kind: ShardKind, number: number, name: string) => openShard(kind, number, await get(name));
  const map = decodeMap(await fetched('map', 0, files.map), 0);
  addCharacters(map.characters);
  const same = (what: string, listed: number, mapped: number) => {
    if (listed !== mapped) {
      throw new EngineError(
        'block-corrupt',
        `The search index lists ${listed} ${what} and its map ${mapped}; build the site again.`,
      );
    }
  };
  same('passages', files.passages, map.rows);
  same('term files', files.terms.length, map.commonShards + map.firstTerms.length);
  same('cells', files.cells.length, map.firstCellRows.length);
  if (files.adapters) same('adapters', files.adapters.length, 2);
  same('text files', files.texts.length, map.firstTextShards.length);
  same('tails', files.tails.length, map.firstTailCells.length);

  const terms = once(async (i) => {
    const entries = decodeTerms(await fetched('terms', i, files.terms[i]!), i, map);
    return new Map(entries.map((entry) => [entry.term, entry]));
  });
  const { headDim, cellStep: step } = map;
  const rowsIn = (cell: number) => {
    const [start, end] = rowsOf(map.firstCellRows, cell, map.rows);
    const [first, last] = rowsOf(map.firstCellQuestions, cell, map.questions);
    return end - start + (last - first);
  };
  const cells = once(async (i) => {
    const centre = map.centres.subarray(i * headDim, (i + 1) * headDim);
    return decodeCell(await fetched('cell', i, files.cells[i]!), i, { dim: headDim, centre, step, rows: rowsIn(i) });
  });
  const whole = once(async () => {
    const { dim } = map;
    const rest = dim - headDim;
    const context = { dim, headDim, cells: map.firstCellRows.length };
    const { axes, tails } = decodeBasis(await fetched('basis', 0, files.basis), 0, context);
    const tailOf = (cell: number) => tails.subarray(cell * rest, (cell + 1) * rest);
    const shards = once(async (i) => {
      const [start, end] = rowsOf(map.firstTailCells, i, files.cells.length);
      const list = Array.from({ length: end - start }, (_, at) => start + at);
      const parts = list.map((cell) => ({ rows: rowsIn(cell), centre: tailOf(cell) }));
      return decodeTail(await fetched('tail', i, files.tails[i]!), i, parts, { dim: rest, step });
    });
    const centres = new Float32Array(files.cells.length * dim);
    for (const cell of files.cells.keys()) {
      centres.set(map.centres.subarray(cell * headDim, (cell + 1) * headDim), cell * dim);
      centres.set(tailOf(cell), cell * dim + headDim);
    }
    const cell = async (i: number) => {
      const shard = rangeOf(map.firstTailCells, i);
      const [head, list] = await Promise.all([cells(i), shards(shard)]);
      return joinCells(head, list[i - map.firstTailCells[shard]!]!, headDim);
    };
    return { dim, centres, cell, axes };
  });
  const host: Host = {};
  const textFiles = files.texts.map((name, i): ReadPart => {
    const [first, end] = rowsOf(map.firstTextShards, i, map.firstTextRows.length);
    // A file that is one part needs no ranges.
    return end - first > 1 ? openParts(get, name, host) : async (_, decode) => decode(await get(name));
  });
  const texts = once((i) => {
    const file = rangeOf(map.firstTextShards, i);
    let start = 0;
    for (let shard = map.firstTextShards[file]!; shard < i; shard++) start += map.textBytes[shard]!;
    const [first, end] = rowsOf(map.firstTextRows, i, map.rows);
    return textFiles[file]!({ start, end: start + map.textBytes[i]! }, async (bytes) =>
      decodeText(await openShard('text', i, bytes), i, end - first),
    );
  });
  const facets = once(async () =>
    files.facets === undefined ? undefined : decodeFacets(await fetched('facets', 0, files.facets), 0, map.rows),
  );
  const glossary = once(async () =>
    files.glossary === undefined ? [] : decodeGlossary(await fetched('glossary', 0, files.glossary), 0),
  );
  const adapters = once(async (i) => {
    const name = files.adapters?.[i];
    const size = i === 0 ? map.headDim : map.dim;
    return name === undefined ? undefined : decodeLaneAdapter(await fetched('adapter', i, name), i, size);
  });
  const common = new Map(map.common.map((one) => [one.term, one]));
  return {
    files,
    map,
    common,
    saturations: saturations(map.lengths),
    questionSaturations: saturations(map.questionLengths),
    async term(term) {
      const shard = common.get(term)?.shard ?? map.commonShards + rangeOf(map.firstTerms, term);
      return shard < map.commonShards && !common.has(term) ? undefined : (await terms(shard)).get(term);
    },
    async neighbours(prefix) {
      if (map.firstTerms.length === 0) return [];
      const from = Math.max(0, rangeOf(map.firstTerms, prefix));
      const to = Math.min(from + 1, Math.max(from, rangeOf(map.firstTerms, `${prefix}\uffff`)));
      const ranges = await Promise.all([...new Set([from, to])].map((range) => terms(map.commonShards + range)));
      return ranges.flatMap((entries) => [...entries.values()]);
    },
    adapter: (tier) => adapters(tier === 'instant' ? 0 : 1),
    glossary: () => glossary(0),
    facets: () => facets(0),
    head: { dim: headDim, centres: map.centres, cell: cells },
    whole: () => whole(0),
    async passage(row) {
      const range = rangeOf(map.firstTextRows, row);
      return (await texts(range))[row - map.firstTextRows[range]!]!;
    },
  };
}

/** Remembers what has come and shares what is on its way; a failure is forgotten. */
function once<T>(make: (i: number) => Promise<T>): (i: number) => Promise<T> {
  const made = new Map<number, Promise<T>>();
  return (i) => {
    const known = made.get(i);
    if (known) return known;
    const promise = make(i);
    made.set(i, promise);
    promise.catch(() => made.delete(i));
    return promise;
  };
}
