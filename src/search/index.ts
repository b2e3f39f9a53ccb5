import type { Hit, Query, Reason } from '../core/answer.ts';
import { discard } from '../core/discard.ts';
import type { Chunk, ChunkId, Cosine, DocumentId, Segment, UnitVector } from '../core/types.ts';
import { kernelInfo } from '../kernels/kernels.ts';
import type { PackedRows } from '../kernels/packed-rows.ts';
import { topScores } from '../kernels/topk.ts';
import { analyse } from './analyse.ts';
import { turnCloser } from './closer.ts';
import { createVectors } from './dense.ts';
import { explain as explainHit } from './explain.ts';
import { featuresOf } from './features.ts';
import { FEEDBACK_PASSAGES, feedbackWords } from './feedback.ts';
import { roomForWords, standardiseLanes, takeApart, weightOfWords } from './fuse.ts';
import { partsOf } from './indexed-text.ts';
import { scoreWords } from './keywords.ts';
import { follow, knownFirst } from './lead.ts';
import { type AskedWord, createLexicon } from './lexicon.ts';
import type { Postings } from './postings.ts';
import { createQuestions } from './questions.ts';
import { CERTAIN, confidence, THRESHOLDS } from './refuse.ts';
import { createScores } from './scores.ts';
import type { Judged, Method, SearchIndex, SearchIndexOptions, SearchSettings } from './search-index.ts';
import { createSparseVectors } from './sparse.ts';
import { stopwatch } from './stopwatch.ts';
import { createFloors } from './strangers.ts';
import { searchableText } from './text.ts';
import { togetherIn } from './together.ts';
import { findVerbatim, keepVerbatim } from './verbatim.ts';

export { ANALYSER_VERSION } from './analyse.ts';
export { crossRerank, wasAnswer } from './cross.ts';
export { readSearchBlocks, type SearchBlocks, searchBlocks } from './derived.ts';
export { expandBy } from './expand.ts';
export { tokensOf } from './query-words.ts';
export type { KnownQuestion } from './questions.ts';
export { createReranker, RERANK_DEPTH, type Reranker, type RerankOptions, type StoredTokens } from './rerank.ts';
export type * from './search-index.ts';
export { simplify } from './simplify.ts';
export { strangers } from './strangers.ts';

/** So many of the best by estimated cosines are scored exactly, or four times as many as are wanted. */
const CANDIDATES = 100;

/** Takes segments of any mix of models and languages; a vector is only ever compared with vectors of its own `ModelKey`. */
export function createSearchIndex({ bm25, fields, exactRows, expected }: SearchIndexOptions = {}): SearchIndex {
  const lexicon = createLexicon(bm25);
  const vectors = createVectors(exactRows, expected);
  const sparseVectors = createSparseVectors();
  const chunks: Chunk[] = [];
  const here = { chunks, lexicon, vectors };
  const floors = createFloors((query) => featuresOf(query, rank(query), here));
  let rowOfChunk: Map<ChunkId, number> | undefined;
  const rowOf = (id: ChunkId) => {
    rowOfChunk ??= new Map(chunks.map((chunk, row) => [chunk.id, row]));
    return rowOfChunk.get(id);
  };
  const roomFor = (text: string) => roomForWords(lexicon.meanLength, analyse(text).length);
  let questions = createQuestions(rowOf);

  /** Rows that this search may not return. */
  function barred(documents?: ReadonlySet<DocumentId>): Uint8Array {
    const skip = lexicon.dead();
    if (documents) for (const [row, chunk] of chunks.entries()) if (!documents.has(chunk.document)) skip[row] = 1;
    return skip;
  }

  function kill(row: number): void {
    lexicon.kill(row);
    vectors.kill(row);
  }

  /** BM25, with the query as a whole as one more word, and with what else may be meant. */
  function wordsOf(text: string, { typing, also = [] }: Pick<Query, 'typing' | 'also'>, barred?: Uint8Array) {
    const { groups, scores, total, whole, coverage } = scoreWords(text, lexicon, typing, barred);
    const words = scores.slice(); // the lexicon's own hold until it is asked again
    let telling = coverage;
    const verbatim = groups.length > 1 ? findVerbatim(text, whole, words, (row) => searchableText(chunks[row]!)) : [];
    // The rarer, the more it tells.
    for (const row of verbatim) words[row]! += lexicon.idf(verbatim.length);
    const others =
      text === ''
        ? []
        : also.flatMap(({ text: other, weight }) => {
            const asked = scoreWords(other, lexicon, false, barred);
            for (let row = 0; row < words.length; row++) words[row]! += weight * asked.scores[row]!;
            telling = Math.max(telling, weight * asked.coverage);
            return asked.groups;
          });
    return { groups: [...groups, ...others], own: groups, words, verbatim, total, telling };
  }

  /** What the learned-sparse retriever says, and whether the query has a vector for it at all. */
  function learnedOf(asked: Query['vectors'], skip: Uint8Array) {
    const shared = sparseVectors.score(asked, chunks.length, skip);
    const learned = standardiseLanes(shared, sparseVectors.lanes(), skip);
    return { shared, learned, isLearned: asked.some(({ sparse }) => sparse) };
  }

  /** One score a row, and what it is made of; −∞ for a row that may not be returned or that nothing speaks for. */
  function rank(
    query: Query,
    { method = 'fused', without = [], fusion }: SearchSettings = {},
    lap: (stage: string) => void = () => {},
    more: readonly AskedWord[] = [],
  ) {
    const asks = (one: Exclude<Method, 'fused'>) => (method === 'fused' ? !without.includes(one) : method === one);
    const rows = chunks.length;
    const skip = barred(query.documents);
    const asked = wordsOf(asks('bm25') ? query.text : '', query, query.documents && skip);
    const { words } = asked;
    if (more.length > 0) {
      const { scores } = lexicon.ask(more);
      for (let row = 0; row < rows; row++) words[row]! += scores[row]!;
    }
    lap('bm25');

    // An adapter was trained to rank; whether anything here answers is for the query as it was asked.
    const meant = vectors.ask(asks('dense') ? query.vectors : [], rows, skip, query.documents !== undefined);
    const { cosine, ranking, standard: meaning } = meant;
    lap('dense');

    const { shared, learned, isLearned } = learnedOf(asks('sparse') ? query.vectors : [], skip);
    lap('sparse');

    const room = roomFor(query.text);
    const weight = weightOfWords(room);
    const said = { words, cosine, ranking, meaning, shared, weight, ...(isLearned && { learned }) };
    const scores = createScores(said, skip, method, fusion);
    let score = scores.all();
    if (!meant.exact) {
      // The best by estimates, and the nearest by meaning, which say whether anything here answers.
      const depth = Math.max(CANDIDATES, 4 * query.k);
      const candidates = [score, cosine].flatMap((some) => topScores(some, depth)).map(({ row }) => row as number);
      const some = [...new Set(candidates)];
      meant.refine(some);
      score = scores.again(score, some);
    }
    const leads = method === 'fused' ? questions.leads(query, lexicon.live, asks('bm25'), asks('dense')) : [];
    const led = follow(leads, { words, cosine: ranking, lift: meant.lift });
    const certain = asked.verbatim.length > 0 || [...led.values()].some(({ row, same }) => same && skip[row] === 0);
    if (led.size > 0) score = knownFirst(scores.all(), led, skip);
    // By ranks, scores are no measure of how likely an answer is.
    const steps = method === 'fused' && fusion !== 'ranks' && asks('dense') && !without.includes('rocchio');
    /** The scores of the same question, nearer to what its likeliest passages say. To be asked for once. */
    const closer = () => {
      const turned = steps ? turnCloser(query, score, Math.max(CANDIDATES, 4 * query.k), chunks, vectors, meant) : [];
      return turned.length === 0 ? score : knownFirst(scores.again(score, turned), led, skip);
    };
    return { ...asked, room, skip, cosine, meaning, learned, score, led, certain, closer };
  }

  function fedBack({ text }: Query, score: Float32Array): AskedWord[] {
    const passages = topScores(score, FEEDBACK_PASSAGES).map(({ row }) => searchableText(chunks[row]!));
    return feedbackWords(text, passages, lexicon, lexicon.live);
  }

  function judge(query: Query, ranking: ReturnType<typeof rank>): Judged {
    const features = featuresOf(query, ranking, here);
    const floor = floors.of(query.language, lexicon.live, query.strangers);
    return { features, floor, certain: ranking.certain };
  }

  function take(
    segment: Omit<Segment, 'vectors'>,
    dense: Float32Array | PackedRows,
    postings: Iterable<Postings>,
    gone: Iterable<number> = [],
  ): number {
    const base = chunks.length;
    for (const chunk of segment.chunks) chunks.push(chunk);
    rowOfChunk = undefined;
    vectors.add(segment, base, dense);
    sparseVectors.add(segment, base);
    for (const part of postings) lexicon.add(part);
    for (const row of gone) kill(base + row);
    return base;
  }

  return {
    add(segment, gone) {
      return take(segment, segment.vectors, partsOf(segment.chunks, fields), gone);
    },
    load: (segment, { postings, packed }, gone) => take(segment, packed, [postings], gone),
    supply: (first, values) => vectors.supply(first, values),
    drop(first, rows) {
      for (let row = first; row < first + rows; row++) kill(row);
    },

    remove(documents) {
      const gone = new Set(documents);
      for (const [row, chunk] of chunks.entries()) if (gone.has(chunk.document)) kill(row);
      questions.remove(gone);
    },
    addQuestions: (some) => questions.add(some),
    setQuestions(some) {
      questions = createQuestions(rowOf);
      questions.add(some);
    },
    forgetQuestions: (ids) => questions.forget(new Set(ids)),

    search(query, settings = {}) {
      const clock = stopwatch();
      // Whether anything here answers is for the question as it was asked.
      const first = rank(query, settings, clock.lap);
      const ranking = settings.feedback ? rank(query, settings, clock.lap, fedBack(query, first.score)) : first;
      const { features, floor } = judge(query, first);
      clock.lap('refuse');
      const { groups, own, words, verbatim, cosine, meaning, learned, led } = ranking;
      const score = ranking.closer();
      const ranked = topScores(score, query.k).map(({ row }) => row as number);
      const best = verbatim.length === 0 ? ranked : keepVerbatim(ranked, verbatim, query.k);
      clock.lap('fuse');

      const evidence = (row: number) => ({
        words: words[row]!,
        cosine: cosine[row]!,
        meaning: meaning[row]!,
        learned: learned[row]!,
        verbatim: verbatim.includes(row),
        ...(led.has(row) && { lead: led.get(row)! }),
      });
      const why = new Map(best.map((row) => [chunks[row]!, evidence(row)]));
      const explain = (hit: Hit): Hit => {
        const { reasons, matches } = explainHit(query.text, groups, hit.chunk, why.get(hit.chunk)!);
        const since = hit.reasons.filter(({ kind }) => kind !== 'verbatim' && kind !== 'question');
        return { ...hit, reasons: [...reasons, ...since], matches };
      };
      const found = best.map((row): Hit => {
        const lead = led.get(row);
        const reasons: Reason[] = lead?.same ? [{ kind: 'question', question: lead.question, score: 1 }] : [];
        if (verbatim.includes(row)) reasons.push({ kind: 'verbatim', text: query.text });
        return { chunk: chunks[row]!, model: vectors.modelAt(row), score: score[row]!, reasons, matches: [] };
      });
      const hits = settings.explain === false ? found : found.map(explain);
      clock.lap('explain');
      const sure = ranking.certain ? CERTAIN : confidence(features, floor, query.language);
      // What is said of every row is known by now, and too much to wait for the collector: 30 MB at a million passages.
      const told = [first, ranking].flatMap((one) => [one.words, one.cosine, one.meaning, one.learned, one.score]);
      discard(...new Set([...told, score, first.skip, ranking.skip].map(({ buffer }) => buffer)));
      const refused = sure < THRESHOLDS[query.refuse ?? 'normal'];
      return {
        hits,
        confidence: sure,
        refused,
        timings: clock.times,
        explain,
        together: togetherIn(own, ranking.room),
      };
    },

    *prepare(language, strangers) {
      yield* floors.ask(language, lexicon.live, strangers);
      yield* lexicon.merge();
    },
    judge: (query) => judge(query, rank(query)),

    apart({ text, vectors: asked, ...rest }) {
      const skip = lexicon.dead();
      const { words } = wordsOf(text, rest);
      const { learned, isLearned } = learnedOf(asked, skip);
      return takeApart(words, skip, isLearned ? learned : undefined, weightOfWords(roomFor(text)));
    },

    live() {
      const skip = lexicon.dead();
      return chunks.flatMap((chunk, row) => (skip[row] === 0 ? [{ row, chunk, model: vectors.modelAt(row) }] : []));
    },

    vectors(rows) {
      const dim = rows.length > 0 ? vectors.vector(rows[0]!).length : 0;
      const values = new Float32Array(rows.length * dim);
      for (const [i, row] of rows.entries()) values.set(vectors.vector(row), i * dim);
      return { dim, values };
    },
    nearest(id, k) {
      const row = rowOf(id);
      if (row === undefined) return [];
      const query = { model: vectors.modelAt(row), values: vectors.vector(row) as UnitVector };
      const { cosine, exact, refine } = vectors.ask([query], chunks.length, lexicon.dead(), false);
      cosine[row] = Number.NaN;
      if (!exact) refine(topScores(cosine, Math.max(CANDIDATES, 4 * k)).map((one) => one.row as number));
      return topScores(cosine, k).map((one) => ({ chunk: chunks[one.row]!, cosine: one.score as Cosine }));
    },

    status: () => ({ kernels: kernelInfo(), lanes: vectors.status() }),
    stats: () => ({ chunks: lexicon.live, postings: lexicon.postings, models: [...vectors.lanes().keys()] }),
  };
}
