import { adaptQueries } from '../../adapt/adapter.ts';
import type { Figured } from '../../adapt/evaluate.ts';
import { judgements } from '../../adapt/judgements.ts';
import type { Judgements, QueryAdapter } from '../../core/adapt.ts';
import type { Language, ModelKey, UnitVector } from '../../core/types.ts';
import { figures, type Grades } from '../eval/metrics.ts';
import { indexOf, type Unit } from './words.ts';

/** Questions with known answers, as `nearfield eval` takes them. */
export interface TestSet {
  readonly model: ModelKey;
  readonly language: Language;
  readonly dim: number;
  readonly units: readonly Unit[];
  readonly documents: Float32Array<ArrayBuffer>;
  readonly questions: readonly { readonly text: string; readonly grades: Grades }[];
}

const DEPTH = 100;

/**
 * Figures of each question by the search stage itself, dense alone and fused, with the adapter or without any. Nothing here
 * is the trainer's own arithmetic: what a person will see is what is measured, before passages are compared word by word.
 */
export function searchFigures(
  test: TestSet,
  queries: Float32Array<ArrayBuffer>,
  adapter: QueryAdapter | undefined,
): Figured {
  const { model, language, dim, units } = test;
  const adapted = adapter && adaptQueries(adapter, model, queries);
  const vectorAt = (all: Float32Array, i: number) => all.subarray(i * dim, (i + 1) * dim) as Float32Array as UnitVector;
  const index = indexOf(units, { model, language, dim, vectors: test.documents });
  const result: Figured = { dense: [], fused: [] };
  for (const [i, { text, grades }] of test.questions.entries()) {
    const vector = { model, values: vectorAt(queries, i), ...(adapted && { adapted: vectorAt(adapted, i) }) };
    for (const method of ['dense', 'fused'] as const) {
      const query = { text, language, k: DEPTH, vectors: [vector] };
      const { hits } = index.search(query, { method, explain: false });
      const ranked = hits.map(({ chunk }) => chunk.id);
      result[method].push(figures(ranked, grades));
    }
  }
  return result;
}

/** Before and after; *untouched* are the questions none of whose documents training pointed to. */
export function judgeTest(test: TestSet, before: Figured, after: Figured, pointedTo: ReadonlySet<string>): Judgements {
  const untouched = test.questions.map(({ grades }) => ![...grades.keys()].some((id) => pointedTo.has(id)));
  return judgements(before, after, untouched);
}
