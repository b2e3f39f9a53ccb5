import type { Values } from './matrix.ts';

/**
 * InfoNCE: the cross-entropy of picking the right candidate among all, averaged over the queries.
 *
 * Shapes   scores, gradient: queries × candidates, row-major; target: one candidate a query; excluded: 1 where a
 *          candidate must not count against a query (it is another of its positives).
 * Units    scores are cosines; they are divided by `temperature`.
 * Result   the mean loss; `gradient` is overwritten with its derivative by each score.
 * Cost     two exponentials a score; allocates nothing.
 * Source   van den Oord, Li & Vinyals, Representation Learning with Contrastive Predictive Coding, 2018, eq. 4.
 */
export function infoNce(
  scores: Values,
  candidates: number,
  target: ArrayLike<number>,
  excluded: Uint8Array,
  temperature: number,
  gradient: Values,
): number {
  const queries = target.length;
  let loss = 0;
  for (let q = 0; q < queries; q++) {
    const row = q * candidates;
    let highest = -Infinity;
    for (let c = 0; c < candidates; c++) if (excluded[row + c] === 0) highest = Math.max(highest, scores[row + c]!);
    let sum = 0;
    for (let c = 0; c < candidates; c++) {
      const value = excluded[row + c] === 0 ? Math.exp((scores[row + c]! - highest) / temperature) : 0;
      gradient[row + c] = value;
      sum += value;
    }
    const scale = 1 / (sum * temperature * queries);
    for (let c = 0; c < candidates; c++) gradient[row + c]! *= scale;
    gradient[row + target[q]!]! -= 1 / (temperature * queries);
    loss += Math.log(sum) - (scores[row + target[q]!]! - highest) / temperature;
  }
  return loss / queries;
}

/**
 * CoSENT: every pair that means the same should score above every pair that does not.
 *
 * Shapes   scores, labels, gradient: one a pair; a label of 1 means the same, 0 does not.
 * Result   ln(1 + Σ exp((s_different − s_same) / temperature)); `gradient` is overwritten. With labels of one kind
 *          only, the loss is 0 and so is the gradient.
 * Cost     linear: the double sum factors into the product of two sums.
 * Source   Su Jianlin, CoSENT, 2022 (kexue.fm/archives/8847); its λ = 20 is a temperature of .05.
 */
export function coSent(scores: Values, labels: ArrayLike<number>, temperature: number, gradient: Values): number {
  let [highest, lowest] = [-Infinity, Infinity];
  for (let i = 0; i < scores.length; i++) {
    if (labels[i] === 1) lowest = Math.min(lowest, scores[i]!);
    else highest = Math.max(highest, scores[i]!);
  }
  gradient.fill(0);
  if (highest === -Infinity || lowest === Infinity) return 0;

  let [same, different] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (labels[i] === 1) same += Math.exp((lowest - scores[i]!) / temperature);
    else different += Math.exp((scores[i]! - highest) / temperature);
  }
  // ln(1 + e^offset · same · different), without overflow.
  const log = (highest - lowest) / temperature + Math.log(same) + Math.log(different);
  const share = 1 / (1 + Math.exp(-log));
  for (let i = 0; i < scores.length; i++) {
    gradient[i] =
      labels[i] === 1
        ? (-share * Math.exp((lowest - scores[i]!) / temperature)) / same / temperature
        : (share * Math.exp((scores[i]! - highest) / temperature)) / different / temperature;
  }
  return softplus(log);
}

/**
 * Binary cross-entropy of "these two mean the same", with probability σ((score − threshold) / temperature).
 *
 * Shapes   scores, labels, gradient: one a pair; labels are 0 or 1.
 * Result   the mean loss; `gradient` is overwritten with its derivative by each score.
 */
export function binaryCrossEntropy(
  scores: Values,
  labels: ArrayLike<number>,
  threshold: number,
  temperature: number,
  gradient: Values,
): number {
  let loss = 0;
  for (let i = 0; i < scores.length; i++) {
    const logit = (scores[i]! - threshold) / temperature;
    loss += softplus(logit) - labels[i]! * logit;
    gradient[i] = (1 / (1 + Math.exp(-logit)) - labels[i]!) / (temperature * scores.length);
  }
  return scores.length === 0 ? 0 : loss / scores.length;
}

/** ln(1 + eˣ), exact for large x too. */
function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
