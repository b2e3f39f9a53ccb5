import type { Encoder } from '../core/encoder.ts';

/**
 * Several encoders as one: more texts at a time, with or without threads in each.
 *
 * Passages are shared out by length; all else, queries above all, goes to the first. The others load a model when they
 * get their first passage of it, from the files that the first has put on the device. Each costs some 200 MB. One GPU is
 * not shared: there the first does all.
 */
export function pooledEncoder(encoders: readonly Encoder[]): Encoder {
  const [first] = encoders as [Encoder, ...Encoder[]];
  return {
    load: (...args) => first.load(...args),
    countTokens: (...args) => first.countTokens(...args),
    async embed(model, role, texts, options = {}) {
      const whole =
        role === 'query' ||
        texts.length < 2 ||
        options.tokens ||
        options.pooled ||
        options.sparse ||
        encoders.length === 1;
      if (whole || (await first.info()).backend.startsWith('webgpu')) return first.embed(model, role, texts, options);
      const shares = shareOut(texts, encoders.length).filter(({ length }) => length > 0);
      const parts = await allOrFirstError(
        shares.map(async (rows, i) => {
          const share = rows.map((row) => texts[row]!);
          try {
            return await encoders[i]!.embed(model, role, share, options);
          } catch (error) {
            if (i === 0 || options.signal?.aborted) throw error;
            // There may be memory for one only.
            return first.embed(model, role, share, options);
          }
        }),
      );
      const { dim } = parts[0]!;
      const dense = new Float32Array(texts.length * dim);
      for (const [i, rows] of shares.entries()) {
        for (const [at, row] of rows.entries()) {
          dense.set(parts[i]!.dense.subarray(at * dim, (at + 1) * dim), row * dim);
        }
      }
      return { rows: texts.length, dim, dense };
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
