import type { PairId } from '../core/accepted.ts';
import type { Query } from '../core/answer.ts';
import type { Chunk, ChunkId, DocumentId, ModelKey } from '../core/types.ts';
import { analyse } from './analyse.ts';
import { createVectors } from './dense.ts';
import { scoreWords } from './keywords.ts';
import { ACCEPTED, authorsTrust, type Lead, sameAs } from './lead.ts';
import { createLexicon } from './lexicon.ts';
import { buildPostings } from './postings.ts';

/** A question whose answer is known: an author's (a heading of an FAQ), or one that a person accepted an answer to. */
export interface KnownQuestion {
  readonly text: string;
  readonly document: DocumentId;
  /** The passage that answers it. */
  readonly chunk: ChunkId;
  readonly model: ModelKey;
  /** Encoded as a passage is, so that a query is as near to it as it would be to a passage that says the same. */
  readonly vector: Float32Array;
  /** Absent for an author's. */
  readonly accepted?: PairId;
}

/** Known questions of an index: embedded and searched beside the passages, never shown, each leading to its own. */
export interface Questions {
  add(questions: readonly KnownQuestion[]): void;
  remove(documents: ReadonlySet<DocumentId>): void;
  forget(ids: ReadonlySet<PairId>): void;
  /** @param live passages that count. Cost: as searching that many passages. */
  leads(query: Query, live: number, useWords: boolean, useMeaning: boolean): readonly Lead[];
}

/** @param rowOf the row of a passage; undefined if it does not count. */
export function createQuestions(rowOf: (chunk: ChunkId) => number | undefined): Questions {
  const lexicon = createLexicon();
  const vectors = createVectors();
  const known: KnownQuestion[] = [];
  const gone = new Set<number>();

  const kill = (isGone: (question: KnownQuestion) => boolean) => {
    for (const [i, question] of known.entries()) {
      if (gone.has(i) || !isGone(question)) continue;
      gone.add(i);
      lexicon.kill(i);
      vectors.kill(i);
    }
  };

  return {
    add(questions) {
      if (questions.length === 0) return;
      for (const run of runs(questions)) {
        const { model, vector } = run[0]!;
        const block = new Float32Array(run.length * vector.length);
        for (const [i, one] of run.entries()) block.set(one.vector, i * vector.length);
        const chunks = run.map(({ text }) => ({ text }) as Chunk);
        vectors.add({ id: 0, model, language: 'en', dim: vector.length, chunks }, known.length, block);
        known.push(...run);
      }
      lexicon.add(buildPostings(questions, ({ text }) => analyse(text)));
    },
    remove: (documents) => kill(({ document }) => documents.has(document)),
    forget: (ids) => kill(({ accepted }) => accepted !== undefined && ids.has(accepted)),

    leads(query, live, useWords, useMeaning) {
      if (known.length === gone.size) return [];
      const skip = lexicon.dead();
      const scores = useWords ? scoreWords(query.text, lexicon, query.typing).scores : undefined;
      const { ranking } = vectors.ask(useMeaning ? query.vectors : [], known.length, skip, false);
      const authored = new Set<ChunkId>();
      for (const [i, { accepted, chunk }] of known.entries()) if (!accepted && !gone.has(i)) authored.add(chunk);
      const trust = authorsTrust(authored.size, live);
      const asked = sameAs(query.text);
      return known.flatMap(({ text, chunk, document, accepted }, i): Lead[] => {
        if (gone.has(i) || (query.documents && !query.documents.has(document))) return [];
        const row = rowOf(chunk);
        if (row === undefined) return [];
        const lead = {
          row,
          question: text,
          words: scores?.[i] ?? 0,
          cosine: ranking[i]!,
          ...(accepted ? ACCEPTED : trust),
          same: sameAs(text) === asked,
        };
        return [lead];
      });
    },
  };
}

/** Neighbours of one model. */
function runs(questions: readonly KnownQuestion[]): KnownQuestion[][] {
  const found: KnownQuestion[][] = [];
  for (const question of questions) {
    const last = found.at(-1);
    if (last && last[0]!.model === question.model) last.push(question);
    else found.push([question]);
  }
  return found;
}
