import type { JudgedPair, PairId } from '../core/accepted.ts';
import type { Engine } from '../core/engine.ts';
import type { ChunkId } from '../core/types.ts';
import { type State, toFailure } from './state.ts';
import type { Store } from './store.ts';

/** What a person says of a passage: it answers the question, or it does not. */
export type Verdict = 'accepted' | 'rejected';

/** Answers that a person accepts or rejects: kept in step with the engine. */
export interface Accepting {
  refresh(): Promise<void>;
  /** Remembers what is said of the passage, in place of the opposite; or, if it is remembered, forgets it. */
  toggle(verdict: Verdict, question: string, passage: ChunkId): Promise<void>;
  forget(pairs: readonly PairId[]): Promise<void>;
}

export function createAccepting(
  engine: Pick<Engine, 'accept' | 'accepted' | 'reject' | 'rejected' | 'forget'>,
  store: Store<State>,
): Accepting {
  const read = async () => {
    const [accepted, rejected] = await Promise.all([engine.accepted(), engine.rejected()]);
    store.set({ accepted, rejected });
  };
  const change = async (work: () => Promise<unknown>) => {
    try {
      await work();
      await read();
    } catch (error) {
      store.set({ outcome: { kind: 'failed', added: 0, unchanged: 0, skipped: [], failure: toFailure(error) } });
    }
  };
  return {
    refresh: () => read().catch(() => {}),
    toggle(verdict, question, passage) {
      const known = judgedFor(store.get()[verdict], question, passage);
      const opposite = judgedFor(store.get()[verdict === 'accepted' ? 'rejected' : 'accepted'], question, passage);
      return change(async () => {
        if (known) return engine.forget([known.id]);
        // The opposite was perhaps said of the question in another spelling, which is another pair.
        if (opposite) await engine.forget([opposite.id]);
        return verdict === 'accepted' ? engine.accept(question, passage) : engine.reject(question, passage);
      });
    },
    forget: (pairs) => change(() => engine.forget(pairs)),
  };
}

/** The pair of this question and passage, if it is among them. */
export const judgedFor = (pairs: readonly JudgedPair[], question: string, passage: ChunkId) =>
  pairs.find((pair) => pair.chunk === passage && alike(pair.question) === alike(question));

/** Case and punctuation make no other question. */
const alike = (question: string) =>
  question
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();
