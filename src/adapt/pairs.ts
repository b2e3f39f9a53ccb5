import Papa from 'papaparse';
import type { LabelledPair } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import type { Linear } from './linear.ts';
import { labelled, type PairLoss } from './objective.ts';
import { gather } from './scores.ts';
import type { Objective } from './train.ts';

/**
 * Labelled sentence pairs from a TSV or CSV: sentence, sentence, 1 (they mean the same) or 0. Other rows are left out.
 *
 * @throws EngineError `bad-input` if no row is one, or all have one label: there would be nothing to tell apart.
 */
export function readLabelledPairs(name: string, text: string): LabelledPair[] {
  const { data } = Papa.parse<string[]>(text, { delimiter: /\.tsv$/i.test(name) ? '\t' : '', quoteChar: '\0' });
  const pairs = data.flatMap(([left, right, label]) =>
    left && right && (label === '0' || label === '1') ? [{ left, right, label: Number(label) as 0 | 1 }] : [],
  );
  const same = pairs.filter(({ label }) => label === 1).length;
  if (same === 0 || same === pairs.length) {
    throw new EngineError(
      'bad-input',
      `Expected rows “sentence, sentence, 1 or 0” of both labels in “${name}”, got ${same} with 1 and ${pairs.length - same} with 0.`,
    );
  }
  return pairs;
}

/**
 * Labelled pairs as an objective for `train`: item `i` is row `i` of both blocks.
 *
 * Shapes   left (adapted, as a query is), right (as stored): n × dim, rows of length 1; labels: n, 0 or 1.
 */
export function pairObjective(
  linear: Linear,
  left: Float32Array,
  right: Float32Array,
  labels: ArrayLike<number>,
  loss: PairLoss,
): Objective {
  return {
    items: labels.length,
    loss(batch, gradient) {
      const data = {
        left: gather(left, batch, linear.dim),
        right: gather(right, batch, linear.dim),
        labels: Uint8Array.from(batch, (i) => labels[i]!),
      };
      return labelled(linear, data, loss, gradient);
    },
  };
}
