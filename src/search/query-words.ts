import type { Embeddings } from '../core/encoder.ts';
import type { TokenMatrix } from '../core/tokens.ts';
import { normalise } from '../kernels/normalise.ts';

/**
 * Words of text `row`, each of length 1, without [CLS], [SEP] and the first `skip` tokens after [CLS] (a query's instruction).
 *
 * @throws TypeError if `embeddings` were made without tokens.
 */
export function tokensOf({ tokens, dim }: Embeddings, row: number, skip = 0): TokenMatrix {
  if (!tokens) throw new TypeError('Expected embeddings with token vectors; ask the encoder for `tokens: true`.');
  const start = tokens.offsets[row]! + 1 + skip;
  const end = Math.max(start, tokens.offsets[row + 1]! - 1);
  return { dim, rows: normalise(tokens.values.slice(start * dim, end * dim), dim) };
}
