import type { TrainingSet, TrainOptions } from '../core/adapt.ts';
import type { Random } from '../core/random.ts';
import { spread } from './evaluate.ts';
import type { Linear } from './linear.ts';
import { contrastive } from './objective.ts';
import { eachQuery, gather } from './scores.ts';
import type { Objective } from './train.ts';

/** What the objective draws its batches from. All arrays are shared between folds and never written. */
export interface RetrievalData {
  readonly set: TrainingSet;
  /** Mined negatives of each question; a question without any gets random documents. */
  readonly negatives: readonly (readonly number[])[];
  /** What one standard score of meaning is in cosine: see `cosineSpreadOf`. */
  readonly cosineSpread: number;
}

/**
 * Questions against the documents that answer them, in a fused search: its other parts, in the measure of cosines, are
 * added to the cosines (score ÷ weight × spread), so that the adapter learns what they lack and not what they know.
 * An item is one question with one of its documents; all documents of the batch, right and hard negative, are
 * candidates for every question of the batch, except its own other documents.
 */
export function retrievalObjective(
  { set, negatives, cosineSpread }: RetrievalData,
  questions: readonly number[],
  linear: Linear,
  options: Pick<TrainOptions, 'hardNegatives' | 'temperature'>,
  random: Random,
): Objective {
  const { dim, queries, documents, positives, fusion } = set;
  const rows = documents.length / dim;
  const pairs = questions.flatMap((question) => positives[question]!.map((document) => ({ question, document })));
  const right = positives.map((list) => new Set(list));

  return {
    items: pairs.length,
    loss(batch, gradient) {
      const chosen = Array.from(batch, (i) => pairs[i]!);
      const asked = chosen.map(({ question }) => question);
      const candidates = chosen.map(({ document }) => document);
      for (const question of asked) {
        const [known, mined] = [set.negatives[question]!, negatives[question]!];
        for (let k = 0; k < options.hardNegatives; k++) {
          // What a person calls wrong would be lost among sixty that only look wrong: every other one is such.
          const from = known.length > 0 && (k % 2 === 0 || mined.length === 0) ? known : mined;
          candidates.push(from.length > 0 ? from[random.below(from.length)]! : random.below(rows));
        }
      }
      const [n, m] = [asked.length, candidates.length];
      const excluded = new Uint8Array(n * m);
      const offset = new Float32Array(n * m);
      for (const [i, question] of asked.entries()) {
        const worth = fusion ? cosineSpread / fusion.weights[question]! : 0;
        for (const [c, document] of candidates.entries()) {
          if (c !== i && right[question]!.has(document)) excluded[i * m + c] = 1;
          if (fusion) offset[i * m + c] = worth * fusion.others[question * rows + document]!;
        }
      }
      const data = {
        queries: gather(queries, asked, dim),
        candidates: gather(documents, candidates, dim),
        target: Uint32Array.from(asked, (_, i) => i),
        excluded,
        offset,
      };
      return contrastive(linear, data, options.temperature, gradient);
    },
  };
}

/** The standard deviation of a question's cosines, averaged over (at most 200 of) the questions. */
export function cosineSpreadOf({ queries, documents, dim }: TrainingSet): number {
  const sample = queries.subarray(0, Math.min(queries.length, 200 * dim));
  let sum = 0;
  eachQuery(sample, documents, dim, (_, scores) => {
    sum += spread(scores).deviation;
  });
  return sum / (sample.length / dim);
}
