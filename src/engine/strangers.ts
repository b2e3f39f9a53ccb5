import type { QueryVector } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import { sparseRow } from '../core/sparse.ts';
import type { Language, UnitVector } from '../core/types.ts';
import { strangers } from '../search/index.ts';
import { queryInput } from './inputs.ts';
import type { Models } from './models.ts';

/**
 * The questions that refusal is calibrated by, asked in `language`, as queries of every lane's model: a list a question.
 * Twenty short texts are encoded once a model and language.
 */
export type StrangerVectors = (language: Language, lanes: readonly Language[]) => Promise<readonly QueryVector[][]>;

export function createStrangerVectors(encoder: Encoder, models: Models): StrangerVectors {
  const known = new Map<string, Promise<readonly QueryVector[]>>();

  const encode = async (language: Language, lane: Language): Promise<readonly QueryVector[]> => {
    const { id, key, dim, sparse: isSparse } = await models.load(lane);
    const texts = strangers(language).map((question) => queryInput(lane, question));
    const { dense, rows, sparse } = await encoder.embed(id, 'query', texts, { sparse: isSparse });
    return Array.from({ length: rows }, (_, i) => ({
      model: key,
      values: dense.slice(i * dim, (i + 1) * dim) as Float32Array as UnitVector,
      ...(sparse && { sparse: sparseRow(sparse, i) }),
    }));
  };
  const vectors = (language: Language, lane: Language) => {
    const name = `${models.name(lane)} ${lane} ${language}`;
    const made = known.get(name) ?? encode(language, lane);
    known.set(name, made);
    made.catch(() => known.delete(name));
    return made;
  };

  return async (language, lanes) => {
    const lists = await Promise.all(lanes.map((lane) => vectors(language, lane)));
    return strangers(language).map((_, i) => lists.map((list) => list[i]!));
  };
}
