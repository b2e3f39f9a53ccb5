import type { QueryVector } from '../../core/answer.ts';
import type { Chunk, ChunkId, DocumentId, ModelCard, Segment, UnitVector } from '../../core/types.ts';
import { createSearchIndex, type Method, type Reranker } from '../../search/index.ts';
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

/** Vectors of a collection's units and questions, in their order. */
export interface CollectionVectors {
  readonly card: ModelCard;
  readonly units: Float32Array<ArrayBuffer>;
  readonly questions: Float32Array<ArrayBuffer>;
}

interface Judged {
  readonly question: Question;
  readonly confidence: number;
  readonly refused: boolean;
}

const DEPTH = 100;
const FIGURES = ['ndcg10', 'mrr10', 'recall10', 'recall100'] as const;

/** Runs every question through every method. Without vectors there is only `bm25`; with a reranker there is `full`. */
export async function evaluate(
  collection: Collection,
  vectors: CollectionVectors | undefined,
  onProgress: (done: number, total: number) => void,
  reranker?: Reranker,
): Promise<Evaluation> {
  const { questions, judgements, language } = collection;
  const index = createSearchIndex();
  index.add(segmentOf(collection, vectors));
  const methods: Method[] = vectors ? ['bm25', 'dense', 'fused'] : ['bm25'];
  const best = methods.at(-1)!;

  const scores = new Map<Method | 'full', Figures[]>(methods.map((method) => [method, []]));
  if (vectors && reranker) scores.set('full', []);
  const judged: Judged[] = [];
  for (const [i, question] of questions.entries()) {
    onProgress(i, questions.length);
    const grades = judgements.get(question.id);
    const asked = { text: question.text, language, k: DEPTH, vectors: vectorOf(vectors, i) };
    for (const method of methods) {
      if (!grades && method !== best) continue;
      const { hits, confidence, refused } = index.search(asked, { method, explain: false });
      if (grades)
        scores.get(method)!.push(
          figures(
            hits.map(({ chunk }) => chunk.id),
            grades,
          ),
        );
      if (grades && method === best && vectors && reranker) {
        const full = await reranker.rerank(question.text, hits, vectors.card);
        scores.get('full')!.push(
          figures(
            full.map(({ chunk }) => chunk.id),
            grades,
          ),
        );
      }
      if (method === best) judged.push({ question, confidence, refused });
    }
  }
  return {
    retrievers: Object.fromEntries([...scores].map(([method, list]) => [method, report(list)])),
    refusal: refusalOf(judged),
  };
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

function vectorOf(vectors: CollectionVectors | undefined, i: number): QueryVector[] {
  if (!vectors) return [];
  const { card, questions } = vectors;
  return [
    { model: card.key, values: questions.subarray(i * card.dim, (i + 1) * card.dim) as Float32Array as UnitVector },
  ];
}

/** Every unit is one chunk of a document of its own. */
function segmentOf({ units, language }: Collection, vectors: CollectionVectors | undefined): Segment {
  const chunks = units.map(
    ({ id, title, text }): Chunk => ({
      id: id as ChunkId,
      document: id as DocumentId,
      ordinal: 0,
      title,
      headings: [],
      text,
      start: 0,
      end: text.length,
      textStart: 0,
      textEnd: text.length,
    }),
  );
  const { card, units: values } = vectors ?? {};
  return {
    id: 0,
    model: (card?.key ?? 'none') as Segment['model'],
    language,
    dim: card?.dim ?? 1,
    chunks,
    vectors: values ?? new Float32Array(0),
  };
}
