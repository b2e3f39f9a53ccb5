import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Language } from '../core/types.ts';
import { simplify } from '../search/simplify.ts';
import { ask, type EncodeQuery, type FullModel } from './ask.ts';
import { JUDGED } from './judge.ts';
import type { Manifest } from './manifest.ts';
import type { Reread, RereadingEncoder } from './reread.ts';
import { fetchManifest, type GetFile, laneFor, type OpenLane, openLane } from './shards.ts';
import type { JudgingIndex, RereadOptions, SiteSearchOptions } from './site-index.ts';

export type * from './site-index.ts';
export type { SiteTier } from './tier.ts';

export interface SiteIndexOptions {
  readonly getFile: GetFile;
  /** For `tier: 'full'`: encodes queries, and the passages that are read again, with the lane's model. */
  readonly encoder?: RereadingEncoder;
  readonly reread?: RereadOptions;
}

const REMEMBERED_QUERIES = 32;

export function openSite({ getFile, encoder, reread = {} }: SiteIndexOptions): JudgingIndex {
  let opening: Promise<Manifest> | undefined;
  const lanes = new Map<string, Promise<OpenLane>>();
  const model = encoder && { encode: remembering(encoder), reread: rereading(encoder, reread) };

  const manifest = () => {
    opening ??= fetchManifest(getFile);
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  const laneOf = async (language: Language) => {
    const files = laneFor(await manifest(), language);
    if (!files) throw new EngineError('bad-input', 'This search index holds no pages; build the site again.');
    const known = lanes.get(files.map) ?? openLane(getFile, files);
    lanes.set(files.map, known);
    known.catch(() => lanes.delete(files.map));
    return known;
  };
  /** After a deploy the old files may be gone: look whether there is a new version, and forget the old one if so. */
  const renewed = async (stale: Manifest) => {
    const fresh = await fetchManifest(getFile);
    if (JSON.stringify(fresh) === JSON.stringify(stale)) return false;
    opening = Promise.resolve(fresh);
    lanes.clear();
    return true;
  };
  const askLane = async (query: string, options: SiteSearchOptions) => {
    const lane = await laneOf(detectLanguage(query));
    options.signal?.throwIfAborted();
    return ask(lane, query, options, model);
  };

  return {
    warm() {
      manifest()
        .then(({ lanes }) => lanes[0] && laneOf(lanes[0].language))
        .catch(() => {});
    },
    async search(query, options = {}) {
      options.signal?.throwIfAborted();
      const before = await manifest();
      try {
        const { answer } = await askLane(query, options);
        if (answer.notes.length === 0 || !(await renewed(before).catch(() => false))) return answer;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!(error instanceof EngineError) || !(await renewed(before))) throw error;
      }
      return (await askLane(query, options)).answer;
    },
    judge: async (query, tier) => (await askLane(query, { tier, limit: JUDGED })).judged,
  };
}

/** Its code comes when it is wanted. */
function rereading(encoder: RereadingEncoder, settings: RereadOptions): FullModel['reread'] {
  let loading: Promise<Reread> | undefined;
  return async ({ files }, query, hits, depth, signal) => {
    loading ??= import('./reread.ts').then(({ createReread }) => createReread(encoder));
    loading.catch(() => {
      loading = undefined;
    });
    const reread = await loading;
    return reread(files.model, query, hits, { ...settings, depth, ...(signal && { signal }) });
  };
}

/** Encodes with the lane's own model, and remembers the last few queries. */
function remembering(encoder: Pick<Encoder, 'load' | 'embed'>): EncodeQuery {
  const vectors = new Map<string, Float32Array>();
  return async ({ files }, query, signal) => {
    const key = `${files.key}\n${query}`;
    const known = vectors.get(key);
    if (known) return known;
    const card = await encoder.load(files.model, signal ? { signal } : {});
    if (card.encoderKey !== files.key) {
      throw new EngineError(
        'model-mismatch',
        `The index was built with another ${card.id} than the one here; build the site again.`,
      );
    }
    const text = files.language === 'zh' ? simplify(query) : query;
    const { dense } = await encoder.embed(card.id, 'query', [text], signal ? { signal } : {});
    if (vectors.size >= REMEMBERED_QUERIES) vectors.delete(vectors.keys().next().value!);
    vectors.set(key, dense);
    return dense;
  };
}
