import type { QueryAdapter } from '../core/adapt.ts';
import type { Language, ModelCard } from '../core/types.ts';
import { analyse } from '../search/analyse.ts';
import { isFunctionWord } from '../search/function-words.ts';
import { createLexicon } from '../search/lexicon.ts';
import { buildPostings } from '../search/postings.ts';
import type { Floor } from '../search/refuse.ts';
import { charactersFor } from '../search/simplify.ts';
import { keywordFloor } from '../search/strangers.ts';
import { encodeLaneAdapter, laneAdapter } from './adapter.ts';
import { encodeBasis, rotate } from './basis.ts';
import { encodeCell } from './cell.ts';
import { cluster } from './cluster.ts';
import { encodeFacets, facetsOf } from './facets.ts';
import { type ShardKind, sealShard } from './format.ts';
import type { LaneFiles } from './manifest.ts';
import { decodeMap, encodeMap, rowsOf } from './map.ts';
import type { SitePassage } from './pages.ts';
import { principalAxes } from './rotate.ts';
import { shareOut } from './share.ts';
import { fitTable, type QueryTable } from './table.ts';
import { encodeTerms, impactOf, type TermEntry } from './terms.ts';
import { encodeText } from './text.ts';

/** One language's passages and samples, embedded. Row `i` of each block of vectors is text `i`. */
export interface LaneInput {
  readonly language: Language;
  readonly card: Pick<ModelCard, 'id' | 'key' | 'dim'>;
  readonly passages: readonly SitePassage[];
  readonly vectors: Float32Array;
  readonly samples: readonly string[];
  readonly sampleVectors: Float32Array;
  /** Ranks in place of the query as it is, in both tiers. */
  readonly adapter?: QueryAdapter;
}

/** BM25, as src/search has it. */
const K1 = 1.2;
const B = 0.75;
/** A lane has at most so many files of each kind, however large it is; with map, basis, facets and manifest less than 200. */
const MOST = { cell: 48, terms: 60, text: 84 } as const;
const ROWS_PER_CELL = 110;
/** Bytes, before compression, that a file of each kind should have while there are few of them. */
const TERMS_BYTES = 20_000;
const TEXT_BYTES = 32_000;
/** A term that stands in this share of all passages is common: the map knows it, and its postings lie apart. */
const COMMON = 0.05;
const COMMON_ROWS = 24;
const MOST_COMMON = 256;
/** One level of a passage's vector, in root mean squares of what the passages differ by. */
const CELL_STEP = 0.8;
/** Dimensions of the query table, and one level of it in root mean squares of its values. */
const TABLE_DIM = 128;
const TABLE_STEP = 0.75;

/**
 * All files of one lane. `shares` is the part of the file budget this lane may use, 0–1.
 *
 * @returns the files by name, and what the manifest says of them.
 */
export async function buildLane(input: LaneInput, share: number, onProgress: (share: number) => void) {
  const { language, card } = input;
  const { dim } = card;
  const budget = (kind: keyof typeof MOST) => Math.max(1, Math.floor(MOST[kind] * share));
  const axes = principalAxes(input.vectors, dim);
  const vectors = rotate(input.vectors, axes, dim);
  onProgress(0.1);
  const cells = cluster(vectors, dim, Math.min(budget('cell'), Math.ceil(input.passages.length / ROWS_PER_CELL)));
  const order = cells.flat();
  const passages = order.map((row) => input.passages[row]!);
  const rows = gather(vectors, order, dim);
  onProgress(0.2);

  const postings = postingsOf(passages);
  const fitted = fitTable(input.samples, input.sampleVectors, dim, {
    terms: weightsOf(postings, passages.length),
    onProgress: (done) => onProgress(0.2 + 0.7 * done),
  });
  const table = levelsOf(fitted, axes, dim);
  const entries = withLevels(postings, table.levels);
  const common = commonOf(entries, passages.length);
  const bytes = ({ rows: list, levels, term }: TermEntry) => term.length + list.length * 1.5 + (levels ? 48 : 0);
  const half = { bytes: TERMS_BYTES, most: Math.max(1, budget('terms') >> 3) };
  const commonParts = [false, true].flatMap((isFunction) =>
    shareOut(
      common.filter(({ term }) => isFunctionWord(term) === isFunction),
      bytes,
      half,
    ),
  );
  const rare = entries.filter((entry) => !common.includes(entry));
  const rareParts = shareOut(rare, bytes, {
    bytes: TERMS_BYTES,
    most: Math.max(1, budget('terms') - commonParts.length),
  });
  const terms = [...commonParts, ...rareParts];
  const texts = shareOut(passages, ({ text }) => text.length + 40, { bytes: TEXT_BYTES, most: budget('text') });

  const firstCellRows = startsOf(cells);
  const mapBody = encodeMap({
    rows: passages.length,
    dim,
    tableDim: table.dim,
    cellStep: CELL_STEP * spread(rows, dim),
    tableStep: table.step,
    common: commonParts
      .flatMap((part, shard) => part.map(({ rows: list, ...entry }) => ({ ...entry, shard, frequency: list.length })))
      .sort((a, b) => (a.term < b.term ? -1 : 1)),
    commonShards: commonParts.length,
    firstTerms: rareParts.map((range) => range[0]!.term),
    firstTextRows: startsOf(texts),
    firstCellRows,
    centres: centresOf(rows, dim, firstCellRows),
    floor: floorOf(passages, language),
    bias: table.bias,
    characters: charactersFor(new Set(postings.keys())),
  });
  // Rows are measured from the centres that the reader will have.
  const map = decodeMap(mapBody, 0);
  const facets = facetsOf(passages);

  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const write = async (kind: ShardKind, number: number, body: Uint8Array<ArrayBuffer>) => {
    const shard = await sealShard(kind, number, body);
    const name = `${language}-${ONE_A_LANE.has(kind) ? kind : `${kind}-${number}`}.${await hashOf(shard)}.nf`;
    files.set(name, shard);
    return name;
  };
  const cellBody = (cell: number) => {
    const [start, end] = rowsOf(firstCellRows, cell, passages.length);
    const centre = map.centres.subarray(cell * dim, (cell + 1) * dim);
    return encodeCell(rows.subarray(start * dim, end * dim), { dim, centre, step: map.cellStep });
  };
  const { adapter } = input;
  const adapterOf = (size: number) => adapter && encodeLaneAdapter(laneAdapter(adapter, axes, size));
  const adapters = [adapterOf(table.dim), adapterOf(dim)].flatMap((body) => body ?? []);
  const listing: LaneFiles = {
    language,
    model: card.id,
    key: card.key,
    passages: passages.length,
    map: await write('map', 0, mapBody),
    basis: await write('basis', 0, encodeBasis(axes, dim)),
    ...(facets && { facets: await write('facets', 0, encodeFacets(facets)) }),
    ...(adapter && { adapters: await Promise.all(adapters.map((body, i) => write('adapter', i, body))) }),
    terms: await Promise.all(terms.map((range, i) => write('terms', i, encodeTerms(range, map)))),
    cells: await Promise.all(cells.map((_, i) => write('cell', i, cellBody(i)))),
    texts: await Promise.all(texts.map((range, i) => write('text', i, encodeText(range)))),
  };
  onProgress(1);
  return { files, listing };
}

const ONE_A_LANE: ReadonlySet<ShardKind> = new Set(['map', 'basis', 'facets']);

/** Function words, which every question has, and the other most frequent terms, by falling frequency. */
function commonOf(entries: readonly TermEntry[], rows: number): TermEntry[] {
  return entries
    .filter(({ term, rows: list }) => list.length > Math.max(COMMON_ROWS, isFunctionWord(term) ? 0 : COMMON * rows))
    .sort((a, b) => Number(isFunctionWord(b.term)) - Number(isFunctionWord(a.term)) || b.rows.length - a.rows.length)
    .slice(0, MOST_COMMON)
    .sort((a, b) => (a.term < b.term ? -1 : 1));
}

/** √ idf: between no weights and idf itself; better than both on vue-docs-en (nDCG@10 of the table alone .564, .583, .572). */
const weightsOf = (postings: ReturnType<typeof postingsOf>, rows: number) =>
  new Map([...postings].map(([term, { rows: list }]) => [term, Math.sqrt(Math.log(1 + rows / list.length))]));

/** The table in the rotated directions, of which it keeps the first, as levels. */
function levelsOf({ bias, vectors }: QueryTable, axes: Float32Array, dim: number) {
  const kept = Math.min(TABLE_DIM, dim);
  const rotated = new Map(
    [...vectors].map(([term, vector]) => [term, rotate(vector, axes, dim).subarray(0, kept)] as const),
  );
  let squares = 0;
  for (const vector of rotated.values()) for (const value of vector) squares += value * value;
  const step = TABLE_STEP * Math.sqrt(squares / Math.max(1, rotated.size * kept)) || 1;
  const level = (value: number) => Math.max(-127, Math.min(127, Math.round(value / step)));
  const levels = new Map([...rotated].map(([term, vector]) => [term, Int8Array.from(vector, level)] as const));
  return { dim: kept, step, levels, bias: rotate(bias, axes, dim) };
}

/** Root mean square of what the rows differ by in a dimension. */
function spread(rows: Float32Array, dim: number): number {
  const count = rows.length / dim;
  let squares = 0;
  for (let i = 0; i < dim; i++) {
    let [sum, square] = [0, 0];
    for (let at = i; at < rows.length; at += dim) {
      sum += rows[at]!;
      square += rows[at]! ** 2;
    }
    squares += square / count - (sum / count) ** 2;
  }
  return Math.sqrt(Math.max(1e-12, squares / dim));
}

/** Half a surrogate pair is no text; files are UTF-8. */
const LONE = /\p{Cs}/gu;

/** What a passage is found by. */
const searchable = ({ page, headings, text }: SitePassage) => [page.title, ...headings, text].join('\n');

/** Refusal is calibrated on the lane's own words, as the engine does it. */
function floorOf(passages: readonly SitePassage[], language: Language): Floor {
  const lexicon = createLexicon();
  lexicon.add(buildPostings(passages.map((passage) => analyse(searchable(passage)))));
  return keywordFloor(lexicon, language);
}

function postingsOf(passages: readonly SitePassage[]): Map<string, { rows: number[]; impacts: number[] }> {
  const texts = passages.map((passage) => analyse(searchable(passage)).map(({ term }) => term.replace(LONE, '\ufffd')));
  const mean = texts.reduce((sum, terms) => sum + terms.length, 0) / texts.length;
  const postings = new Map<string, { rows: number[]; impacts: number[] }>();
  for (const [row, terms] of texts.entries()) {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      const list = postings.get(term) ?? { rows: [], impacts: [] };
      postings.set(term, list);
      list.rows.push(row);
      list.impacts.push(impactOf(count / (count + K1 * (1 - B + (B * terms.length) / mean))));
    }
  }
  return postings;
}

function withLevels(postings: ReturnType<typeof postingsOf>, levelsOf: ReadonlyMap<string, Int8Array>): TermEntry[] {
  return [...postings]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([term, { rows, impacts }]) => {
      const levels = levelsOf.get(term);
      return { term, rows: Uint32Array.from(rows), impacts: Uint8Array.from(impacts), ...(levels && { levels }) };
    });
}

function startsOf(parts: readonly (readonly unknown[])[]): number[] {
  let start = 0;
  return parts.map((part) => {
    start += part.length;
    return start - part.length;
  });
}

function gather(vectors: Float32Array, order: readonly number[], dim: number): Float32Array {
  const gathered = new Float32Array(vectors.length);
  for (const [to, from] of order.entries()) gathered.set(vectors.subarray(from * dim, (from + 1) * dim), to * dim);
  return gathered;
}

function centresOf(rows: Float32Array, dim: number, starts: readonly number[]): Float32Array {
  const centres = new Float32Array(starts.length * dim);
  for (const cell of starts.keys()) {
    const [start, end] = rowsOf(starts, cell, rows.length / dim);
    for (let row = start; row < end; row++) {
      for (let i = 0; i < dim; i++) centres[cell * dim + i]! += rows[row * dim + i]! / (end - start);
    }
  }
  return centres;
}

/** Of a file: enough of its SHA-256 that two versions never share a name. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
