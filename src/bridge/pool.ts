import type { Embeddings, Encoder } from '../core/encoder.ts';
import { type SparseVector, sparseRow, sparseRows } from '../core/sparse.ts';
import { tokenRow, tokenRows } from '../core/tokens.ts';

/**
 * Several encoders as one: more texts at a time, with or without threads in each.
 *
 * Passages are shared out by length; all else, queries above all, goes to the first. The others load a model when they
 * get their first passage of it, from the files that the first has put on the device. Each costs some 80 MB, by ONNX Runtime 170. One GPU is
 * not shared: there the first does all.
 */
export function pooledEncoder(encoders: readonly Encoder[]): Encoder {
  const [first] = encoders as [Encoder, ...Encoder[]];
  return {
    load: (...args) => first.load(...args),
    countTokens: (...args) => first.countTokens(...args),
    async embed(model, role, texts, options = {}) {
      const whole = role === 'query' || texts.length < 2 || options.tokens || encoders.length === 1;
      if (whole || (await first.info()).backend.startsWith('webgpu')) return first.embed(model, role, texts, options);
      const shares = shareOut(texts, encoders.length).filter(({ length }) => length > 0);
      const parts = await allOrFirstError(
        shares.map(async (rows, i) => {
          const share = rows.map((row) => texts[row]!);
          const { contexts } = options;
          const wanted = contexts ? { ...options, contexts: rows.map((row) => contexts[row]) } : options;
          try {
            return await encoders[i]!.embed(model, role, share, wanted);
          } catch (error) {
            if (i === 0 || options.signal?.aborted) throw error;
            // There may be memory for one only.
            return first.embed(model, role, share, wanted);
          }
        }),
      );
      return gathered(parts, shares, texts.length);
    },
    score: (...args) => first.score(...args),
    async info() {
      const info = await first.info();
      return info.backend.startsWith('webgpu') ? info : { ...info, threads: info.threads * encoders.length };
    },
    async close() {
      await Promise.all(encoders.map((encoder) => encoder.close()));
    },
  };
}

/** What the takers made of their shares, each row in its own place. */
function gathered(parts: readonly Embeddings[], shares: readonly (readonly number[])[], rows: number): Embeddings {
  const { dim, sparse, pooled } = parts[0]!;
  const dense = new Float32Array(rows * dim);
  const impacts: SparseVector[] = [];
  const tokens: Uint8Array[] = [];
  for (const [i, share] of shares.entries()) {
    const part = parts[i]!;
    for (const [at, row] of share.entries()) {
      dense.set(part.dense.subarray(at * dim, (at + 1) * dim), row * dim);
      if (part.sparse) impacts[row] = sparseRow(part.sparse, at);
      if (part.pooled) tokens[row] = tokenRow(part.pooled, at);
    }
  }
  return {
    rows,
    dim,
    dense,
    ...(sparse && { sparse: sparseRows(impacts) }),
    ...(pooled && { pooled: tokenRows(tokens) }),
  };
}

/** Rows of `texts` for each of `count` takers: the longest first, each to whoever has least to do. */
function shareOut(texts: readonly string[], count: number): number[][] {
  const shares = Array.from({ length: count }, () => ({ rows: [] as number[], load: 0 }));
  const byLength = texts.map((_, row) => row).sort((a, b) => texts[b]!.length - texts[a]!.length);
  for (const row of byLength) {
    const lightest = shares.reduce((least, share) => (share.load < least.load ? share : least));
    lightest.rows.push(row);
    // A text costs something however short it is.
    lightest.load += texts[row]!.length + 20;
  }
  return shares.map(({ rows }) => rows);
}

/** As `Promise.all`, but waits for all to settle, so that no one works on when the caller thinks it is over. */
async function allOrFirstError<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
