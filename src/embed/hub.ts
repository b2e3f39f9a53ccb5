import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@xenova/transformers';
import { mayNestWorkers } from '../core/device.ts';
import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import type { Language, ModelCard } from '../core/types.ts';
import { modelKey } from './card.ts';
import { encoderOver } from './encoder.ts';
import type { Model, PairScorer } from './model.ts';
import type { Session } from './session.ts';
import { share } from './shared.ts';
import { cut, type TextTokenizer } from './tokenizer.ts';

export interface HubOptions {
  /** Folder (Node) or absolute address ending in `/` whose sub-folders are models. Without it they come from the Hugging Face hub. */
  readonly folder?: string;
  /** Which of the repository's weights: `model_quantized.onnx` unless told. */
  readonly dtype?: 'q8' | 'q4' | 'fp16' | 'fp32';
  /** What `config.json` does not say. Unless told, guessed from the model's name: see `habits`. */
  readonly card?: Partial<Pick<ModelCard, 'languages' | 'pooling' | 'queryInstruction' | 'maxTokens' | 'licence'>>;
  /** Reads the model's files, by their address under `folder`, in place of the network; nothing for one that is not there. */
  readonly read?: (address: string) => Promise<Blob | undefined>;
  /** SHA-256 of the weights, where it is known: a part of the model's key. */
  readonly weightsHash?: string;
  /** ONNX Runtime's WebAssembly on our own origin; without it a browser would ask a CDN. */
  readonly wasm?: { readonly wasm: string; readonly mjs: string };
}

/**
 * An encoder over transformers.js: any feature-extraction model with ONNX weights, by hub id or folder name.
 *
 * The library is large and loaded with the first model, as its own chunk; the models that we ship never need it. Its
 * downloads are not pinned to a hash, so the key of such a model is its id and the type of its weights.
 *
 * @throws EngineError `model-unavailable` with the library's own message.
 */
export function createHubEncoder(options: HubOptions = {}): Encoder {
  const where = options.folder ?? 'the Hugging Face hub';
  return encoderOver((id) => hubModel(id, options), {
    backend: `transformers.js, models from ${where}`,
    threads: 1,
    notes: [],
  });
}

interface Parts {
  readonly card: ModelCard;
  readonly tokenizer: TextTokenizer;
  readonly session: Session;
}

export function hubModel(id: string, options: HubOptions): Model {
  let opened: Parts | undefined;
  let scoring: PairScorer | undefined;
  /** One part of the model, once; what was loaded for nobody is given back. */
  const loaded = <T>(
    open: typeof openParts | typeof openPairs,
    keep: (found: T) => void,
    release: (found: T) => Promise<void>,
  ) =>
    share<T>(async ({ signal, onBytes }) => {
      try {
        const found = (await open(id, options, onBytes)) as T;
        if (signal.aborted) await release(found);
        else keep(found);
        return found;
      } catch (cause) {
        const from = options.folder ?? 'the hub';
        throw new EngineError(
          'model-unavailable',
          `Could not load ${id} from ${from}: ${(cause as Error).message} Check the name and that it has ONNX weights.`,
        );
      }
    });
  const parts = loaded<Parts>(
    openParts,
    (found) => {
      opened = found;
    },
    ({ session }) => session.close(),
  );
  const pairs = loaded<PairScorer>(
    openPairs,
    (found) => {
      scoring = found;
    },
    (scorer) => scorer.close(),
  );
  return {
    id,
    get opened() {
      return opened !== undefined || scoring !== undefined;
    },
    async load({ signal, onProgress }) {
      const onBytes = (bytes: number) => onProgress?.(bytes, bytes);
      return (await parts.get({ signal, onBytes })).card;
    },
    tokenizer: async (signal) => (await parts.get({ signal })).tokenizer,
    open: (signal) => parts.get({ signal }),
    scorer: (signal) => pairs.get({ signal }),
    async close() {
      await Promise.all([opened?.session.close(), scoring?.close()]);
      opened = undefined;
      scoring = undefined;
    },
  };
}

/** Where transformers.js looks unless told otherwise. */
let hub: { readonly remoteHost: string; readonly remotePathTemplate: string } | undefined;

/** How transformers.js fetches unless told otherwise. */
let usual: { readonly fetch: unknown; readonly useBrowserCache: boolean } | undefined;

/** The library, told where to look for this model, and how to ask it for a part of it. */
async function reach(id: string, options: HubOptions, onBytes: (loaded: number) => void) {
  const library = await import('@xenova/transformers');
  const { env } = library;
  const onDisk = options.folder !== undefined && !/^https?:/.test(options.folder);
  env.allowLocalModels = onDisk;
  env.allowRemoteModels = !onDisk;
  const { folder, name } = options.folder === undefined ? placeOf(id) : { folder: options.folder, name: id };
  hub ??= { remoteHost: env.remoteHost, remotePathTemplate: env.remotePathTemplate };
  if (onDisk) env.localModelPath = options.folder;
  else Object.assign(env, folder ? { remoteHost: folder, remotePathTemplate: '{model}/' } : hub);
  usual ??= { fetch: env.fetch, useBrowserCache: env.useBrowserCache };
  const { read } = options;
  if (read) {
    const fetched = async (address: string) => {
      const file = await read(address);
      return file ? new Response(file) : new Response(null, { status: 404 });
    };
    // What is kept already need not be kept twice.
    Object.assign(env, { fetch: (address: string | URL) => fetched(String(address)), useBrowserCache: false });
  } else Object.assign(env, usual);
  const { wasm } = env.backends.onnx;
  if (options.wasm && wasm) wasm.wasmPaths = { ...options.wasm };
  if (wasm && !mayNestWorkers()) wasm.numThreads = 1;

  const files = new Map<string, number>();
  const progress_callback = (event: { status: string; file?: string; loaded?: number }) => {
    if (event.status !== 'progress' || !event.file) return;
    files.set(event.file, event.loaded ?? 0);
    onBytes([...files.values()].reduce((sum, n) => sum + n, 0));
  };
  return { library, name, dtype: options.dtype ?? 'q8', progress_callback } as const;
}

async function openParts(id: string, options: HubOptions, onBytes: (loaded: number) => void): Promise<Parts> {
  const { library, name, dtype, progress_callback } = await reach(id, options, onBytes);
  const [model, tokenizer] = await Promise.all([
    library.AutoModel.from_pretrained(name, { dtype, progress_callback }),
    library.AutoTokenizer.from_pretrained(name, { progress_callback }),
  ]);
  return {
    card: cardOf(id, dtype, model, options),
    tokenizer: wrapTokenizer(tokenizer),
    session: wrapModel(model, library.Tensor),
  };
}

async function openPairs(id: string, options: HubOptions, onBytes: (loaded: number) => void): Promise<PairScorer> {
  const { library, name, dtype, progress_callback } = await reach(id, options, onBytes);
  const [model, tokenizer] = await Promise.all([
    library.AutoModelForSequenceClassification.from_pretrained(name, { dtype, progress_callback }),
    library.AutoTokenizer.from_pretrained(name, { progress_callback }),
  ]);
  return wrapPairs(model, tokenizer, library.Tensor);
}

/** An address (`https://…/name`, `/models/name`, `./name`) is a folder and a name in it; anything else a hub id. */
function placeOf(id: string): { readonly folder?: string; readonly name: string } {
  if (!/^(https?:|\.{0,2}\/)/.test(id)) return { name: id };
  const { href } = new URL(id.replace(/\/+$/, ''), globalThis.location?.href);
  const cut = href.lastIndexOf('/') + 1;
  return { folder: href.slice(0, cut), name: href.slice(cut) };
}

function wrapTokenizer(tokenizer: PreTrainedTokenizer): TextTokenizer {
  return {
    encode: (text, maxTokens) => cut(tokenizer.encode(text), maxTokens),
    count: (text) => tokenizer.encode(text, { add_special_tokens: false }).length,
  };
}

function wrapModel(model: PreTrainedModel, TensorOf: typeof Tensor): Session {
  return {
    async run(ids) {
      const shape = [1, ids.length];
      const output = await model({
        input_ids: new TensorOf('int64', BigInt64Array.from(ids, BigInt), shape),
        attention_mask: new TensorOf('int64', new BigInt64Array(ids.length).fill(1n), shape),
      });
      const hidden: Tensor | undefined = output.last_hidden_state ?? output.token_embeddings;
      if (!hidden)
        throw new EngineError(
          'model-unavailable',
          'Expected a model with a last hidden state; take a feature-extraction one.',
        );
      return hidden.data as Float32Array;
    },
    close: async () => void (await model.dispose()),
  };
}

/** What the tokenizer makes of a pair. */
interface EncodedPair {
  readonly input_ids: number[];
  readonly token_type_ids?: number[];
}

/** Models without a limit of their own name one of 10^30. */
const LONGEST_PAIR = 8192;

/** A sequence classifier as a scorer: its one logit, or of two classes the second over the first. */
function wrapPairs(model: PreTrainedModel, tokenizer: PreTrainedTokenizer, TensorOf: typeof Tensor): PairScorer {
  const config = model.config as { max_position_embeddings?: number };
  const { model_max_length = LONGEST_PAIR } = tokenizer as { model_max_length?: number };
  const most = Math.min(model_max_length, config.max_position_embeddings ?? LONGEST_PAIR, LONGEST_PAIR);
  return {
    async score(query, passage) {
      // The library takes an empty text for none.
      const pair: EncodedPair = tokenizer(query, { text_pair: passage || ' ', return_tensor: false });
      const ids = cut(pair.input_ids, most);
      const tensor = (values: readonly number[]) =>
        new TensorOf('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
      const { logits } = await model({
        input_ids: tensor(ids),
        attention_mask: tensor(ids.map(() => 1)),
        ...(pair.token_type_ids && { token_type_ids: tensor(cut(pair.token_type_ids, most)) }),
      });
      const values: Float32Array | undefined = logits?.data;
      if (values?.length === 1) return values[0]!;
      if (values?.length === 2) return values[1]! - values[0]!;
      throw new EngineError(
        'model-unavailable',
        `Expected a cross-encoder with one or two classes, got ${values ? `${values.length} of them` : 'a model without logits'}.`,
      );
    },
    close: async () => void (await model.dispose()),
  };
}

function cardOf(id: string, dtype: string, model: PreTrainedModel, options: HubOptions): ModelCard {
  const config = model.config as { hidden_size?: number; max_position_embeddings?: number };
  const { languages, pooling, queryInstruction } = { ...habits(id), ...options.card };
  const { weightsHash } = options;
  const key = modelKey(id, [dtype, ...(weightsHash ? [weightsHash.slice(0, 12)] : [])], pooling, queryInstruction);
  return {
    id,
    key,
    encoderKey: key,
    sparse: false,
    projects: false,
    reranks: false,
    languages,
    dim: config.hidden_size ?? 0,
    pooling,
    queryInstruction,
    maxTokens: options.card?.maxTokens ?? Math.min(config.max_position_embeddings ?? 512, 8192),
    licence: options.card?.licence ?? 'unknown',
    source: options.folder ? `${options.folder}/${id}` : `hub: ${id}`,
  };
}

interface Habits {
  readonly languages: readonly Language[];
  readonly pooling: 'cls' | 'mean';
  readonly queryInstruction: string;
}

/** How a family of models wants to be used, by its name: BGE and the GTE and Arctic families pool [CLS], most others the mean. */
function habits(id: string): Habits {
  const name = id.toLowerCase();
  const both = ['en', 'zh'] as const;
  if (/bge-m3/.test(name)) return { languages: both, pooling: 'cls', queryInstruction: '' };
  if (/bge-.*zh/.test(name))
    return { languages: ['zh'], pooling: 'cls', queryInstruction: '为这个句子生成表示以用于检索相关文章：' };
  if (/bge-.*en/.test(name) || /arctic-embed/.test(name)) {
    const queryInstruction = 'Represent this sentence for searching relevant passages: ';
    return { languages: ['en'], pooling: 'cls', queryInstruction };
  }
  if (/\bgte-/.test(name)) return { languages: both, pooling: 'cls', queryInstruction: '' };
  if (/\be5-/.test(name)) return { languages: both, pooling: 'mean', queryInstruction: 'query: ' };
  return { languages: both, pooling: 'mean', queryInstruction: '' };
}
