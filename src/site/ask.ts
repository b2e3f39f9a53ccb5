import { answer } from '../answer/answer.ts';
import type { Hit } from '../core/answer.ts';
import type { Chunk, ChunkId, DocumentId } from '../core/types.ts';
import { normalise } from '../kernels/normalise.ts';
import { topScores } from '../kernels/topk.ts';
import { explain } from '../search/explain.ts';
import { CERTAIN, confidence, INSTANT, THRESHOLDS } from '../search/refuse.ts';
import { rotate } from './basis.ts';
import { allowedRows, compareSortValues, countFacets, type FacetCounts, type Facets, type Sort } from './facets.ts';
import { JUDGED, judgeHits } from './judge.ts';
import { leadOn } from './leads.ts';
import { feedback, fetchCells, likenessIn, meaningOf, rankingVector, tableVector } from './look.ts';
import { fuseLed, type Meaning, weightOfWords } from './rank.ts';
import { findWords } from './say.ts';
import type { OpenLane, Vectors } from './shards.ts';
import type { SiteAnswer, SiteHit, SiteJudged, SiteSearchOptions } from './site-index.ts';
import type { ShownPassage } from './text.ts';

/** The full model's vector of the query, of length 1; see `reader.ts`. */
export type EncodeQuery = (lane: OpenLane, query: string, signal?: AbortSignal) => Promise<Float32Array>;

/** What the full tier asks with: see `reader.ts`. */
export interface FullModel {
  readonly encode: EncodeQuery;
  /** The hits in a better order, the first `depth` read again; nothing where none is to be had. */
  readonly reread: (
    lane: OpenLane,
    query: string,
    hits: readonly Hit[],
    depth: number,
    signal?: AbortSignal,
  ) => Promise<readonly Hit[] | undefined>;
}

const LIMIT = 10;
/**
 * Passages that are read again, and so fetched. nDCG@10 on vue-docs-en with 0, 5, 10, 15, 20, 50 of them: .700, .726, .733,
 * .735, .734, .738; on vue-docs-zh .637, .642, .648, .660, .657, .655.
 */
const READ_AGAIN = 16;
/** Facets are counted over so many of the best passages, and sorting takes its passages from so many. */
const COUNTED = 200;
const SORTED = 50;

/**
 * One search of one lane.
 *
 * @param model for `tier: 'full'`; without it the instant tier answers.
 */
export async function ask(
  lane: OpenLane,
  query: string,
  options: SiteSearchOptions,
  model?: Pick<FullModel, 'encode'> & Partial<FullModel>,
): Promise<{ readonly answer: SiteAnswer; readonly judged: SiteJudged }> {
  const { limit = LIMIT, signal, filters = {}, sort } = options;
  const start = performance.now();
  const { map, files } = lane;
  const { language } = files;
  const failures: unknown[] = [];
  const narrowed = Object.values(filters).some((values) => values.length > 0);
  const facets = narrowed || sort || options.facets ? await lane.facets() : undefined;
  const allowed = narrowed ? (facets ? allowedRows(facets, filters) : new Uint8Array(map.rows)) : undefined;
  const said = await findWords(lane, query, options.typing ?? false, failures);
  const { groups } = said;
  const { scores: byWords } = leadOn(map, said).words;
  const { vector, vectors, tier } = await queryVector();
  // Where the site was taught, the adapted vector ranks; what is shown and what is refused stay with the question's own.
  const ranking = vector && (await rankingVector(lane, vector, tier, failures));
  const cells = ranking && (await fetchCells(lane, vectors, ranking, byWords, allowed, tier, failures));
  const meaning = vector && cells && meaningOf(vector, map, vectors, cells);
  await breathe();
  const ranked = ranking && ranking !== vector && cells ? meaningOf(ranking, map, vectors, cells) : meaning;
  signal?.throwIfAborted();

  const weight = tier === 'instant' ? weightOfWords(groups, map.rows) : undefined;
  const rank = (meaning: Meaning | undefined) => fuseLed(leadOn(map, said, meaning), said.same, allowed, weight);
  const first = rank(ranked);
  await breathe();
  // The nearest passages say what the question is about better than the question does. What is shown and what is
  // refused goes by the question alone.
  const closer = ranking && cells && meaningOf(feedback(ranking, first, map, cells), map, vectors, cells);
  const fused = closer ? rank(closer) : first;
  const again = options.reread && tier === 'full' && !sort && !files.adapters ? model?.reread : undefined;
  const best =
    sort && facets
      ? sorted(sort).slice(0, limit)
      : topScores(fused, again ? Math.max(limit, READ_AGAIN) : limit).filter(isFound);
  const cosine = meaning?.cosine ?? new Float32Array(map.rows).fill(Number.NaN);
  const shown = await Promise.all(
    best.map(async ({ row, score }) => {
      try {
        const passage = await lane.passage(row);
        const chunk = asChunk(passage, row);
        const evidence = {
          words: byWords[row]!,
          cosine: cosine[row]!,
          meaning: meaning?.standard[row] ?? Number.NaN,
          verbatim: false,
        };
        const hit: Hit = { chunk, score, ...explain(query, said.words.groups, chunk, evidence) };
        return [{ hit, place: { page: passage.page, ...(sort && facets && { sortValue: valueAt(sort.key, row) }) } }];
      } catch (error) {
        failures.push(error);
        return [];
      }
    }),
  );
  signal?.throwIfAborted();
  const all = shown.flat();
  if (all.length === 0 && failures.length > 0) throw failures[0];
  const better = again && (await rereadHits(again));
  const places = new Map(all.map(({ hit, place }) => [hit.chunk.id, place]));
  const hits = (better ?? all.map(({ hit }) => hit)).slice(0, limit);
  const own = ranked === meaning ? first : rank(meaning);
  const leading = topScores(own, JUDGED);
  const reached = meaning ? tier : 'keywords';
  const texts = all.slice(0, JUDGED).map(({ hit }) => hit.chunk);
  const scores = { ...said.words, scores: byWords };
  const { telling } = said;
  const same = [...said.same].some((row) => allowed?.[row] !== 0);
  const likeness = vector && cells && tier === 'full' ? likenessIn(map, cells, vector.length) : undefined;
  const found = { scores, telling, same, meaning, best: leading, likeness, texts, language };
  const judged = { ...judgeHits(query, found), floor: files.floors[reached] };
  const fit = reached === 'instant' ? INSTANT : undefined;
  const sure = judged.certain ? CERTAIN : confidence(judged.features, judged.floor, language, fit);
  const refused = sure < THRESHOLDS[options.refuse ?? 'normal'];
  const result = { hits, confidence: sure, refused, timings: {} };
  const told = answer(result, { query, language, tier: 'full', reranked: better !== undefined });
  const passages = told.passages.map((passage): SiteHit => ({ ...passage, ...places.get(passage.chunk.id)! }));
  return {
    judged,
    answer: {
      ...told,
      tier: reached,
      passages,
      found: fused.reduce((count, score) => count + (score > Number.NEGATIVE_INFINITY ? 1 : 0), 0),
      ...(options.facets && {
        facets: facets ? counted(facets) : {},
      }),
      notes: [...new Set(failures.map((error) => (error as Error).message))],
      timings: { search: performance.now() - start },
    },
  };

  async function queryVector(): Promise<{ vector?: Float32Array; vectors: Vectors; tier: 'instant' | 'full' }> {
    if (options.tier === 'full' && model) {
      const [dense, whole] = await Promise.all([model.encode(lane, query, signal), lane.whole()]);
      return { vector: normalise(rotate(dense, whole.axes, map.dim)), vectors: whole, tier: 'full' };
    }
    const vector = options.tier === 'keywords' ? undefined : tableVector(map, groups);
    return { ...(vector && { vector }), vectors: lane.head, tier: 'instant' };
  }

  /** What is known to answer this very question stays where it is. */
  async function rereadHits(reread: FullModel['reread']): Promise<readonly Hit[] | undefined> {
    const isKnown = ({ chunk }: Hit) => said.same.has(chunk.ordinal);
    const some = all.map(({ hit }) => hit);
    try {
      const others = await reread(
        lane,
        query,
        some.filter((hit) => !isKnown(hit)),
        READ_AGAIN,
        signal,
      );
      return others && [...some.filter(isKnown), ...others];
    } catch {
      // Nothing is missing from the answer; it only was not bettered.
      signal?.throwIfAborted();
      return undefined;
    }
  }

  /** A filter's own choice does not count for its values: one more of them could be chosen. */
  function counted(all: Facets): FacetCounts {
    const rows = topScores(fuseLed(leadOn(map, said, closer), said.same, undefined, weight), COUNTED)
      .filter(isFound)
      .map(({ row }) => row as number);
    const counts = [...all.filters.keys()].map((key) => {
      const others = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== key));
      const met = allowedRows(all, others);
      const some = rows.filter((row) => met[row] === 1);
      return [key, countFacets(all, key, some)] as const;
    });
    return Object.fromEntries(counts);
  }

  function valueAt(key: string, row: number): string {
    return facets?.sorts.get(key)?.[facets.pageOf[row]!] ?? '';
  }

  /** What fits the query a quarter as well as the best does, or better, in the order of a page's value. */
  function sorted({ key, order }: Sort) {
    const candidates = topScores(fused, SORTED).filter(isFound);
    const least = (candidates[0]?.score ?? 0) / 4;
    return candidates
      .filter(({ score }) => score >= least)
      .sort((a, b) => compareSortValues(valueAt(key, a.row), valueAt(key, b.row), order));
  }
}

/** Lets the page draw and hear keys between two steps that are not short on a slow machine. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve));

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
