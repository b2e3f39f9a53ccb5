import type { Encoder, LoadOptions, PassageContext } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { type SparseVector, sparseRows, sparseVector } from '../core/sparse.ts';
import { tokenRows } from '../core/tokens.ts';
import type { LateChunking } from '../core/types.ts';
import { createLane } from './lane.ts';
import { mixLate, spanOf } from './late.ts';
import { createModel, type Model } from './model.ts';
import { collectTokens, pool } from './pool.ts';
import { pooledTokens } from './pooled.ts';
import type { Runtime } from './session.ts';
import type { ModelSource } from './source.ts';
import { projectTokens } from './token-head.ts';

export interface EncoderOptions {
  readonly source: ModelSource;
  readonly runtime: Runtime;
}

/** The encoder over a source of models in our own layout and a runtime to run them. */
export function createEncoder({ source, runtime }: EncoderOptions): Encoder {
  return encoderOver((id) => createModel(id, source, runtime), runtime);
}

/**
 * The encoder over anything that can open a model by its name.
 *
 * Texts go through the graph one by one: measured, a batch is no faster on a CPU, and with dynamic int8 a text's
 * vector would depend on its neighbours. A text longer than the model takes is cut at its end; the empty text is
 * encoded as `[CLS] [SEP]`. Asking for token or sparse vectors makes the last layer quantise over all tokens instead of one, so
 * `dense` then differs a little (cosine ≥ .999). Counting tokens waits for a model's tokenizer, not for its weights.
 */
export function encoderOver(
  open: (id: string) => Model,
  runtime: Pick<Runtime, 'backend' | 'threads' | 'notes'>,
): Encoder {
  const models = new Map<string, Model>();
  const lane = createLane();
  let closed = false;

  const modelOf = (id: string) => {
    if (closed) throw new EngineError('worker-lost', 'The encoder was closed; open the engine anew.');
    const model = models.get(id) ?? open(id);
    models.set(id, model);
    return model;
  };

  return {
    async load(id: string, options: LoadOptions = {}) {
      return modelOf(id).load(options);
    },
    async countTokens(id, texts) {
      const tokenizer = await modelOf(id).tokenizer();
      return Uint32Array.from(texts, (text) => tokenizer.count(text));
    },
    async embed(id, role, texts, options = {}) {
      const { signal, contexts = [] } = options;
      const { tokens: wantTokens = false, sparse: wantSparse = false, pooled: wantPooled = false } = options;
      const { card, tokenizer, session, sparseHead, tokenHead } = await modelOf(id).open(signal);
      const { dim, pooling, maxTokens, lateChunking } = card;
      const prefix = role === 'query' ? card.queryInstruction : '';
      const dense = new Float32Array(texts.length * dim);
      const tokens = wantTokens ? collectTokens(dim) : undefined;
      const head = wantSparse ? sparseHead : undefined;
      const sparse: SparseVector[] = [];
      const pooled: Uint8Array[] = [];
      // [CLS] and the instruction, which says nothing of the query.
      const leading = head && prefix !== '' ? 1 + tokenizer.count(prefix) : 0;
      const rows = tokens || head || wantPooled || pooling === 'mean' ? 'all' : 'first';
      let window:
        | { readonly text: string; readonly ids: readonly number[]; readonly hidden: Promise<Float32Array> }
        | undefined;
      const inContext = async (context: PassageContext, { mix }: LateChunking, vector: Float32Array) => {
        if (window?.text !== context.text) {
          const ids = tokenizer.encode(context.text, maxTokens);
          window = { text: context.text, ids, hidden: session.run(ids, 'all') };
        }
        const { ids, hidden } = window;
        const tokens = await hidden;
        const span = spanOf(context, tokenizer.count, ids.length);
        if (span) mixLate(vector, tokens, span, mix);
      };
      const step = async (row: number) => {
        const ids = tokenizer.encode(prefix + texts[row]!, maxTokens);
        const hidden = await session.run(ids, rows);
        const vector = dense.subarray(row * dim, (row + 1) * dim);
        pool(pooling, hidden, vector);
        const context = contexts[row];
        if (context && lateChunking) await inContext(context, lateChunking, vector);
        const words = tokenHead && (tokens || wantPooled) ? projectTokens(tokenHead, hidden) : hidden;
        tokens?.put(row, ids, words);
        if (head) sparse[row] = sparseVector(head, hidden, ids, leading);
        if (wantPooled) pooled[row] = pooledTokens(words, dim);
      };
      await lane.run(role, texts.length, step, { signal, width: session.parallel });
      return {
        rows: texts.length,
        dim,
        dense,
        ...(tokens && { tokens: tokens.done() }),
        ...(head && { sparse: sparseRows(sparse) }),
        ...(wantPooled && { pooled: tokenRows(pooled) }),
      };
    },
    async score(id, query, passages, { signal } = {}) {
      const scorer = await modelOf(id).scorer?.(signal);
      if (!scorer) {
        throw new EngineError(
          'model-unavailable',
          `Expected a cross-encoder in the transformers.js layout, got ${id}; name its folder, its address or its name on the hub.`,
        );
      }
      const scores = new Float32Array(passages.length);
      const step = async (row: number) => {
        scores[row] = await scorer.score(query, passages[row]!);
      };
      await lane.run('query', passages.length, step, { signal });
      return scores;
    },
    async info() {
      const loaded = [...models.values()].filter((model) => model.opened).map((model) => model.id);
      return { backend: runtime.backend, threads: runtime.threads, loaded, notes: runtime.notes };
    },
    async close() {
      closed = true;
      await Promise.all([...models.values()].map((model) => model.close()));
      models.clear();
    },
  };
}
