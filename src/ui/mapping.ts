/** The map as the page goes about it: made when its view is opened, and again when the library has changed. */
import type { DocumentSummary, Engine } from '../core/engine.ts';
import type { MapProgress, PassageMap, SimilarPassage } from '../core/map.ts';
import type { Chunk, ChunkId } from '../core/types.ts';
import { type Failure, type State, toFailure } from './state.ts';
import type { Store } from './store.ts';

export interface MapState {
  readonly phase: 'none' | 'working' | 'ready' | 'stopped' | 'failed';
  readonly progress?: MapProgress;
  /** The latest that was made; it stays while a newer one is computed. */
  readonly map?: PassageMap;
  readonly failure?: Failure;
}

export const NO_MAP: MapState = { phase: 'none' };

export interface MapActions {
  /** Makes the map, unless the one that is there is of the library as it is. */
  show(): void;
  /** Computes the layout anew. */
  anew(): void;
  cancel(): void;
  /** Texts of passages; undefined for one that is gone. */
  passages(ids: readonly ChunkId[]): Promise<readonly (Chunk | undefined)[]>;
  similar(passage: ChunkId, limit: number): Promise<readonly SimilarPassage[]>;
}

export function createMapActions(
  engine: Pick<Engine, 'map' | 'passages' | 'similar'>,
  store: Pick<Store<Pick<State, 'map' | 'documents'>>, 'get' | 'set'>,
): MapActions {
  const get = () => store.get().map;
  const set = (map: MapState) => store.set({ map });
  const version = () => versionOf(store.get().documents);
  let made: string | undefined;
  let current: AbortController | undefined;

  const make = async (anew: boolean) => {
    current?.abort();
    const stop = new AbortController();
    current = stop;
    const of = version();
    const { map: old } = get();
    const patch = (state: MapState) => {
      if (current === stop) set({ ...(old && { map: old }), ...state });
    };
    patch({ phase: 'working' });
    try {
      const map = await engine.map({
        ...(anew && { anew }),
        signal: stop.signal,
        onProgress: (progress) => patch({ phase: 'working', progress }),
      });
      made = of;
      patch({ phase: 'ready', map });
    } catch (error) {
      patch(
        stop.signal.aborted ? { phase: old ? 'ready' : 'stopped' } : { phase: 'failed', failure: toFailure(error) },
      );
    }
  };

  return {
    show() {
      const { phase } = get();
      if (made === version() || phase === 'working') return;
      void make(false);
    },
    anew: () => void make(true),
    cancel: () => current?.abort(),
    passages: (ids) => engine.passages(ids).catch(() => ids.map(() => undefined)),
    similar: (passage, limit) => engine.similar(passage, limit).catch(() => []),
  };
}

/** What the library holds, as a string that is another when that is. */
const versionOf = (documents: readonly DocumentSummary[]) =>
  documents.map(({ id, hash, stored }) => `${id} ${hash} ${stored}`).join('\n');
