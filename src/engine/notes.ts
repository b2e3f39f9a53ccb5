import type { SearchStatus } from '../core/engine.ts';
import type { Collection } from './collection.ts';
import type { Models } from './models.ts';

/** One sentence if some documents cannot be found by meaning any more. */
export function outdated({ summaries, modelOf }: Collection, models: Models): string[] {
  const old = [...summaries.values()].filter(({ id, language }) => {
    const [made, card] = [modelOf(id), models.ready(language)];
    return made !== undefined && card !== undefined && made !== card.key;
  });
  if (old.length === 0) return [];
  const those = `${old.length} ${old.length === 1 ? 'document was' : 'documents were'}`;
  return [`${those} indexed by another version of the model: add the files again, so that meaning finds them too.`];
}

/** One sentence where searching is many times slower than it could be. */
export const slow = ({ kernels: { form, why } }: SearchStatus): string[] =>
  form === 'typed-arrays' ? [`Search runs without WebAssembly SIMD: ${why}.`] : [];
