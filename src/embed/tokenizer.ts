import { Tokenizer } from '@huggingface/tokenizers';
import { EngineError } from '../core/errors.ts';
import { openCharsmap } from './charsmap.ts';

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
    const { prepare, rest } = preparation(json);
    const tokenizer = new Tokenizer({ ...json, normalizer: rest }, {});
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
  readonly normalizer?: Normalizer | null;
  readonly pre_tokenizer?: unknown;
}

interface Normalizer {
  readonly type: string;
  readonly lowercase?: boolean;
  readonly handle_chinese_chars?: boolean;
  readonly precompiled_charsmap?: string;
  readonly normalizers?: readonly Normalizer[];
}

/** What is done to a text here because the library does it otherwise than Rust, and the normaliser left to the library. */
function preparation({ normalizer, pre_tokenizer }: TokenizerJson): {
  readonly prepare: (text: string) => string;
  readonly rest: Normalizer | null;
} {
  if (normalizer?.type === 'BertNormalizer') return { prepare: likeRust(normalizer), rest: normalizer };
  const [first, ...others] = normalizer?.type === 'Sequence' ? normalizer.normalizers! : [normalizer];
  if (first?.type !== 'Precompiled') return { prepare: (text) => text, rest: normalizer ?? null };
  const normalise = openCharsmap(first.precompiled_charsmap!);
  // Next Line is white space to Rust, not to JavaScript.
  const splits = JSON.stringify(pre_tokenizer ?? null).includes('WhitespaceSplit');
  return {
    prepare: splits ? (text) => normalise(text).replaceAll('\u0085', ' ') : normalise,
    rest: others.length > 0 ? { type: 'Sequence', normalizers: others as Normalizer[] } : null,
  };
}

/** Han beyond the first plane, by the ranges of BERT's `_is_chinese_char`. */
const ASTRAL_HAN = /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;

/**
 * The two places where the JavaScript normalizer leaves the Rust one: it does not set Han outside the first plane
 * apart, and it lower-cases a final Σ to ς where Rust, which goes character by character, says σ.
 */
function likeRust({ lowercase, handle_chinese_chars }: Normalizer) {
  return (text: string) => {
    const apart = handle_chinese_chars ? text.replace(ASTRAL_HAN, ' $& ') : text;
    return lowercase ? apart.replaceAll('Σ', 'σ') : apart;
  };
}
