import { answer } from '../answer/answer.ts';
import type { Answer, Hit, Passage, Refusal } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Chunk, ChunkId, DocumentId, Language } from '../core/types.ts';
import { normalise } from '../kernels/normalise.ts';
import { topScores } from '../kernels/topk.ts';
import { explain } from '../search/explain.ts';
import { bestShare } from '../search/keywords.ts';
import { confidence, standout } from '../search/refuse.ts';
import { simplify } from '../search/simplify.ts';
import { rotate } from './basis.ts';
import {
  allowedRows,
  compareSortValues,
  countFacets,
  type FacetCounts,
  type Facets,
  type Filters,
  type Sort,
} from './facets.ts';
import { feedback, fetchCells, findGroups, meaningOf, rankingVector, tableVector } from './look.ts';
import type { Manifest } from './manifest.ts';
import { fuseRows, scoreWords } from './rank.ts';
import { fetchManifest, type GetFile, laneFor, type OpenLane, openLane } from './shards.ts';
import type { ShownPage, ShownPassage } from './text.ts';

/** What answered: words alone, words and the query table, or words and the full model. */
export type SiteTier = 'keywords' | 'instant' | 'full';

/** `passage.chunk.document` is the page's URL as the index has it. */
export interface SiteHit extends Passage {
  readonly page: ShownPage;
  /** The page's value of the key that the answer is sorted by. */
  readonly sortValue?: string;
}

export interface SiteAnswer extends Omit<Answer, 'tier' | 'passages'> {
  readonly tier: SiteTier;
  readonly passages: readonly SiteHit[];
  /** Passages that hold a word of the query or lie in a cell that was looked at. */
  readonly found: number;
  /** If asked for: of the pages of the best passages, how many have each value of each filter. */
  readonly facets?: FacetCounts;
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
  /** Only passages of pages that meet all of these. */
  readonly filters?: Filters;
  /** Orders the passages that fit the query well by a value of their pages, rather than by how well they fit. */
  readonly sort?: Sort;
  /** Count the values of filters too. */
  readonly facets?: boolean;
  /** How soon to say that nothing here answers; `normal` unless told. */
  readonly refuse?: Refusal;
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
/** Facets are counted over so many of the best passages, and sorting takes its passages from so many. */
const COUNTED = 200;
const SORTED = 50;
const REMEMBERED_QUERIES = 32;
/** An answer of less confidence is refused. Not those of src/search: here nothing is known of phrases. */
const THRESHOLDS: Readonly<Record<Refusal, number>> = { off: 0, lenient: 0.15, normal: 0.4, strict: 0.65 };

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
    const { dense } = await encoder!.embed(
      card.id,
      'query',
      [lane.files.language === 'zh' ? simplify(query) : query],
      signal ? { signal } : {},
    );
    if (vectors.size >= REMEMBERED_QUERIES) vectors.delete(vectors.keys().next().value!);
    vectors.set(key, dense);
    return dense;
  };

  const ask = async (query: string, options: SiteSearchOptions): Promise<SiteAnswer> => {
    const { limit = LIMIT, signal, filters = {}, sort } = options;
    const start = performance.now();
    const lane = await laneOf(detectLanguage(query));
    const { map } = lane;
    signal?.throwIfAborted();
    const failures: unknown[] = [];
    const narrowed = Object.values(filters).some((values) => values.length > 0);
    const facets = narrowed || sort || options.facets ? await lane.facets() : undefined;
    const allowed = narrowed ? (facets ? allowedRows(facets, filters) : new Uint8Array(map.rows)) : undefined;
    const groups = await findGroups(lane, query, options.typing ?? false, failures);
    const scores = scoreWords(groups, map.rows);
    const { vector, tier } = await queryVector();
    // Where the site was taught, the adapted vector ranks; what is shown and what is refused stay with the question's own.
    const ranking = vector && (await rankingVector(lane, vector, tier, failures));
    const cells = ranking && (await fetchCells(lane, ranking, scores.scores, allowed, tier, failures));
    const meaning = vector && cells && meaningOf(vector, map, cells);
    const ranked = ranking && ranking !== vector && cells ? meaningOf(ranking, map, cells) : meaning;
    signal?.throwIfAborted();

    const first = fuseRows(scores, ranked, allowed);
    // The nearest passages say what the question is about better than the question does. What is shown and what is
    // refused goes by the question alone.
    const closer = ranking && cells && meaningOf(feedback(ranking, first, map, cells), map, cells);
    const fused = closer ? fuseRows(scores, closer, allowed) : first;
    const best = sort && facets ? sorted(sort).slice(0, limit) : topScores(fused, limit).filter(isFound);
    const none = new Uint8Array(map.rows);
    const cosine = meaning?.cosine ?? new Float32Array(map.rows).fill(Number.NaN);
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
          return [{ hit, place: { page: passage.page, ...(sort && facets && { sortValue: valueAt(sort.key, row) }) } }];
        } catch (error) {
          failures.push(error);
          return [];
        }
      }),
    );
    signal?.throwIfAborted();
    const hits = shown.flat();
    if (hits.length === 0 && failures.length > 0) throw failures[0];
    const top = topScores(ranked === meaning ? fused : fuseRows(scores, meaning, allowed), 1)[0]?.row;
    const standing = meaning && standout(meaning.estimate, lane.files.language, none);
    const features = {
      words: top === undefined || scores.total <= 0 ? 0 : scores.scores[top]! / scores.total,
      coverage: bestShare(scores.heldTelling, scores.totalTelling, none),
      ...(standing !== undefined && { meaning: standing }),
    };
    const sure = confidence(features, map.floor, lane.files.language);
    const refused = sure < THRESHOLDS[options.refuse ?? 'normal'];
    const result = { hits: hits.map(({ hit }) => hit), confidence: sure, refused, timings: {} };
    const said = answer(result, { query, language: lane.files.language, tier: 'full' });
    return {
      ...said,
      tier: meaning ? tier : 'keywords',
      passages: said.passages.map((passage, i) => ({ ...passage, ...hits[i]!.place })),
      found: fused.reduce((count, score) => count + (score > Number.NEGATIVE_INFINITY ? 1 : 0), 0),
      ...(options.facets && {
        facets: facets ? counted(facets) : {},
      }),
      notes: [...new Set(failures.map((error) => (error as Error).message))],
      timings: { search: performance.now() - start },
    };

    async function queryVector(): Promise<{ vector?: Float32Array; tier: 'instant' | 'full' }> {
      if (options.tier === 'keywords') return { tier: 'instant' };
      if (options.tier === 'full' && encoder) {
        const [dense, axes] = await Promise.all([fullVector(lane, query, signal), lane.basis()]);
        return { vector: normalise(rotate(dense, axes, map.dim)), tier: 'full' };
      }
      const vector = tableVector(map, groups);
      return { ...(vector && { vector }), tier: 'instant' };
    }

    /** A filter's own choice does not count for its values: one more of them could be chosen. */
    function counted(all: Facets): FacetCounts {
      const rows = topScores(fuseRows(scores, closer, undefined), COUNTED)
        .filter(isFound)
        .map(({ row }) => row as number);
      const counts = [...all.filters.keys()].map((key) => {
        const others = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== key));
        const met = allowedRows(all, others);
        return [
          key,
          countFacets(
            all,
            key,
            rows.filter((row) => met[row] === 1),
          ),
        ] as const;
      });
      return Object.fromEntries(counts);
    }

    function valueAt(key: string, row: number): string {
      return facets?.sorts.get(key)?.[facets.pageOf[row]!] ?? '';
    }

    /** What fits the query about as well as the best does, in the order of a page's value. */
    function sorted({ key, order }: Sort) {
      const candidates = topScores(fused, SORTED).filter(isFound);
      const least = (candidates[0]?.score ?? 0) / 2;
      return candidates
        .filter(({ score }) => score >= least)
        .sort((a, b) => compareSortValues(valueAt(key, a.row), valueAt(key, b.row), order));
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

const isFound = ({ score }: { readonly score: number }) => score > Number.NEGATIVE_INFINITY;

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
