import { Tokenizer } from '@huggingface/tokenizers';
import { EngineError } from '../core/errors.ts';

export interface TextTokenizer {
  /** Ids with [CLS] and [SEP], `cut` to `maxTokens`. */
  encode(text: string, maxTokens: number): number[];
  /** Tokens without [CLS] and [SEP], uncut. */
  count(text: string): number;
}

/**
 * The tokenizer of a `tokenizer.json`, giving the same ids as Python's `tokenizers`.
 *
 * @throws EngineError `model-unavailable` if the file is of a kind the library does not know.
 */
export function openTokenizer(bytes: Uint8Array, where: string): TextTokenizer {
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes)) as TokenizerJson;
    const tokenizer = new Tokenizer(json, {});
    const prepare = json.normalizer?.type === 'BertNormalizer' ? likeRust(json.normalizer) : (text: string) => text;
    const special = tokenizer.encode('').ids.length;
    const ids = (text: string) => tokenizer.encode(prepare(text)).ids;
    return {
      encode: (text, maxTokens) => cut(ids(text), maxTokens),
      count: (text) => ids(text).length - special,
    };
  } catch (cause) {
    throw new EngineError(
      'model-unavailable',
      `${where} is no tokenizer this engine knows: ${(cause as Error).message}.`,
    );
  }
}

/** At most `max` ids; what is dropped is the end of the text, not the [SEP] after it. */
export function cut(ids: number[], max: number): number[] {
  return ids.length <= max ? ids : [...ids.slice(0, max - 1), ids.at(-1)!];
}

interface TokenizerJson {
  readonly normalizer?: {
    readonly type: string;
    readonly lowercase?: boolean;
    readonly handle_chinese_chars?: boolean;
  };
}

/** Han beyond the first plane, by the ranges of BERT's `_is_chinese_char`. */
const ASTRAL_HAN = /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;

/**
 * The two places where the JavaScript normalizer leaves the Rust one: it does not set Han outside the first plane
 * apart, and it lower-cases a final Σ to ς where Rust, which goes character by character, says σ.
 */
function likeRust({ lowercase, handle_chinese_chars }: NonNullable<TokenizerJson['normalizer']>) {
  return (text: string) => {
    const apart = handle_chinese_chars ? text.replace(ASTRAL_HAN, ' $& ') : text;
    return lowercase ? apart.replaceAll('Σ', 'σ') : apart;
  };
}
