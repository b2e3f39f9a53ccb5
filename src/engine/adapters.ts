import { adaptQuery } from '../adapt/adapter.ts';
import { decodeAdapter } from '../adapt/adapter-file.ts';
import type { QueryAdapter } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import type { AdapterId, KeptAdapter } from '../core/teach.ts';
import type { ModelKey, UnitVector } from '../core/types.ts';
import type { Attachment, Change, Store } from '../store/store.ts';

/** The adapters of a collection, in memory and in step with what was committed. */
export interface Adapters {
  list(): readonly KeptAdapter[];
  /** @throws EngineError `bad-input` if there is no such adapter. */
  file(id: AdapterId): Uint8Array<ArrayBuffer>;
  /** The query as the applied adapter of its model turns it; undefined where none is applied. */
  adapt(model: ModelKey, query: UnitVector): UnitVector | undefined;
  /** Takes over what a commit has changed. */
  take(attachments: Change['attachments']): void;
  clear(): void;
}

const FILE = 'adapter/';
/** By model, which adapter is applied: a name of its own, so that applying writes a few bytes. */
const APPLIED = 'applied/';

/** Adapters that are stored but cannot be read are named by `note` and left out. */
export async function openAdapters(store: Store, note: (sentence: string) => void): Promise<Adapters> {
  const kept = new Map<
    AdapterId,
    { adapter: QueryAdapter; file: Uint8Array<ArrayBuffer>; card: KeptAdapter['card'] }
  >();
  const applied = new Map<ModelKey, AdapterId>();

  const take = (attachments: readonly (Pick<Attachment, 'name'> & Partial<Attachment>)[]) => {
    for (const { name, body } of attachments) {
      if (name.startsWith(APPLIED)) {
        const model = name.slice(APPLIED.length) as ModelKey;
        if (body) applied.set(model, new TextDecoder().decode(body) as AdapterId);
        else applied.delete(model);
      } else if (name.startsWith(FILE)) {
        const id = name.slice(FILE.length) as AdapterId;
        if (body) kept.set(id, { ...decodeAdapter(body), file: body });
        else kept.delete(id);
      }
    }
  };
  take(await store.attachments(APPLIED));
  for (const attachment of await store.attachments(FILE)) {
    try {
      take([attachment]);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      note(error.message);
    }
  }

  const known = (id: AdapterId) => {
    const found = kept.get(id);
    if (found) return found;
    throw new EngineError(
      'bad-input',
      `Expected an adapter of this collection, got “${id}”; it may have been removed.`,
    );
  };
  return {
    list: () =>
      [...kept]
        .map(([id, { card, file }]) => ({ id, card, bytes: file.length, applied: applied.get(card.model) === id }))
        .sort((a, b) => b.card.log.startedAt.localeCompare(a.card.log.startedAt)),
    file: (id) => known(id).file,
    adapt(model, query) {
      const adapter = kept.get(applied.get(model) ?? ('' as AdapterId))?.adapter;
      return adapter && adaptQuery(adapter, model, query);
    },
    take: (attachments = []) => take(attachments),
    clear() {
      kept.clear();
      applied.clear();
    },
  };
}

/** What keeps an adapter's file, with the id it will have. */
export async function keeping(file: Uint8Array<ArrayBuffer>): Promise<{ id: AdapterId; change: Change }> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', file)).subarray(0, 8);
  const id = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') as AdapterId;
  return { id, change: { attachments: [{ name: FILE + id, body: file }] } };
}

/** What applies an adapter or ends that. */
export function applying({ id, card }: KeptAdapter, on: boolean): Change {
  const name = APPLIED + card.model;
  return { attachments: [on ? { name, body: new TextEncoder().encode(id) } : { name }] };
}

/** What takes an adapter away, and with it that it was applied. */
export function dropping(adapter: KeptAdapter): Change {
  const file = { name: FILE + adapter.id };
  return { attachments: adapter.applied ? [file, ...applying(adapter, false).attachments!] : [file] };
}
