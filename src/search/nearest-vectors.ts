import type { TokenMatrix } from '../core/tokens.ts';
import { dot } from '../kernels/dot.ts';
import { restoreTokens } from '../kernels/token-levels.ts';

/**
 * What a passage says about what was asked: those of its vectors that lie nearest to a word of the query, to look for in
 * other passages.
 *
 * Shapes   passage: see `quantiseTokens`; result: at most `most` rows, the nearest first, of equally near ones the earlier.
 * Cost     words × vectors × dim multiply-adds.
 * Source   Wang, Macdonald, Tonellotto & Ounis 2021, "Pseudo-Relevance Feedback for Multiple Representation Dense
 *          Retrieval" (ColBERT-PRF), which clusters the vectors of several passages and weighs them by idf: measured here,
 *          the nearest ones need neither.
 */
export function nearestVectors({ dim, rows: words }: TokenMatrix, passage: Uint8Array, most: number): TokenMatrix {
  const vectors = restoreTokens(passage, dim);
  const nearness: { readonly at: number; readonly cosine: number }[] = [];
  for (let at = 0; at < vectors.length; at += dim) {
    let cosine = -1;
    for (let word = 0; word < words.length; word += dim) {
      cosine = Math.max(cosine, dot(words.subarray(word, word + dim), vectors, at));
    }
    nearness.push({ at, cosine });
  }
  const nearest = nearness.sort((a, b) => b.cosine - a.cosine).slice(0, most);
  const rows = new Float32Array(nearest.length * dim);
  for (const [i, { at }] of nearest.entries()) rows.set(vectors.subarray(at, at + dim), i * dim);
  return { dim, rows };
}
