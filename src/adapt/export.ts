import type { LabelledPair, Sample } from '../core/adapt.ts';

/** A sample with its documents as texts, as trainers elsewhere need them. */
export interface TextSample {
  readonly query: string;
  readonly pos: readonly string[];
  readonly neg: readonly string[];
}

/** Ids replaced by texts; a name that `textOf` does not know is a text already. */
export function withTexts(samples: readonly Sample[], textOf: (name: string) => string | undefined): TextSample[] {
  const texts = (names: readonly string[]) => names.map((name) => textOf(name) ?? name);
  return samples.map(({ query, pos, neg }) => ({ query, pos: texts(pos), neg: texts(neg) }));
}

/**
 * FlagEmbedding's fine-tuning file: one `{"query": str, "pos": [str], "neg": [str]}` a line, `neg` perhaps empty
 * (its trainer then needs its own hard-negative mining or in-batch negatives only).
 */
export function flagEmbedding(samples: readonly TextSample[]): string {
  return samples.map(({ query, pos, neg }) => `${JSON.stringify({ query, pos, neg })}\n`).join('');
}

/**
 * sentence-transformers' triplets for `MultipleNegativesRankingLoss`: one `{"anchor", "positive", "negative"}` a line,
 * each question with each of its documents; negatives are dealt out in turn. The trainer wants the same columns in
 * every row, so that a file either has a negative in each line or in none.
 */
export function sentenceTransformers(samples: readonly TextSample[]): string {
  const withNegatives = samples.every(({ neg }) => neg.length > 0);
  const rows = samples.flatMap(({ query, pos, neg }) =>
    pos.map((positive, i) => ({
      anchor: query,
      positive,
      ...(withNegatives ? { negative: neg[i % neg.length]! } : {}),
    })),
  );
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** sentence-transformers' scored pairs for `CoSENTLoss`: one `{"sentence1", "sentence2", "score"}` a line. */
export function scoredPairs(pairs: readonly LabelledPair[]): string {
  return pairs
    .map(({ left, right, label }) => `${JSON.stringify({ sentence1: left, sentence2: right, score: label })}\n`)
    .join('');
}
