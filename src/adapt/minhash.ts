/**
 * Groups texts that are nearly the same: for each text the index of the first text it nearly repeats, or -1.
 *
 * Likeness is the Jaccard overlap of character 3-grams (of the text without spaces and in lower case), estimated as the
 * share of equal MinHash values. Candidates come from banding: two texts are compared when one band of their signatures
 * is equal. With 16 bands of 4 values, a pair alike by .8 is missed with probability (1 − .8⁴)¹⁶ ≈ .0002, and one alike
 * by .3 is compared with probability .12.
 *
 * Ties     a text joins the earliest text that is alike enough; that text is never itself a repetition.
 * Cost     64 multiplications a 3-gram; then about linear in the number of texts.
 * Source   Broder, On the Resemblance and Containment of Documents, 1997; banding as in Leskovec, Rajaraman & Ullman,
 *          Mining of Massive Datasets, section 3.4.
 */
export function nearDuplicates(texts: readonly string[], threshold = 0.8): Int32Array {
  const signatures = texts.map(signature);
  const duplicateOf = new Int32Array(texts.length).fill(-1);
  const buckets = new Map<string, number[]>();

  for (const [i, own] of signatures.entries()) {
    const bands = bandsOf(own);
    const candidates = [...new Set(bands.flatMap((band) => buckets.get(band) ?? []))].sort((a, b) => a - b);
    const found = candidates.find((other) => resemblance(own, signatures[other]!) >= threshold);
    if (found !== undefined) {
      duplicateOf[i] = found;
      continue; // only firsts are compared with, so a thousand copies cost a thousand comparisons, not a million
    }
    for (const band of bands) {
      const bucket = buckets.get(band);
      if (bucket) bucket.push(i);
      else buckets.set(band, [i]);
    }
  }
  return duplicateOf;
}

const VALUES = 64;
const BAND = 4;
const GRAM = 3;

/** For each of 64 hash functions, the least hash of any 3-gram. A text shorter than a 3-gram is one gram. */
export function signature(text: string): Uint32Array {
  const letters = text.toLowerCase().replace(/\s+/gu, '');
  const least = new Uint32Array(VALUES).fill(0xffffffff);
  for (let at = 0; at === 0 || at + GRAM <= letters.length; at++) {
    const gram = hash(letters, at, Math.min(at + GRAM, letters.length));
    for (let k = 0; k < VALUES; k++) {
      const value = mix(gram ^ Math.imul(k + 1, 0x9e3779b1));
      if (value < least[k]!) least[k] = value;
    }
  }
  return least;
}

/** Share of equal values: an unbiased estimate of the Jaccard overlap, standard error at most 1/16. */
export function resemblance(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let k = 0; k < VALUES; k++) if (a[k] === b[k]) equal++;
  return equal / VALUES;
}

function bandsOf(values: Uint32Array): string[] {
  return Array.from({ length: VALUES / BAND }, (_, band) => {
    const at = band * BAND;
    return `${band}:${values.subarray(at, at + BAND).join()}`;
  });
}

/** FNV-1a over UTF-16 units. */
function hash(text: string, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}

/** MurmurHash3's finaliser (Austin Appleby, public domain): every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
