import { createTrainer } from '../../adapt/trainer.ts';
import type { TrainOptions, TrainResult } from '../../core/adapt.ts';
import { progressLine } from '../progress.ts';
import type { Prepared } from './prepare.ts';
import { progressText } from './print.ts';

/** Trains with a line an epoch on stderr; Ctrl-C once keeps what is best so far. */
export async function trainWatched({ set }: Prepared, options: Partial<TrainOptions>): Promise<TrainResult> {
  const trainer = createTrainer();
  const line = progressLine();
  const onInterrupt = () => void trainer.stop();
  process.once('SIGINT', onInterrupt);
  try {
    return await trainer.train(set, options, {
      onProgress: (progress) => {
        if (progress.kind === 'step') {
          line.show(`  step ${progress.step}/${progress.steps}  loss ${progress.loss.toFixed(3)}`);
          return;
        }
        line.end();
        process.stderr.write(`${progressText(progress)}\n`);
      },
    });
  } finally {
    line.end();
    process.off('SIGINT', onInterrupt);
  }
}
