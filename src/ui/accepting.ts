import type { AcceptedId } from '../core/accepted.ts';
import type { Engine } from '../core/engine.ts';
import type { ChunkId } from '../core/types.ts';
import { type State, toFailure } from './state.ts';
import type { Store } from './store.ts';

/** Answers that a person accepts: kept in step with the engine. */
export interface Accepting {
  refresh(): Promise<void>;
  /** Remembers that the passage answers the question, or, if it is remembered, forgets it. */
  toggle(question: string, passage: ChunkId): Promise<void>;
  forget(pairs: readonly AcceptedId[]): Promise<void>;
}

export function createAccepting(
  engine: Pick<Engine, 'accept' | 'accepted' | 'forget'>,
  store: Store<State>,
): Accepting {
  const change = async (work: () => Promise<unknown>) => {
    try {
      await work();
      store.set({ accepted: await engine.accepted() });
    } catch (error) {
      store.set({ outcome: { kind: 'failed', added: 0, unchanged: 0, skipped: [], failure: toFailure(error) } });
    }
  };
  return {
    refresh: async () => store.set({ accepted: await engine.accepted().catch(() => store.get().accepted) }),
    toggle(question, passage) {
      const known = acceptedFor(store.get(), question, passage);
      return change(() => (known ? engine.forget([known.id]) : engine.accept(question, passage)));
    },
    forget: (pairs) => change(() => engine.forget(pairs)),
  };
}

export const acceptedFor = ({ accepted }: Pick<State, 'accepted'>, question: string, passage: ChunkId) =>
  accepted.find((pair) => pair.chunk === passage && alike(pair.question) === alike(question));

/** Case and punctuation make no other question. */
const alike = (question: string) =>
  question
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();
