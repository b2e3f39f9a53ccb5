import type { Random } from '../core/random.ts';
import { createAdamW, stepAdamW } from './adamw.ts';
import type { Values } from './matrix.ts';

/** What is minimised: a mean loss over a batch of items, and its derivative by each parameter. */
export interface Objective {
  readonly items: number;
  /** Adds the derivative to `gradient` (zeroed before), returns the loss. */
  loss(batch: Uint32Array, gradient: Values): number;
}

export interface Schedule {
  readonly epochs: number;
  /** Items a step. */
  readonly batch: number;
  readonly rate: number;
  readonly weightDecay: number;
  /** Share of all steps over which the rate rises. */
  readonly warmUp: number;
}

export interface TrainStep {
  /** Steps made, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Epochs finished. */
  readonly epoch: number;
  readonly epochDone: boolean;
  /** Mean loss of this step's batch; of the whole epoch when `epochDone`. */
  readonly loss: number;
}

/**
 * Trains `parameters` in place, one step a turn.
 *
 * The caller owns the loop: to pause is not to ask for the next step, to stop is to leave. Nothing here waits, sees a
 * thread or a clock; the same seed and data give the same bits. A loss that is not a number ends the run before it can
 * reach the parameters.
 */
export function* train(
  parameters: Values,
  objective: Objective,
  schedule: Schedule,
  random: Random,
): Generator<TrainStep> {
  const { epochs, batch } = schedule;
  const perEpoch = Math.ceil(objective.items / batch);
  const steps = perEpoch * epochs;
  const optimiser = { ...schedule, steps, warmUp: Math.max(1, Math.round(schedule.warmUp * steps)) };
  const state = createAdamW(parameters);
  const gradient = parameters.slice();
  const order = Uint32Array.from({ length: objective.items }, (_, i) => i);

  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    let total = 0;
    for (let at = 0; at < order.length; at += batch) {
      const items = order.subarray(at, at + batch);
      gradient.fill(0);
      const loss = objective.loss(items, gradient);
      if (!Number.isFinite(loss)) return;
      stepAdamW(state, parameters, gradient, optimiser);
      total += loss * items.length;
      const epochDone = at + batch >= order.length;
      yield {
        step: state.step,
        steps,
        epoch: epochDone ? epoch + 1 : epoch,
        epochDone,
        loss: epochDone ? total / order.length : loss,
      };
    }
  }
}
