import type { Encoder, LoadOptions } from '../core/encoder.ts';
import type { Language, ModelCard } from '../core/types.ts';

/** The models by language, loaded when first needed and never twice at once. */
export interface Models {
  /** The model of a language if it is loaded already. */
  ready(language: Language): ModelCard | undefined;
  /** Waits for it. A failed load is forgotten, so that the next call tries anew. */
  load(language: Language, options?: LoadOptions): Promise<ModelCard>;
  name(language: Language): string;
  /** Why the last load of a model failed, until one succeeds. */
  failures(): readonly string[];
}

export function createModels(encoder: Encoder, names: Readonly<Record<Language, string>>): Models {
  const cards = new Map<string, ModelCard>();
  const loading = new Map<string, Promise<ModelCard>>();
  const failed = new Map<string, string>();

  return {
    name: (language) => names[language],
    ready: (language) => cards.get(names[language]),
    failures: () => [...failed.values()],
    async load(language, options) {
      const name = names[language];
      const known = cards.get(name);
      if (known) return known;
      // A caller with a signal or a progress bar of its own gets its own call; the encoder shares the work.
      const shared = options ? undefined : loading.get(name);
      const promise = shared ?? encoder.load(name, options);
      if (!options) loading.set(name, promise);
      try {
        const card = await promise;
        cards.set(name, card);
        failed.delete(name);
        return card;
      } catch (error) {
        if (!options?.signal?.aborted) failed.set(name, (error as Error).message);
        throw error;
      } finally {
        if (loading.get(name) === promise) loading.delete(name);
      }
    },
  };
}
