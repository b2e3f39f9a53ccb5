import type { Hit, QueryVector } from '../../core/answer.ts';
import type { Embeddings } from '../../core/encoder.ts';
import type { WeightedTerm } from '../../core/expansion.ts';
import { sparseRow } from '../../core/sparse.ts';
import type { Chunk, FieldWeights, ModelCard, Segment, UnitVector } from '../../core/types.ts';
import {
  createSearchIndex,
  type Found,
  type KnownQuestion,
  type Method,
  type Reranker,
  type SearchSettings,
  tokensOf,
} from '../../search/index.ts';
import type { Collection, Question } from './collection.ts';
import { auroc, bootstrap, type Figures, figures, mean } from './metrics.ts';

/** Figures of one retriever over a collection, and the 95 % interval of each. */
export interface Report extends Figures {
  /** Questions that have a relevant unit. */
  readonly n: number;
  readonly ci: Readonly<Record<keyof Figures, readonly [low: number, high: number]>>;
}
export interface RefusalReport {
  /** Answerable questions against those of this kind, by confidence. */
  readonly auroc: number;
  /** Share of the answerable questions that were refused, and of this kind's. */
  readonly falseRefusal: number;
  readonly trueRefusal: number;
  readonly n: number;
}
export interface Evaluation {
  readonly retrievers: Readonly<Record<string, Report>>;
  readonly refusal: Readonly<Record<string, RefusalReport>>;
}

/** What the index is made of and asked with: passages and questions, in their order, and what a model made of them. */
export interface Prepared {
  readonly passages: readonly Chunk[];
  /** What a word counts by where it stands. */
  readonly fields?: FieldWeights;
  /** What a glossary says of each question. */
  readonly also?: readonly (readonly WeightedTerm[])[];
  /** Absent when there is no model. */
  readonly model?: {
    readonly card: ModelCard;
    readonly passages: Embeddings;
    readonly questions: Embeddings;
    /** The questions with what a glossary says they mean, as the engine has them encoded. */
    readonly meant?: Embeddings;
    /** The passages' own questions, as `knownQuestions` has them. */
    readonly known: Embeddings;
    /** The questions that refusal is calibrated by: `strangers(language)`. */
    readonly strangers: Embeddings;
    readonly reranker?: Reranker;
    /** Reads the first hits of `full` once more. */
    readonly cross?: (query: string, hits: readonly Hit[]) => Promise<readonly Hit[]>;
    /** Tokens of the questions' instruction. */
    readonly instruction: number;
  };
}

interface Judged {
  readonly question: Question;
  readonly confidence: number;
  readonly refused: boolean;
}

const DEPTH = 100;
/** Passages asked for where documents have several: the best of each is its rank. */
const PASSAGES = 500;
const FIGURES = ['ndcg10', 'mrr10', 'recall10', 'recall100'] as const;

/** A way of searching that gets a row in the table. */
interface Way {
  readonly name: string;
  readonly settings: SearchSettings;
  readonly isReranked: boolean;
  /** By the cross-encoder too. */
  readonly isCrossed?: boolean;
  /** Without the glossary that there is. */
  readonly isPlain?: boolean;
}

/**
 * Every way of searching there is: each retriever alone, together, and read again; with `ablate` also all of it with one
 * method off in turn (`without bm25`, …), and with what is off unless told (`with feedback`).
 */
function waysOf({ model, also }: Prepared, ablate: boolean): Way[] {
  const parts: Exclude<Method, 'fused'>[] = model
    ? ['bm25', 'dense', ...(model.card.sparse ? ['sparse' as const] : [])]
    : ['bm25'];
  const ways: Way[] = parts.map((method) => ({ name: method, settings: { method }, isReranked: false }));
  if (!model) return ways;
  ways.push({ name: 'fused', settings: {}, isReranked: false });
  const isReranked = model.reranker !== undefined;
  if (isReranked) ways.push({ name: 'full', settings: {}, isReranked });
  if (model.cross) ways.push({ name: 'cross', settings: {}, isReranked, isCrossed: true });
  if (!ablate) return ways;
  for (const one of [...parts, 'rocchio' as const])
    ways.push({ name: `${WITHOUT}${one}`, settings: { without: [one] }, isReranked });
  // Its scores are no scale for what reranking adds.
  ways.push({ name: `${WITH}ranks fused`, settings: { fusion: 'ranks' }, isReranked: false });
  if (also) ways.push({ name: `${WITHOUT}glossary`, settings: {}, isReranked, isPlain: true });
  ways.push({ name: `${WITH}feedback`, settings: { feedback: true }, isReranked });
  return ways;
}

/** Begins the name of a way that does without a method, and of one that has one more. */
export const WITHOUT = 'without ';
export const WITH = 'with ';
/** Whether a way stands in the ablation alone. */
export const isVariant = (way: string) => way.startsWith(WITHOUT) || way.startsWith(WITH);

/** Runs every question through every way of searching. A document ranks by its best passage. */
export async function evaluate(
  collection: Collection,
  prepared: Prepared,
  onProgress: (done: number, total: number) => void,
  ablate = false,
): Promise<Evaluation> {
  const { questions, judgements, language } = collection;
  const index = createSearchIndex(prepared.fields && { fields: prepared.fields });
  index.add(segmentOf(collection, prepared));
  index.addQuestions(questionsOf(prepared));
  const strangers = strangersOf(prepared);
  const ways = waysOf(prepared, ablate);
  const usual = ways.findLast(({ name }) => !isVariant(name) && name !== 'full' && name !== 'cross')!;
  const isCut = prepared.passages.length > collection.units.length;

  const scores = new Map<Way, Figures[]>(ways.map((way) => [way, []]));
  const judged: Judged[] = [];
  for (const [i, question] of questions.entries()) {
    onProgress(i, questions.length);
    const grades = judgements.get(question.id);
    const k = isCut ? PASSAGES : DEPTH;
    const plain = { text: question.text, language, k, vectors: vectorsOf(prepared, i), strangers };
    const meant = { ...plain, also: prepared.also?.[i] ?? [], vectors: vectorsOf(prepared, i, true) };
    for (const way of ways) {
      if (!grades && way !== usual) continue;
      const { hits, confidence, refused, together } = index.search(way.isPlain ? plain : meant, {
        ...way.settings,
        explain: false,
      });
      if (way === usual) judged.push({ question, confidence, refused });
      if (!grades) continue;
      const compared = way.isReranked ? await reranked(hits, prepared, i, together) : hits;
      const ranked = way.isCrossed ? await prepared.model!.cross!(question.text, compared) : compared;
      scores.get(way)!.push(figures(documentsOf(ranked), grades));
    }
  }
  return {
    retrievers: Object.fromEntries([...scores].map(([{ name }, list]) => [name, report(list)])),
    refusal: refusalOf(judged),
  };
}

/** The hits of question `i` compared word by word, as the product does, with passages' token vectors as it stores them. */
async function reranked(
  hits: readonly Hit[],
  { model }: Prepared,
  i: number,
  together: Found['together'],
): Promise<readonly Hit[]> {
  const { card, questions, instruction, reranker } = model!;
  return (await reranker!.rerank(tokensOf(questions, i, instruction), hits, card, { together })) ?? hits;
}

/** Each document once, where its best passage stands. */
function documentsOf(hits: readonly Hit[]): string[] {
  return [...new Set(hits.map(({ chunk }) => chunk.document as string))].slice(0, DEPTH);
}

function report(list: readonly Figures[]): Report {
  const of = <T>(measure: (values: number[]) => T) =>
    Object.fromEntries(FIGURES.map((name) => [name, measure(list.map((one) => one[name]))])) as Record<
      keyof Figures,
      T
    >;
  return { ...of(mean), n: list.length, ci: of(bootstrap) };
}

function refusalOf(judged: readonly Judged[]): Evaluation['refusal'] {
  const kinds = new Map<string, Judged[]>();
  for (const one of judged) kinds.set(one.question.kind, [...(kinds.get(one.question.kind) ?? []), one]);
  const answerable = kinds.get('answerable') ?? [];
  kinds.delete('answerable');
  const share = (list: readonly Judged[]) => list.filter(({ refused }) => refused).length / list.length;
  return Object.fromEntries(
    [...kinds].map(([kind, list]) => [
      kind,
      {
        auroc: auroc(
          answerable.map(({ confidence }) => confidence),
          list.map(({ confidence }) => confidence),
        ),
        falseRefusal: share(answerable),
        trueRefusal: share(list),
        n: list.length,
      },
    ]),
  );
}

/** Headings and titles that are questions, each with the passage it leads to. */
export const knownQuestions = (passages: readonly Chunk[]) =>
  passages.flatMap(({ id, document, questions = [] }) => questions.map((text) => ({ text, document, chunk: id })));

export function questionsOf({ passages, model }: Prepared): KnownQuestion[] {
  if (!model) return [];
  const { card, known } = model;
  return knownQuestions(passages).map((question, i) => {
    return { ...question, model: card.key, vector: known.dense.subarray(i * card.dim, (i + 1) * card.dim) };
  });
}

/** Question `i` as the index is asked it; with what a glossary adds, if it is to be and there is one. */
export function vectorsOf({ model }: Prepared, i: number, isMeant = false): QueryVector[] {
  return model ? [vectorOf(model.card, (isMeant && model.meant) || model.questions, i)] : [];
}

/** The stranger questions, a list for each. */
export function strangersOf({ model }: Prepared): QueryVector[][] {
  if (!model) return [];
  return Array.from({ length: model.strangers.rows }, (_, i) => [vectorOf(model.card, model.strangers, i)]);
}

function vectorOf({ key, dim }: ModelCard, { dense, sparse }: Embeddings, i: number): QueryVector {
  const values = dense.subarray(i * dim, (i + 1) * dim) as Float32Array as UnitVector;
  return { model: key, values, ...(sparse && { sparse: sparseRow(sparse, i) }) };
}

export function segmentOf({ language }: Collection, { passages, model }: Prepared): Segment {
  return {
    id: 0,
    model: (model?.card.key ?? 'none') as Segment['model'],
    language,
    dim: model?.card.dim ?? 1,
    chunks: passages,
    vectors: model?.passages.dense ?? new Float32Array(0),
    ...(model?.passages.sparse && { sparse: model.passages.sparse }),
  };
}
