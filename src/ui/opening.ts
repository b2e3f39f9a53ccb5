import type { Engine } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';
import { type Reading, type State, toFailure } from './state.ts';
import type { Store } from './store.ts';

/** Brings documents into the reading pane; the latest wish wins. */
export interface Opener {
  /** @param pauseMs Waits so long for a later wish before the engine is asked. */
  open(id: DocumentId, target: Omit<Reading, 'id' | 'opened' | 'failure'>, pauseMs?: number): void;
  close(): void;
}

export function createOpener(engine: Pick<Engine, 'open'>, store: Store<State>): Opener {
  let latest = 0;
  return {
    open(id, target, pauseMs = 0) {
      const turn = ++latest;
      const show = (found: Pick<Reading, 'opened' | 'failure'>) => {
        if (turn === latest) store.set({ reading: { ...target, id, ...found, chosen: chosenNow(store, id, target) } });
      };
      const { reading } = store.get();
      if (reading?.opened?.id === id) return show({ opened: reading.opened });
      const fetch = () => {
        if (turn !== latest) return;
        store.set({ reading: { ...target, id } });
        engine.open(id).then(
          (opened) => show({ opened }),
          (error: unknown) => show({ failure: toFailure(error) }),
        );
      };
      if (pauseMs > 0) setTimeout(fetch, pauseMs);
      else fetch();
    },
    close() {
      latest++;
      store.set({ reading: undefined });
    },
  };
}

/** The person may have gone back to typing while the document was on its way. */
function chosenNow(store: Store<State>, id: DocumentId, target: Pick<Reading, 'chosen'>): boolean {
  const { reading } = store.get();
  return reading?.id === id && !reading.opened ? reading.chosen : target.chosen;
}
