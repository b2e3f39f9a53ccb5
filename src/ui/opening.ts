import type { Passage } from '../core/answer.ts';
import type { Engine } from '../core/engine.ts';
import type { Chunk, DocumentId, Range } from '../core/types.ts';
import { pageOf } from './format.ts';
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

/** Where a passage stands in the document's text. */
export function placeOf({ anchor, textStart, textEnd }: Chunk): Pick<Reading, 'page' | 'passage'> {
  const page = pageOf(anchor);
  return { ...(page !== undefined && { page }), passage: { start: textStart, end: textEnd } };
}

/** The same of a passage that was found, with its parts. */
export function targetOf({ chunk, focus, highlights }: Passage) {
  const shift = (range: Range): Range => ({ start: range.start + chunk.textStart, end: range.end + chunk.textStart });
  return { ...placeOf(chunk), focus: shift(focus), highlights: highlights.map(shift) };
}
