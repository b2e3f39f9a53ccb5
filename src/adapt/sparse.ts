import { infoNce } from './loss.ts';
import type { Values } from './matrix.ts';
import type { Objective } from './train.ts';

/** The tokens of one text that may carry weight, by id: special tokens and a query's instruction are left out already. */
export interface TokenText {
  /** Ascending ids; equal ids lie together. */
  readonly ids: ArrayLike<number>;
  /** ids.length × dim, in the order of `ids`. */
  readonly vectors: Values;
  /** How much each token counts besides, in the order of `ids`: its idf in the collection of the pair. 1 unless told; read of questions. */
  readonly factors?: ArrayLike<number>;
}

/** Item `i` is question `i` with its passage; the batch's other passages are the wrong ones. */
export interface SparsePairs {
  readonly questions: readonly TokenText[];
  /** Passage of each question: equal numbers are one passage, and no negative of each other. */
  readonly passageOf: readonly number[];
  readonly passages: readonly TokenText[];
}

/**
 * A learned-sparse head: the weight of a token is ReLU(w · h + b), the largest where it repeats, the score of a pair is
 * the sum of products over shared tokens, each times the token's factor, and the loss InfoNCE over the passages of the
 * batch.
 *
 * `parameters` is w (dim values) then b. With w = 0 and b = 1 the score is the number of shared tokens: training starts
 * from plain overlap.
 * Cost     one product with w a token and pass, and n² merges of sorted id lists for a batch of n.
 */
export function sparseObjective(parameters: Values, pairs: SparsePairs, temperature: number): Objective {
  const { questions, passages, passageOf } = pairs;
  return {
    items: questions.length,
    loss(batch, gradient) {
      const n = batch.length;
      const asked = Array.from(batch, (i) => weigh(parameters, questions[i]!));
      const answers = Array.from(batch, (i) => weigh(parameters, passages[passageOf[i]!]!));
      const scores = alike(parameters, n * n);
      const excluded = new Uint8Array(n * n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          eachShared(asked[i]!, answers[j]!, (a, b) => {
            scores[i * n + j]! += asked[i]!.values[a]! * answers[j]!.values[b]! * asked[i]!.factors[a]!;
          });
          if (i !== j && passageOf[batch[i]!] === passageOf[batch[j]!]) excluded[i * n + j] = 1;
        }
      }
      const byScore = alike(parameters, n * n);
      const target = Uint32Array.from(batch, (_, i) => i);
      const loss = infoNce(scores, n, target, excluded, temperature, byScore);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const g = byScore[i * n + j]!;
          if (g === 0) continue;
          eachShared(asked[i]!, answers[j]!, (a, b) => {
            const part = g * asked[i]!.factors[a]!;
            asked[i]!.gradient[a]! += part * answers[j]!.values[b]!;
            answers[j]!.gradient[b]! += part * asked[i]!.values[a]!;
          });
        }
      }
      for (const text of [...asked, ...answers]) collect(text, gradient);
      return loss;
    },
  };
}

/** A text under the head: its distinct tokens, their weights, and which of its vectors each weight comes from. */
interface Weighed {
  readonly text: TokenText;
  readonly ids: readonly number[];
  readonly values: number[];
  readonly factors: readonly number[];
  readonly from: readonly number[];
  /** Derivative of the loss by each value. */
  readonly gradient: number[];
}

function weigh(parameters: Values, text: TokenText): Weighed {
  const dim = parameters.length - 1;
  const ids: number[] = [];
  const values: number[] = [];
  const from: number[] = [];
  const factors: number[] = [];
  for (let t = 0; t < text.ids.length; t++) {
    let weight = parameters[dim]!;
    for (let j = 0; j < dim; j++) weight += parameters[j]! * text.vectors[t * dim + j]!;
    const last = ids.length - 1;
    if (last >= 0 && ids[last] === text.ids[t]) {
      if (weight > values[last]!) [values[last], from[last]] = [weight, t];
    } else {
      ids.push(text.ids[t]!);
      values.push(weight);
      from.push(t);
      factors.push(text.factors?.[t] ?? 1);
    }
  }
  for (let i = 0; i < values.length; i++) values[i] = Math.max(0, values[i]!);
  return { text, ids, values, factors, from, gradient: new Array<number>(ids.length).fill(0) };
}

/** Both lists are ascending. */
function eachShared(left: Weighed, right: Weighed, visit: (a: number, b: number) => void): void {
  let [a, b] = [0, 0];
  while (a < left.ids.length && b < right.ids.length) {
    const difference = left.ids[a]! - right.ids[b]!;
    if (difference === 0) visit(a++, b++);
    else if (difference < 0) a++;
    else b++;
  }
}

function collect({ text, values, from, gradient: byValue }: Weighed, gradient: Values): void {
  const dim = gradient.length - 1;
  for (const [i, g] of byValue.entries()) {
    if (g === 0 || values[i]! <= 0) continue;
    const at = from[i]! * dim;
    for (let j = 0; j < dim; j++) gradient[j]! += g * text.vectors[at + j]!;
    gradient[dim]! += g;
  }
}

function alike(like: Values, length: number): Values {
  return like instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}
