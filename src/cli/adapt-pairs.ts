import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { readLabelledPairs } from '../adapt/pairs.ts';
import { PAIR_DEFAULTS, tellApart } from '../adapt/tell-apart.ts';
import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import { createNodeEncoder } from '../embed/encoder.node.ts';
import { MODELS } from './adapt/corpus.ts';
import { asEncoded } from './adapt/words.ts';
import { EmbeddingCache } from './eval/embeddings.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly loss: string;
  readonly cache: string;
  readonly seed: string;
}

const LOSSES = {
  cosent: PAIR_DEFAULTS.loss,
  binary: { kind: 'binary', temperature: 0.05, threshold: 0.7 },
} as const;

/** `nearfield adapt-pairs <file>`: does an adapter learn to tell sentences that mean the same from those that only look it? */
export function adaptPairsCommand(program: Command): void {
  program
    .command('adapt-pairs')
    .description('train on labelled sentence pairs and judge how well they are told apart, before and after')
    .argument('<file>', 'TSV or CSV: sentence, sentence, 1 (they mean the same) or 0')
    .option('--loss <name>', 'cosent or binary', 'cosent')
    .option('--cache <folder>', 'where embeddings are kept', '.cache/embeddings')
    .option('--seed <number>', 'the same seed and data give the same adapter', '1')
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  const loss = LOSSES[options.loss as keyof typeof LOSSES];
  if (!loss) throw new EngineError('bad-input', `Expected --loss to be cosent or binary, got “${options.loss}”.`);
  const pairs = readLabelledPairs(basename(file), readFileSync(file, 'utf8'));
  const chinese = pairs.filter(({ left }) => detectLanguage(left) === 'zh').length;
  const language = chinese * 2 > pairs.length ? 'zh' : 'en';
  const encoder = createNodeEncoder();
  const line = progressLine();
  try {
    const card = await encoder.load(MODELS[language]);
    const cache = new EmbeddingCache(encoder, options.cache);
    const say = (done: number, total: number) => line.show(`embedding sentences ${done}/${total}`);
    const embed = (role: 'query' | 'passage', texts: readonly string[]) =>
      cache.embed(card, role, asEncoded(language, texts), say);
    const left = await embed(
      'query',
      pairs.map((pair) => pair.left),
    );
    const right = await embed(
      'passage',
      pairs.map((pair) => pair.right),
    );
    line.end();
    const names = new Map<string, number>();
    const nameOf = (sentence: string) => {
      const known = names.get(sentence) ?? names.size;
      names.set(sentence, known);
      return known;
    };
    const told = tellApart(
      {
        model: card.key,
        dim: card.dim,
        left,
        right,
        labels: Uint8Array.from(pairs, ({ label }) => label),
        sentences: pairs.map((pair) => [nameOf(pair.left), nameOf(pair.right)]),
      },
      { ...PAIR_DEFAULTS, loss, seed: Number(options.seed) },
    );
    for (const { epoch, loss: value, alpha, auroc } of told.epochs) {
      process.stderr.write(
        `  epoch ${String(epoch).padStart(2)}  loss ${value.toFixed(3)}  strength ${alpha}  validation AUROC ${auroc.toFixed(4)}\n`,
      );
    }
    const { before, after, low, high, test, adapter } = told;
    const verdict = !adapter
      ? 'Identity was kept.'
      : low > 0
        ? 'It learned.'
        : 'Better, though no more than chance may do.';
    process.stdout.write(
      `AUROC on ${test} pairs that took no part: ${before.toFixed(4)} → ${after.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]\n${verdict}\n`,
    );
  } finally {
    line.end();
    await encoder.close();
  }
}
