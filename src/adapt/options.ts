import type { TrainOptions } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';

/** Chosen by cross-validation on the training questions of a statute collection; docs/adaptation.md has the figures. */
export const TRAIN_DEFAULTS: TrainOptions = {
  seed: 1,
  epochs: 12,
  batch: 64,
  rate: 7e-4,
  weightDecay: 0.01,
  warmUp: 0.1,
  temperature: 0.05,
  rank: 0,
  bias: false,
  hardNegatives: 4,
  negativeRange: [0.5, 0.98],
  patience: 8,
  alphas: [0.25, 0.5, 0.75, 1],
  testShare: 0.2,
};

/** The defaults with what was given. @throws EngineError `bad-input` naming the option that cannot be. */
export function trainOptions(given: Partial<TrainOptions> = {}): TrainOptions {
  const options = { ...TRAIN_DEFAULTS, ...given };
  const [low, high] = options.negativeRange;
  const rules: readonly (readonly [keyof TrainOptions, boolean, string])[] = [
    ['seed', Number.isInteger(options.seed), 'a whole number'],
    ['epochs', isWhole(options.epochs, 1), 'a whole number from 1 up'],
    ['batch', isWhole(options.batch, 2), 'a whole number from 2 up'],
    ['rate', options.rate > 0 && options.rate <= 1, 'above 0 and at most 1'],
    ['weightDecay', options.weightDecay >= 0 && options.weightDecay <= 1, 'from 0 to 1'],
    ['warmUp', options.warmUp >= 0 && options.warmUp < 1, 'from 0 to below 1'],
    ['temperature', options.temperature > 0 && Number.isFinite(options.temperature), 'above 0'],
    ['rank', isWhole(options.rank, 0), 'a whole number from 0 up'],
    ['hardNegatives', isWhole(options.hardNegatives, 0), 'a whole number from 0 up'],
    ['negativeRange', low >= 0 && low < high, 'two numbers from 0 up, the lower first'],
    ['patience', isWhole(options.patience, 1), 'a whole number from 1 up'],
    ['alphas', options.alphas.every((alpha) => alpha >= 0 && alpha <= 2), 'numbers from 0 to 2'],
    [
      'testShare',
      options.testShare === 0 || (options.testShare >= 0.02 && options.testShare <= 0.5),
      '0, or from .02 to ½',
    ],
  ];
  for (const [name, holds, expected] of rules) {
    if (!holds) {
      throw new EngineError('bad-input', `Expected training option “${name}” to be ${expected}, got ${options[name]}.`);
    }
  }
  return { ...options, alphas: [...new Set([0, ...options.alphas])].sort((a, b) => a - b) };
}

const isWhole = (value: number, least: number) => Number.isInteger(value) && value >= least;
