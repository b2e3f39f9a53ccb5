import type { QueryAdapter } from '../core/adapt.ts';
import type { GlossaryEntry } from '../core/expansion.ts';
import type { Language, ModelCard } from '../core/types.ts';
import { isFunctionWord } from '../search/function-words.ts';
import { charactersFor } from '../search/simplify.ts';
import { encodeLaneAdapter, laneAdapter } from './adapter.ts';
import { decodeBasis, encodeBasis, rotate } from './basis.ts';
import { concat } from './bytes.ts';
import { encodeCell } from './cell.ts';
import { arrange, cluster } from './cluster.ts';
import { encodeFacets, facetsOf } from './facets.ts';
import { type ShardKind, sealShard } from './format.ts';
import { encodeGlossary } from './glossary.ts';
import { placeQuestions } from './known.ts';
import { lengthLevels } from './lengths.ts';
import type { LaneFiles } from './manifest.ts';
import { decodeMap, encodeMap, rowsOf } from './map.ts';
import type { SitePassage } from './pages.ts';
import { entriesOf, postingsOf, searchable, tableWeights, termsOf } from './postings.ts';
import { principalAxes } from './rotate.ts';
import { centresOf, columns, gather, spread } from './rows.ts';
import { shareOut } from './share.ts';
import { fitTable, type QueryTable } from './table.ts';
import { encodeTail } from './tail.ts';
import { encodeTerms, type TermEntry } from './terms.ts';
import { encodeText } from './text.ts';

/** One language's passages and samples, embedded. Row `i` of each block of vectors is text `i`. */
export interface LaneInput {
  readonly language: Language;
  readonly card: Pick<ModelCard, 'id' | 'encoderKey' | 'dim'>;
  readonly passages: readonly SitePassage[];
  readonly vectors: Float32Array;
  readonly samples: readonly string[];
  readonly sampleVectors: Float32Array;
  /** Of every question of the passages, encoded as a passage that says it. */
  readonly questionVectors: ReadonlyMap<string, Float32Array>;
  /** What visitors say, and the words that the pages have for it. */
  readonly glossary: readonly GlossaryEntry[];
  /** Texts may share files: the host answers with the range of a file it is asked for. */
  readonly ranges: boolean;
  /** Ranks in place of the query as it is, in both tiers. */
  readonly adapter?: QueryAdapter;
}

/**
 * A lane has at most so many files of each kind, however large it is; with map, basis, facets, adapters and manifest less
 * than 200, but for texts on a host without ranges.
 * A search fetches n files of a kind that weighs S in all, so each should have √(n S): then the fewest bytes are fetched.
 */
const MOST = { cell: 34, tail: 2, telling: 11, function: 2, terms: 66, text: 72 } as const;
const ROWS_PER_CELL = 110;
/** Bytes, before compression, that a file of each kind should have while there are few of them. */
const TERMS_BYTES = 10_000;
const TEXT_SHARD_BYTES = 16_000;
const MOST_TEXT_SHARDS = 4096;
/** After compression. */
const TEXT_FILE_BYTES = 12_000;
const TAIL_ROWS = 500;
/** A term that stands in this share of all passages is common: the map knows it, and its postings lie apart. */
const COMMON = 0.05;
const COMMON_ROWS = 24;
const MOST_COMMON = 256;
/** One level of a passage's vector, in root mean squares of what the passages differ by. */
const CELL_STEP = 0.8;
/** Dimensions that the instant tier sees, and one level of the query table in root mean squares of its values. */
const HEAD_DIM = 128;
const TABLE_STEP = 1;

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
  const order = cells.flatMap((cell) => arrange(vectors, dim, cell));
  const passages = order.map((row) => input.passages[row]!);
  const rows = gather(vectors, order, dim);
  onProgress(0.2);

  const texts = passages.map((passage) => termsOf(searchable(passage)));
  const weights = passages.map(({ weight = 1 }) => weight);
  const firstCellRows = startsOf(cells);
  const centres = centresOf(rows, dim, firstCellRows);
  const asked = passages.flatMap(({ questions = [] }, lead) => questions.map((text) => ({ text, lead })));
  const askedVectors = new Float32Array(asked.length * dim);
  for (const [i, { text }] of asked.entries()) askedVectors.set(input.questionVectors.get(text)!, i * dim);
  const known = placeQuestions(asked, rotate(askedVectors, axes, dim), centres, dim);
  const questionTerms = known.questions.map(({ text }) => termsOf(text));
  const postings = postingsOf(texts, weights, questionTerms);
  const headDim = Math.min(HEAD_DIM, dim);
  const table = fitTable(
    {
      terms: input.samples.map((sample) => [...new Set(termsOf(sample))]),
      vectors: columns(rotate(input.sampleVectors, axes, dim), dim, 0, headDim),
    },
    { terms: texts.map((terms) => [...new Set(terms)]), vectors: columns(rows, dim, 0, headDim) },
    headDim,
    { terms: tableWeights(postings, passages.length), onProgress: (done) => onProgress(0.2 + 0.7 * done) },
  );
  const { levels, step: tableStep } = levelsOf(table);
  const entries = entriesOf(postings, levels);
  const common = commonOf(entries, passages.length);
  const range = (kind: 'telling' | 'function' | 'terms', list: readonly TermEntry[]) =>
    shareOut(list, weightOf, { bytes: TERMS_BYTES, most: budget(kind) });
  const commonParts = [
    ...range(
      'telling',
      common.filter(({ term }) => !isFunctionWord(term)),
    ),
    ...range(
      'function',
      common.filter(({ term }) => isFunctionWord(term)),
    ),
  ];
  const isCommon = new Set(common);
  const rareParts = range(
    'terms',
    entries.filter((entry) => !isCommon.has(entry)),
  );
  const terms = [...commonParts, ...rareParts];

  // Texts are the most of an index, and a search wants few of them: a file holds many shards, fetched one by one from
  // hosts that know ranges; for others each is a file of its own.
  const shown = shareOut(passages, ({ text }) => text.length + 40, {
    bytes: TEXT_SHARD_BYTES,
    most: MOST_TEXT_SHARDS,
  });
  const sealed = await Promise.all(shown.map((part, i) => sealShard('text', i, encodeText(part))));
  const textFiles = input.ranges
    ? shareOut(sealed, ({ length }) => length, { bytes: TEXT_FILE_BYTES, most: budget('text') })
    : sealed.map((shard) => [shard]);

  const tails = shareOut([...cells.keys()], (cell) => cells[cell]!.length, { bytes: TAIL_ROWS, most: budget('tail') });
  const mapBody = encodeMap({
    rows: passages.length,
    dim,
    headDim,
    cellStep: CELL_STEP * spread(rows, dim),
    tableStep,
    common: commonParts
      .flatMap((part, shard) =>
        part.map(({ term, rows: { length }, levels }) => ({
          term,
          shard,
          frequency: length,
          ...(levels && { levels }),
        })),
      )
      .sort((a, b) => (a.term < b.term ? -1 : 1)),
    commonShards: commonParts.length,
    firstTerms: rareParts.map((part) => part[0]!.term),
    firstTextRows: startsOf(shown),
    textBytes: sealed.map(({ length }) => length),
    firstTextShards: startsOf(textFiles),
    firstCellRows,
    questions: known.questions.length,
    leads: known.questions.map(({ lead }) => lead),
    firstCellQuestions: known.firstCellQuestions,
    questionLengths: lengthLevels(questionTerms.map(({ length }) => length)),
    firstTailCells: startsOf(tails),
    // What weighs less than the rest counts as if it stood in a longer passage.
    lengths: lengthLevels(texts.map(({ length }, row) => length / Math.min(1, weights[row]!))),
    centres: columns(centres, dim, 0, headDim),
    bias: table.bias,
    characters: charactersFor(new Set(postings.keys())),
  });
  // Rows are measured from the centres that the reader will have.
  const map = decodeMap(mapBody, 0);
  const context = { dim, headDim, cells: cells.length };
  const basisBody = encodeBasis({ axes, tails: columns(centres, dim, headDim, dim) }, context);
  const basis = decodeBasis(basisBody, 0, context);
  const facets = facetsOf(passages);

  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const put = async (kind: ShardKind, number: number, bytes: Uint8Array<ArrayBuffer>) => {
    const name = `${language}-${ONE_A_LANE.has(kind) ? kind : `${kind}-${number}`}.${await hashOf(bytes)}.nf`;
    files.set(name, bytes);
    return name;
  };
  const write = async (kind: ShardKind, number: number, body: Uint8Array<ArrayBuffer>) =>
    put(kind, number, await sealShard(kind, number, body));
  const inCell = (cell: number, from: number, to: number) => {
    const [start, end] = rowsOf(firstCellRows, cell, passages.length);
    const [first, last] = rowsOf(map.firstCellQuestions, cell, map.questions);
    const own = columns(rows.subarray(start * dim, end * dim), dim, from, to);
    const questions = columns(known.vectors.subarray(first * dim, last * dim), dim, from, to);
    const both = new Float32Array(own.length + questions.length);
    both.set(own);
    both.set(questions, own.length);
    return both;
  };
  const cellBody = (cell: number) => {
    const centre = map.centres.subarray(cell * headDim, (cell + 1) * headDim);
    return encodeCell(inCell(cell, 0, headDim), { dim: headDim, centre, step: map.cellStep });
  };
  const rest = dim - headDim;
  const tailBody = (part: readonly number[]) =>
    encodeTail(
      part.map((cell) => inCell(cell, headDim, dim)),
      part.map((cell) => basis.tails.subarray(cell * rest, (cell + 1) * rest)),
      { dim: rest, step: map.cellStep },
    );
  const { adapter } = input;
  const adapterOf = (size: number) => adapter && encodeLaneAdapter(laneAdapter(adapter, axes, size));
  const adapters = [adapterOf(headDim), adapterOf(dim)].flatMap((body) => body ?? []);
  const listing: LaneFiles = {
    language,
    model: card.id,
    key: card.encoderKey,
    passages: passages.length,
    map: await write('map', 0, mapBody),
    basis: await write('basis', 0, basisBody),
    ...(facets && { facets: await write('facets', 0, encodeFacets(facets)) }),
    ...(input.glossary.length > 0 && { glossary: await write('glossary', 0, encodeGlossary(input.glossary)) }),
    ...(adapter && { adapters: await Promise.all(adapters.map((body, i) => write('adapter', i, body))) }),
    terms: await Promise.all(terms.map((part, i) => write('terms', i, encodeTerms(part, map)))),
    cells: await Promise.all(cells.map((_, i) => write('cell', i, cellBody(i)))),
    texts: await Promise.all(textFiles.map((part, i) => put('text', i, concat(part)))),
    tails: await Promise.all(tails.map((part, i) => write('tail', i, tailBody(part)))),
    floors: NO_FLOORS,
  };
  onProgress(1);
  return { files, listing };
}

/** Measured when the index can be asked: `floors.ts`. */
const NONE = { words: 0, coverage: 0 };
const NO_FLOORS = { keywords: NONE, instant: NONE, full: NONE };

const ONE_A_LANE: ReadonlySet<ShardKind> = new Set(['map', 'basis', 'facets', 'glossary']);

/** Function words, which every question has, and the other most frequent terms, by falling frequency. */
function commonOf(entries: readonly TermEntry[], rows: number): TermEntry[] {
  return entries
    .filter(({ term, rows: list }) => list.length > Math.max(COMMON_ROWS, isFunctionWord(term) ? 0 : COMMON * rows))
    .sort((a, b) => Number(isFunctionWord(b.term)) - Number(isFunctionWord(a.term)) || b.rows.length - a.rows.length)
    .slice(0, MOST_COMMON)
    .sort((a, b) => (a.term < b.term ? -1 : 1));
}

/** The table's vectors as levels. */
function levelsOf({ vectors }: QueryTable) {
  let squares = 0;
  let values = 0;
  for (const vector of vectors.values()) {
    for (const value of vector) squares += value * value;
    values += vector.length;
  }
  const step = TABLE_STEP * Math.sqrt(squares / Math.max(1, values)) || 1;
  const level = (value: number) => Math.max(-127, Math.min(127, Math.round(value / step)));
  return {
    step,
    levels: new Map([...vectors].map(([term, vector]) => [term, Int8Array.from(vector, level)] as const)),
  };
}

/** About what a term takes in a file. */
const weightOf = ({ rows, asked = NOBODY, levels }: TermEntry) => 4 + rows.length + asked.length + (levels ? 48 : 0);
const NOBODY = new Uint32Array();

function startsOf(parts: readonly (readonly unknown[])[]): number[] {
  let start = 0;
  return parts.map((part) => {
    start += part.length;
    return start - part.length;
  });
}

/** Of a file: enough of its SHA-256 that two versions never share a name. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
