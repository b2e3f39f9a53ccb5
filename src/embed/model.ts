import type { LoadOptions } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { decodeSparseHead, type SparseHead } from '../core/sparse.ts';
import type { ModelCard } from '../core/types.ts';
import { type ModelFile, type ModelManifest, parseManifest } from './card.ts';
import { inflate } from './inflate.ts';
import type { Runtime, Session } from './session.ts';
import { share } from './shared.ts';
import type { ModelSource, ReadOptions } from './source.ts';
import { decodeTokenHead, type TokenHead } from './token-head.ts';
import { openTokenizer, type TextTokenizer } from './tokenizer.ts';

/** One model, loaded in parts: the card, then tokenizer and session side by side, each once and each on demand. */
export interface Model {
  readonly id: string;
  readonly opened: boolean;
  load(options: LoadOptions): Promise<ModelCard>;
  tokenizer(signal?: AbortSignal): Promise<TextTokenizer>;
  open(signal?: AbortSignal): Promise<OpenedModel>;
  /** The model as a cross-encoder, where its kind of source has them. @throws EngineError `model-unavailable` if it is none. */
  scorer?(signal?: AbortSignal): Promise<PairScorer>;
  close(): Promise<void>;
}

/** A model that reads a query and a passage together. One call at a time. */
export interface PairScorer {
  /** A logit: the higher, the better the passage answers. */
  score(query: string, passage: string): Promise<number>;
  close(): Promise<void>;
}

export interface OpenedModel {
  readonly card: ModelCard;
  readonly tokenizer: TextTokenizer;
  readonly session: Session;
  readonly sparseHead?: SparseHead | undefined;
  readonly tokenHead?: TokenHead | undefined;
}

export function createModel(id: string, source: ModelSource, runtime: Runtime): Model {
  let session: Session | undefined;

  const manifest = share(async ({ signal }) => {
    if (!/^[\w.-]+$/.test(id) || id.startsWith('.')) {
      throw new EngineError('bad-input', `Expected the name of a model's folder, got ${JSON.stringify(id)}.`);
    }
    return parseManifest(await source.manifest(id, signal), `${id}/model.json`);
  });
  const read = async (pick: (card: ModelManifest) => ModelFile, options: ReadOptions) => {
    const file = pick(await manifest.get({ signal: options.signal }));
    return { bytes: await source.file(id, file, options), where: `${id}/${file.path}` };
  };
  const tokenizer = share(async (options) => {
    const { bytes, where } = await read((card) => card.tokenizer, options);
    return openTokenizer(bytes, where);
  });
  const weights = share(async (options) => {
    // The runtime is made ready while the weights are on their way.
    void runtime.warm?.();
    const { signal } = options;
    const card = await manifest.get({ signal });
    const graph = async () => {
      if (!card.webgpu || !(await runtime.wantsWebgpu?.())) return undefined;
      return source.file(id, card.webgpu, { signal, onBytes: () => {} });
    };
    const [{ bytes, where }, webgpu] = await inOrder([read((card) => card.weights, options), graph()]);
    const { unpacked } = card.weights;
    const model = unpacked === undefined ? bytes : await inflate(bytes, unpacked, where);
    const probes = card.webgpu?.probes ?? [];
    session = await runtime.open({ weights: model, probes, ...(webgpu && { webgpu }) }, where);
    return session;
  });

  const sparseHead = share(async (options) => {
    const { sparseHead: file, encoderKey, dim } = await manifest.get({ signal: options.signal });
    if (!file) return undefined;
    const bytes = await source.file(id, file, options);
    return decodeSparseHead(parseJson(bytes), encoderKey, dim);
  });

  const tokenHead = share(async (options) => {
    const { tokenHead: file, dim } = await manifest.get({ signal: options.signal });
    if (!file) return undefined;
    return decodeTokenHead(await source.file(id, file, options), dim, `${id}/${file.path}`);
  });

  const open = async (signal?: AbortSignal) => {
    const [card, words, sparse, token, graph] = await inOrder([
      manifest.get({ signal }),
      tokenizer.get({ signal }),
      sparseHead.get({ signal }),
      tokenHead.get({ signal }),
      weights.get({ signal }),
    ]);
    return { card, tokenizer: words, session: graph, sparseHead: sparse, tokenHead: token };
  };

  return {
    id,
    get opened() {
      return session !== undefined;
    },
    async load({ signal, onProgress }) {
      const card = await manifest.get({ signal });
      const files = [card.tokenizer, card.sparseHead, card.tokenHead, card.weights];
      const total = files.reduce((sum, file) => sum + (file?.bytes ?? 0), 0);
      const loaded = files.map(() => 0);
      const progress = (part: number) => (bytes: number) => {
        loaded[part] = bytes;
        onProgress?.(
          loaded.reduce((sum, part) => sum + part),
          total,
        );
      };
      await inOrder(
        [tokenizer, sparseHead, tokenHead, weights].map((part, i) => part.get({ signal, onBytes: progress(i) })),
      );
      return card;
    },
    tokenizer: (signal) => tokenizer.get({ signal }),
    open,
    async close() {
      await session?.close();
      session = undefined;
    },
  };
}

/** `Promise.all`, but of several failures the first of the list is thrown, whichever came first: small files before large. */
async function inOrder<const T extends readonly Promise<unknown>[]>(promises: T) {
  const all = Promise.all(promises);
  // It is heard below, or another before it.
  all.catch(() => {});
  for (const promise of promises) await promise;
  return all;
}

/** The value that bytes spell, or undefined: what reads it says what was expected. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
