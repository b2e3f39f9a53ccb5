/**
 * The numbers of BM25, for every index that scores with it: in memory (`lexicon.ts`), of learned-sparse vectors
 * (`sparse.ts`), and on a static host (`src/site`).
 *
 * Source   Robertson & Zaragoza 2009, with Lucene's non-negative idf.
 */
export const K1 = 1.2;
export const B = 0.75;

/** idf of what `held` of `rows` rows hold. */
export const idf = (rows: number, held: number) => Math.log(1 + (rows - held + 0.5) / (held + 0.5));

/** What a row's term frequency is held against: tf / (tf + saturation). @param ratio the row's length ÷ the mean length. */
export const saturation = (ratio: number, k1 = K1, b = B) => k1 * (1 - b + b * ratio);
