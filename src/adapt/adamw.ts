import type { Values } from './matrix.ts';

export interface AdamWOptions {
  /** Highest learning rate, reached at the end of the warm-up. */
  readonly rate: number;
  /** Decoupled weight decay per step, as a share of the rate. Pulls an adapter back towards identity. */
  readonly weightDecay: number;
  /** Steps over which the rate rises from 0. */
  readonly warmUp: number;
  /** Steps in all; from the end of the warm-up the rate falls in a line to 0 at the step after the last. */
  readonly steps: number;
}

/** First and second moment of the gradients, and how many steps were made. */
export interface AdamW {
  readonly first: Values;
  readonly second: Values;
  step: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export function createAdamW(parameters: Values): AdamW {
  const zeros = () =>
    parameters instanceof Float64Array ? new Float64Array(parameters.length) : new Float32Array(parameters.length);
  return { first: zeros(), second: zeros(), step: 0 };
}

/**
 * One step of AdamW, in place.
 *
 * Source   Loshchilov & Hutter, Decoupled Weight Decay Regularization, ICLR 2019, algorithm 2; β₁ .9, β₂ .999, ε 1e-8
 *          are theirs. Warm-up and linear decay are those of BERT's fine-tuning.
 * Cost     one pass over the parameters; allocates nothing.
 */
export function stepAdamW(state: AdamW, parameters: Values, gradient: Values, options: AdamWOptions): void {
  const t = ++state.step;
  const rate = rateAt(t, options);
  const correct1 = 1 - BETA1 ** t;
  const correct2 = 1 - BETA2 ** t;
  const { first, second } = state;
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i]!;
    const m = BETA1 * first[i]! + (1 - BETA1) * g;
    const v = BETA2 * second[i]! + (1 - BETA2) * g * g;
    first[i] = m;
    second[i] = v;
    const p = parameters[i]!;
    parameters[i] = p - rate * (m / correct1 / (Math.sqrt(v / correct2) + EPSILON) + options.weightDecay * p);
  }
}

/** The learning rate of step `t`, counted from 1. */
export function rateAt(t: number, { rate, warmUp, steps }: AdamWOptions): number {
  if (t <= warmUp) return (rate * t) / warmUp;
  return rate * Math.max(0, (steps + 1 - t) / (steps + 1 - warmUp));
}
