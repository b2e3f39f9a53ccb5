import type { QueryVector } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import { sparseRow } from '../core/sparse.ts';
import type { TokenMatrix } from '../core/tokens.ts';
import type { Language, ModelCard, UnitVector } from '../core/types.ts';
import { tokensOf } from '../search/index.ts';
import { queryInput } from './inputs.ts';
import type { Models } from './models.ts';

/** A question as one model reads it. */
export interface EncodedQuery {
  readonly card: ModelCard;
  readonly vector: QueryVector;
  /** Its words, the model's instruction left out. */
  readonly words: TokenMatrix;
}

/** A question as the model of a language reads it: one pass through the encoder, unless it was asked lately. */
export type EncodeQuery = (language: Language, text: string) => Promise<EncodedQuery>;

/** Typing asks for the same query again and again (an unfinished word, a step back). */
const REMEMBERED = 64;

export function createQueries(encoder: Encoder, models: Models): EncodeQuery {
  const known = new Map<string, EncodedQuery>();
  /** Tokens of each model's instruction. */
  const leading = new Map<string, number>();

  return async (language, text) => {
    const card = await models.load(language);
    const { id, key, sparse: isSparse, queryInstruction } = card;
    const name = `${key}\n${text}`;
    const found = known.get(name);
    if (found) return found;
    const skip = leading.get(key) ?? (await encoder.countTokens(id, [queryInstruction]))[0]!;
    leading.set(key, skip);
    const embedded = await encoder.embed(id, 'query', [queryInput(language, text)], { sparse: isSparse, tokens: true });
    const { dense, sparse } = embedded;
    const vector = { model: key, values: dense as UnitVector, ...(sparse && { sparse: sparseRow(sparse, 0) }) };
    const query = { card, vector, words: tokensOf(embedded, 0, skip) };
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value!);
    known.set(name, query);
    return query;
  };
}
