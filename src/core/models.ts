import type { Language } from './types.ts';

/** Which model encodes which language. */
export type ModelNames = Readonly<Record<Language, string>>;

/** The models that come with Nearfield, in their two forms: `small` is half the download of `full`. */
export const MODELS = {
  full: { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' },
  small: { en: 'bge-small-en-v1.5-small', zh: 'bge-small-zh-v1.5-small' },
} as const satisfies Record<string, ModelNames>;

/** The models that a person's word stands for: `full`, `small`, or any model's name, then for every language. */
export function modelNames(wanted: string): ModelNames {
  if (wanted === 'full' || wanted === 'small') return MODELS[wanted];
  return { en: wanted, zh: wanted };
}
