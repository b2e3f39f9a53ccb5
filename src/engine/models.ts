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
  const failed = new Map<string, string>();

  return {
    name: (language) => names[language],
    ready: (language) => cards.get(names[language]),
    failures: () => [...failed.values()],
    async load(language, options) {
      const name = names[language];
      const known = cards.get(name);
      if (known) return known;
      try {
        // Calls at the same time share the work in the encoder, each with its own signal and progress.
        const card = await encoder.load(name, options);
        cards.set(name, card);
        failed.delete(name);
        return card;
      } catch (error) {
        if (!options?.signal?.aborted) failed.set(name, (error as Error).message);
        throw error;
      }
    },
  };
}
