import type { Embeddings } from '../core/encoder.ts';

/** Vectors of a text's words, one row each, every row of length 1. */
export interface TokenMatrix {
  readonly dim: number;
  readonly rows: Float32Array;
}

/**
 * Late interaction: for each word of the query the cosine with the passage's nearest word, averaged; in [-1, 1].
 *
 * Shapes   query: m × dim; passage: n × dim. 0 where either is empty.
 * Cost     m × n × dim multiply-adds; allocates nothing.
 * Source   Khattab & Zaharia 2020 (ColBERT), with the mean in place of the sum, and token vectors that were not
 *          trained for it: those of the bi-encoder itself.
 */
export function maxSim(query: TokenMatrix, passage: TokenMatrix): number {
  const { dim } = query;
  const [q, p] = [query.rows, passage.rows];
  if (q.length === 0 || p.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < q.length; i += dim) {
    let best = -1;
    for (let j = 0; j < p.length; j += dim) {
      let a = 0;
      let b = 0;
      for (let d = 0; d < dim; d += 2) {
        a += q[i + d]! * p[j + d]!;
        b += q[i + d + 1]! * p[j + d + 1]!;
      }
      if (a + b > best) best = a + b;
    }
    sum += best;
  }
  return sum / (q.length / dim);
}

/**
 * Words of text `row`, without [CLS], [SEP] and the first `skip` tokens after [CLS] (a query's instruction).
 *
 * @throws TypeError if `embeddings` were made without tokens.
 */
export function tokensOf({ tokens, dim }: Embeddings, row: number, skip = 0): TokenMatrix {
  if (!tokens) throw new TypeError('Expected embeddings with token vectors; ask the encoder for `tokens: true`.');
  const start = tokens.offsets[row]! + 1 + skip;
  const end = Math.max(start, tokens.offsets[row + 1]! - 1);
  const rows = tokens.values.slice(start * dim, end * dim);
  for (let at = 0; at < rows.length; at += dim) {
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += rows[at + d]! ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < dim; d++) rows[at + d]! *= scale;
  }
  return { dim, rows };
}
