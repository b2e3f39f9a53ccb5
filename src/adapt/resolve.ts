import type { Sample, StepReport } from '../core/adapt.ts';
import { normaliseText } from './filters.ts';
import { createTally } from './report.ts';

/** Samples with their documents as row numbers: first the collection's, then texts that it does not hold. */
export interface Resolved {
  readonly samples: readonly Sample[];
  readonly positives: readonly (readonly number[])[];
  readonly negatives: readonly (readonly number[])[];
  /** Texts to embed besides the collection: learned from, but not part of what is searched. */
  readonly extras: readonly string[];
  readonly report: StepReport;
}

/**
 * Finds the documents that samples name, by id or by their whole text.
 *
 * If any sample names an id, names that are no id are mistakes and are left out; a sample left without a document is
 * dropped. If none does, the names are texts, and those that the collection does not hold become extras.
 *
 * Ties     of documents with one text the first is taken. Cost: linear in the text.
 */
export function resolveSamples(
  samples: readonly Sample[],
  documents: readonly { readonly id: string; readonly text: string }[],
): Resolved {
  const byId = new Map(documents.map(({ id }, row) => [id, row]));
  const named = samples.some(({ pos }) => pos.some((name) => byId.has(name)));
  const byText = new Map<string, number>();
  if (!named) {
    for (const [row, { text }] of documents.entries()) {
      const key = normaliseText(text);
      if (!byText.has(key)) byText.set(key, row);
    }
  }
  const extras: string[] = [];
  const rowsOf = (names: readonly string[]): number[] => {
    if (named) return [...new Set(names.flatMap((name) => byId.get(name) ?? []))];
    return names.map((text) => {
      const key = normaliseText(text);
      const known = byText.get(key);
      if (known !== undefined) return known;
      extras.push(text);
      byText.set(key, documents.length + extras.length - 1);
      return documents.length + extras.length - 1;
    });
  };

  const tally = createTally('documents');
  const kept: Sample[] = [];
  const [positives, negatives]: [number[][], number[][]] = [[], []];
  for (const sample of samples) {
    const rows = rowsOf(sample.pos);
    if (rows.length === 0) {
      tally.drop(sample.query, 'names no document of the collection');
      continue;
    }
    kept.push(sample);
    positives.push([...new Set(rows)]);
    negatives.push(rowsOf(sample.neg).filter((row) => !rows.includes(row)));
  }
  return { samples: kept, positives, negatives, extras, report: tally.report(kept.length) };
}

/** SHA-256 of what the samples say, hex: equal lessons, equal hash. */
export async function hashSamples(samples: readonly Sample[]): Promise<string> {
  const lessons = samples.map(({ query, pos, neg, kind, origin }) => [query, pos, neg, kind, origin]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(lessons)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
