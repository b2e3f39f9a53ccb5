import { answer } from '../answer/answer.ts';
import type { Answer, Hit, Passage } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Chunk, ChunkId, DocumentId, Language } from '../core/types.ts';
import { normalise } from '../kernels/normalise.ts';
import { topScores } from '../kernels/topk.ts';
import { explain } from '../search/explain.ts';
import { fold } from '../search/fold.ts';
import { bestShare } from '../search/keywords.ts';
import { confidence, standout } from '../search/refuse.ts';
import { NO_WORDS } from '../search/vocabulary.ts';
import { groupsOf } from '../search/words.ts';
import type { Cell } from './cell.ts';
import type { Manifest } from './manifest.ts';
import { rangeOf } from './map.ts';
import { centreScores, type FoundGroup, fuseRows, type Meaning, scoreMeaning, scoreWords } from './rank.ts';
import { fetchManifest, type GetFile, laneFor, type OpenLane, openLane } from './shards.ts';
import type { TermEntry } from './terms.ts';
import type { ShownPage, ShownPassage } from './text.ts';

/** What answered: words alone, words and the query table, or words and the full model. */
export type SiteTier = 'keywords' | 'instant' | 'full';

/** `passage.chunk.document` is the page's URL as the index has it. */
export interface SiteHit extends Passage {
  readonly page: ShownPage;
}

export interface SiteAnswer extends Omit<Answer, 'tier' | 'passages'> {
  readonly tier: SiteTier;
  readonly passages: readonly SiteHit[];
  /** Passages that hold a word of the query or lie in a cell that was looked at. */
  readonly found: number;
  /** One sentence for each part of the index that could not be used; the rest was. */
  readonly notes: readonly string[];
}

export interface SiteSearchOptions {
  /** Passages wanted; 10 unless told. */
  readonly limit?: number;
  /** The person is still typing the last word. */
  readonly typing?: boolean;
  /** The best tier wanted; `instant` unless told. `full` needs an encoder. */
  readonly tier?: SiteTier;
  readonly signal?: AbortSignal;
}

export interface SiteIndexOptions {
  readonly getFile: GetFile;
  /** For `tier: 'full'`: encodes queries with the lane's model. */
  readonly encoder?: Pick<Encoder, 'load' | 'embed'>;
}

/** A static index, open for questions. Nothing is fetched before the first. */
export interface SiteIndex {
  /** Fetches what every search needs (manifest and the first lane's map), ahead of the first. Failures wait for the search. */
  warm(): void;
  /** @throws EngineError if the manifest or the lane's map cannot be had; an abort throws the signal's reason. */
  search(query: string, options?: SiteSearchOptions): Promise<SiteAnswer>;
}

const LIMIT = 10;
/** Cells looked at: those nearest to the query, then those of the best rows by words. */
const NEAREST_CELLS = 4;
const WORDS_CELLS = 2;
const REMEMBERED_QUERIES = 32;
/** As in src/search. */
const THRESHOLD = 0.4;

export function openSite({ getFile, encoder }: SiteIndexOptions): SiteIndex {
  let opening: Promise<Manifest> | undefined;
  const lanes = new Map<string, Promise<OpenLane>>();
  const vectors = new Map<string, Float32Array>();

  const manifest = () => {
    opening ??= fetchManifest(getFile);
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  const laneOf = async (language: Language) => {
    const files = laneFor(await manifest(), language);
    if (!files) throw new EngineError('bad-input', 'This search index holds no pages; build the site again.');
    const known = lanes.get(files.map) ?? openLane(getFile, files);
    lanes.set(files.map, known);
    known.catch(() => lanes.delete(files.map));
    return known;
  };
  /** After a deploy the old files may be gone: look whether there is a new version, and forget the old one if so. */
  const renewed = async (stale: Manifest) => {
    const fresh = await fetchManifest(getFile);
    if (JSON.stringify(fresh) === JSON.stringify(stale)) return false;
    opening = Promise.resolve(fresh);
    lanes.clear();
    return true;
  };
  const fullVector = async (lane: OpenLane, query: string, signal?: AbortSignal) => {
    const key = `${lane.files.key}\n${query}`;
    const known = vectors.get(key);
    if (known) return known;
    const card = await encoder!.load(lane.files.model, signal ? { signal } : {});
    if (card.key !== lane.files.key) {
      throw new EngineError(
        'model-mismatch',
        `The index was built with another ${card.id} than the one here; build the site again.`,
      );
    }
    const { dense } = await encoder!.embed(card.id, 'query', [query], signal ? { signal } : {});
    if (vectors.size >= REMEMBERED_QUERIES) vectors.delete(vectors.keys().next().value!);
    vectors.set(key, dense);
    return dense;
  };

  const ask = async (query: string, options: SiteSearchOptions): Promise<SiteAnswer> => {
    const { limit = LIMIT, signal } = options;
    const start = performance.now();
    const language = detectLanguage(query);
    const lane = await laneOf(language);
    signal?.throwIfAborted();
    const failures: unknown[] = [];
    const groups = await findGroups(lane, query, options.typing ?? false, failures);
    const scores = scoreWords(groups, lane.map.rows);
    const [vector, tier] = await queryVector();
    const meaning = vector && (await lookAtCells(lane, vector, scores.scores, failures));
    signal?.throwIfAborted();

    const fused = fuseRows(scores, meaning);
    const best = topScores(fused, limit);
    const none = new Uint8Array(lane.map.rows);
    const cosine = meaning?.cosine ?? new Float32Array(lane.map.rows).fill(Number.NaN);
    const shown = await Promise.all(
      best.map(async ({ row, score }) => {
        try {
          const passage = await lane.passage(row);
          const chunk = asChunk(passage, row);
          const evidence = {
            words: scores.scores[row]!,
            cosine: cosine[row]!,
            meaning: meaning?.standard[row] ?? Number.NaN,
            verbatim: false,
          };
          const hit: Hit = { chunk, score, ...explain(query, scores.groups, chunk, evidence) };
          return [{ hit, page: passage.page }];
        } catch (error) {
          failures.push(error);
          return [];
        }
      }),
    );
    signal?.throwIfAborted();
    const hits = shown.flat();
    if (hits.length === 0 && failures.length > 0) throw failures[0];
    const top = best[0]?.row;
    const standing = meaning && standout(meaning.estimate, lane.files.language, none);
    const features = {
      words: top === undefined || scores.total <= 0 ? 0 : scores.scores[top]! / scores.total,
      coverage: bestShare(scores.heldTelling, scores.totalTelling, none),
      ...(standing !== undefined && { meaning: standing }),
    };
    const sure = confidence(features, lane.map.floor, lane.files.language);
    const result = { hits: hits.map(({ hit }) => hit), confidence: sure, refused: sure < THRESHOLD, timings: {} };
    const said = answer(result, { query, language: lane.files.language, tier: 'full' });
    return {
      ...said,
      tier: meaning ? tier : 'keywords',
      passages: said.passages.map((passage, i) => ({ ...passage, page: hits[i]!.page })),
      found: fused.reduce((count, score) => count + (score > Number.NEGATIVE_INFINITY ? 1 : 0), 0),
      notes: [...new Set(failures.map((error) => (error as Error).message))],
      timings: { search: performance.now() - start },
    };

    async function queryVector(): Promise<[Float32Array | undefined, SiteTier]> {
      if (options.tier === 'keywords') return [undefined, 'keywords'];
      if (options.tier === 'full' && encoder) return [await fullVector(lane, query, signal), 'full'];
      return [tableVector(lane, groups), 'instant'];
    }
  };

  return {
    warm() {
      manifest()
        .then(({ lanes }) => lanes[0] && laneOf(lanes[0].language))
        .catch(() => {});
    },
    async search(query, options = {}) {
      options.signal?.throwIfAborted();
      const before = await manifest();
      try {
        const said = await ask(query, options);
        if (said.notes.length === 0 || !(await renewed(before).catch(() => false))) return said;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!(error instanceof EngineError) || !(await renewed(before))) throw error;
      }
      return ask(query, options);
    },
  };
}

/** The query's words with what the index has for them. A range that cannot be had costs its words, not the search. */
async function findGroups(lane: OpenLane, query: string, typing: boolean, failures: unknown[]): Promise<FoundGroup[]> {
  const groups = groupsOf(query, NO_WORDS);
  return Promise.all(
    groups.map(async (group, i): Promise<FoundGroup> => {
      const unfinished = typing && i === groups.length - 1 && query.endsWith(group.text);
      try {
        const { term } = group.alternatives[0]!;
        const entry = await lane.term(term);
        const more = unfinished ? completions(await lane.neighbours(fold(group.text)), term, fold(group.text)) : [];
        return {
          ...group,
          alternatives: [
            ...group.alternatives,
            ...more.map((entry) => ({ term: entry.term, weight: COMPLETION_WEIGHT })),
          ],
          entries: [entry, ...more],
        };
      } catch (error) {
        failures.push(error);
        return { ...group, entries: [undefined] };
      }
    }),
  );
}

const COMPLETIONS = 50;
const COMPLETION_WEIGHT = 0.8;

/** Terms that begin with what was typed, the most frequent first. */
function completions(entries: readonly TermEntry[], term: string, prefix: string): TermEntry[] {
  return entries
    .filter((entry) => entry.term.startsWith(prefix) && entry.term !== term)
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, COMPLETIONS);
}

/** The query's vector by the table; nothing if it has none of the words. */
function tableVector({ map }: OpenLane, groups: readonly FoundGroup[]): Float32Array | undefined {
  const rows = groups.flatMap(({ entries }) => entries[0]?.vector ?? []);
  if (rows.length === 0) return undefined;
  const sum = map.bias.slice();
  for (const row of rows) for (let i = 0; i < sum.length; i++) sum[i]! += row[i]!;
  return normalise(sum);
}

/** Scores the cells nearest to the query and those of the best rows by words. */
async function lookAtCells(
  lane: OpenLane,
  query: Float32Array,
  words: Float32Array,
  failures: unknown[],
): Promise<Meaning | undefined> {
  const nearest = topScores(centreScores(query, lane.map), NEAREST_CELLS).map(({ row }) => row as number);
  const byWords = topScores(words, 10)
    .filter(({ score }) => score > 0)
    .map(({ row }) => rangeOf(lane.map.firstCellRows, row))
    .filter((cell) => !nearest.includes(cell));
  const wanted = [...nearest, ...[...new Set(byWords)].slice(0, WORDS_CELLS)];
  const cells = new Map<number, Cell>();
  await Promise.all(
    wanted.map(async (cell) => {
      try {
        cells.set(cell, await lane.cell(cell));
      } catch (error) {
        failures.push(error);
      }
    }),
  );
  return cells.size === 0 ? undefined : scoreMeaning(query, lane.map, cells);
}

function asChunk({ page, headings, anchor, text }: ShownPassage, row: number): Chunk {
  return {
    id: `${page.url}#${row}` as ChunkId,
    document: page.url as DocumentId,
    ordinal: row,
    title: page.title,
    headings,
    text,
    start: 0,
    end: text.length,
    textStart: 0,
    textEnd: text.length,
    ...(anchor && { anchor }),
  };
}
