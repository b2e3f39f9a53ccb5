import { EngineError } from '../core/errors.ts';
import type { Language } from '../core/types.ts';
import { addCharacters } from '../search/simplify.ts';
import { decodeLaneAdapter, type LaneAdapter } from './adapter.ts';
import { type Basis, decodeBasis } from './basis.ts';
import { type Cell, decodeCell } from './cell.ts';
import { decodeFacets, type Facets } from './facets.ts';
import { openShard, type ShardKind } from './format.ts';
import { type LaneFiles, MANIFEST, type Manifest, parseManifest } from './manifest.ts';
import { type CommonTerm, decodeMap, type LaneMap, rangeOf, rowsOf } from './map.ts';
import { decodeTerms, type TermEntry } from './terms.ts';
import { decodeText, type ShownPassage } from './text.ts';

/** One version of one lane, as far as it has been fetched. Everything is fetched once; what failed is tried again. */
export interface OpenLane {
  readonly files: LaneFiles;
  readonly map: LaneMap;
  readonly common: ReadonlyMap<string, CommonTerm>;
  /** The term's entry; nothing if the site does not have it. */
  term(term: string): Promise<TermEntry | undefined>;
  /** All entries of the ranges that terms beginning with `prefix` lie in, two ranges at most. */
  neighbours(prefix: string): Promise<TermEntry[]>;
  cell(cell: number): Promise<Cell>;
  passage(row: number): Promise<ShownPassage>;
  basis(): Promise<Basis>;
  /** How a tier's queries are turned for ranking; nothing where the site was not taught. */
  adapter(tier: 'instant' | 'full'): Promise<LaneAdapter | undefined>;
  /** Nothing if no page has a filter or a sort key. */
  facets(): Promise<Facets | undefined>;
}

/** Gets a file of the index. @throws EngineError `file-unreadable` */
export type GetFile = (name: string, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

/** @param base absolute address of the index's folder, ending in `/`. */
export function httpFiles(base: string, onBytes: (bytes: number) => void = () => {}): GetFile {
  return async (name, signal) => {
    const url = new URL(name, base).href;
    const unreadable = (what: string) =>
      new EngineError(
        'file-unreadable',
        `The search index file ${url} ${what}; check that the index was uploaded whole.`,
      );
    const init: RequestInit = { ...(signal && { signal }), cache: name === MANIFEST ? 'no-cache' : 'default' };
    const response = await fetch(url, init).catch((error: Error) => {
      signal?.throwIfAborted();
      throw unreadable(`could not be fetched (${error.message})`);
    });
    if (!response.ok) throw unreadable(`answered ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    onBytes(bytes.length);
    return bytes;
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
  same('texts', files.texts.length, map.firstTextRows.length);

  const terms = once(async (i) => {
    const entries = decodeTerms(await fetched('terms', i, files.terms[i]!), i, map);
    return new Map(entries.map((entry) => [entry.term, entry]));
  });
  const cells = once(async (i) => {
    const [start, end] = rowsOf(map.firstCellRows, i, map.rows);
    const centre = map.centres.subarray(i * map.dim, (i + 1) * map.dim);
    const context = { dim: map.dim, centre, step: map.cellStep, rows: end - start };
    return decodeCell(await fetched('cell', i, files.cells[i]!), i, context);
  });
  const texts = once(async (i) => {
    const [start, end] = rowsOf(map.firstTextRows, i, map.rows);
    return decodeText(await fetched('text', i, files.texts[i]!), i, end - start);
  });
  const basis = once(async () => decodeBasis(await fetched('basis', 0, files.basis), 0, map.dim));
  const facets = once(async () =>
    files.facets === undefined ? undefined : decodeFacets(await fetched('facets', 0, files.facets), 0, map.rows),
  );
  const adapters = once(async (i) => {
    const name = files.adapters?.[i];
    const size = i === 0 ? map.tableDim : map.dim;
    return name === undefined ? undefined : decodeLaneAdapter(await fetched('adapter', i, name), i, size);
  });
  const common = new Map(map.common.map((one) => [one.term, one]));
  return {
    files,
    map,
    common,
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
    basis: () => basis(0),
    adapter: (tier) => adapters(tier === 'instant' ? 0 : 1),
    facets: () => facets(0),
    cell: cells,
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
