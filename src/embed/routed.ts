import type { Encoder } from '../core/encoder.ts';

/** Two encoders as one: models for which `toFirst` holds are the first's, all others the second's. */
export function routedEncoder(toFirst: (model: string) => boolean, first: Encoder, second: Encoder): Encoder {
  const of = (model: string) => (toFirst(model) ? first : second);
  return {
    load: (model, options) => of(model).load(model, options),
    countTokens: (model, texts) => of(model).countTokens(model, texts),
    embed: (model, role, texts, options) => of(model).embed(model, role, texts, options),
    score: (model, query, passages, options) => of(model).score(model, query, passages, options),
    async info() {
      const [a, b] = await Promise.all([first.info(), second.info()]);
      const lead = a.loaded.length > 0 && b.loaded.length === 0 ? a : b;
      return { ...lead, loaded: [...b.loaded, ...a.loaded], notes: [...b.notes, ...a.notes] };
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}
