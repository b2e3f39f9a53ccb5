import type { Language, ModelCard } from '../core/types.ts';
import { fitQuantiser, GROUP } from '../kernels/quantise.ts';
import { analyse } from '../search/analyse.ts';
import { createLexicon } from '../search/lexicon.ts';
import { buildPostings } from '../search/postings.ts';
import type { Floor } from '../search/refuse.ts';
import { keywordFloor } from '../search/strangers.ts';
import { encodeCell, TOP_LEVEL } from './cell.ts';
import { cluster } from './cluster.ts';
import { type ShardKind, sealShard } from './format.ts';
import type { LaneFiles } from './manifest.ts';
import { encodeMap, rowsOf } from './map.ts';
import type { SitePassage } from './pages.ts';
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
}

/** BM25, as src/search has it. */
const K1 = 1.2;
const B = 0.75;
/** Share of the values of a dimension that are cut off on either side before they become levels; see `fitQuantiser`. */
const CLIP = 0.003;
/** About 20 KB of vectors. */
const ROWS_PER_CELL = 110;
/** A lane has at most so many files of each kind, however large it is. */
const MOST = { cell: 48, terms: 72, text: 72 } as const;
/** Bytes, before compression, that a file of each kind should have while there are few of them. */
const TERMS_BYTES = 24_000;
const TEXT_BYTES = 32_000;

/**
 * All files of one lane. `shares` is the part of the file budget this lane may use, 0–1.
 *
 * @returns the files by name, and what the manifest says of them.
 */
export async function buildLane(input: LaneInput, share: number, onProgress: (share: number) => void) {
  const { language, card, vectors } = input;
  const { dim } = card;
  const budget = (kind: keyof typeof MOST) => Math.max(1, Math.floor(MOST[kind] * share));
  const cells = cluster(vectors, dim, Math.min(budget('cell'), Math.ceil(input.passages.length / ROWS_PER_CELL)));
  const order = cells.flat();
  const passages = order.map((row) => input.passages[row]!);
  const rows = gather(vectors, order, dim);
  onProgress(0.1);

  const postings = postingsOf(passages);
  const table = fitTable(input.samples, input.sampleVectors, dim, {
    terms: new Set(postings.keys()),
    onProgress: (done) => onProgress(0.1 + 0.8 * done),
  });
  const entries = withVectors(postings, table);
  const terms = shareOut(entries, ({ rows, vector, term }) => term.length + rows.length * 2 + (vector ? dim / 2 : 0), {
    bytes: TERMS_BYTES,
    most: budget('terms'),
  });
  const texts = shareOut(passages, ({ text }) => text.length + 40, { bytes: TEXT_BYTES, most: budget('text') });

  const padded = Math.ceil(dim / GROUP) * GROUP;
  const quantiser = fitQuantiser(pad(rows, dim, padded), passages.length, padded, TOP_LEVEL, CLIP);
  const firstCellRows = startsOf(cells);
  const centres = centresOf(rows, dim, firstCellRows);
  const map = {
    rows: passages.length,
    dim,
    firstTerms: terms.map((range) => range[0]!.term),
    firstTextRows: startsOf(texts),
    firstCellRows,
    centres,
    quantiser,
    floor: floorOf(passages, language),
    bias: table.bias,
  };

  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const write = async (kind: ShardKind, number: number, body: Uint8Array<ArrayBuffer>) => {
    const shard = await sealShard(kind, number, body);
    const name = `${language}-${kind === 'map' ? kind : `${kind}-${number}`}.${await hashOf(shard)}.nf`;
    files.set(name, shard);
    return name;
  };
  const cellBody = (cell: number) => {
    const [start, end] = rowsOf(firstCellRows, cell, passages.length);
    return encodeCell(rows.subarray(start * dim, end * dim), dim, quantiser);
  };
  const context = { rows: passages.length, dim };
  const listing: LaneFiles = {
    language,
    model: card.id,
    key: card.key,
    passages: passages.length,
    map: await write('map', 0, encodeMap(map)),
    terms: await Promise.all(terms.map((range, i) => write('terms', i, encodeTerms(range, context)))),
    cells: await Promise.all(cells.map((_, i) => write('cell', i, cellBody(i)))),
    texts: await Promise.all(texts.map((range, i) => write('text', i, encodeText(range)))),
  };
  onProgress(1);
  return { files, listing };
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

function withVectors(postings: ReturnType<typeof postingsOf>, { vectors }: QueryTable): TermEntry[] {
  return [...postings]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([term, { rows, impacts }]) => {
      const vector = vectors.get(term);
      return { term, rows: Uint32Array.from(rows), impacts: Uint8Array.from(impacts), ...(vector && { vector }) };
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

function pad(rows: Float32Array, dim: number, padded: number): Float32Array {
  if (dim === padded) return rows;
  const wide = new Float32Array((rows.length / dim) * padded);
  for (let row = 0; row * dim < rows.length; row++) wide.set(rows.subarray(row * dim, (row + 1) * dim), row * padded);
  return wide;
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
