import type { PairId } from '../core/accepted.ts';
import type { Query } from '../core/answer.ts';
import type { Chunk, ChunkId, DocumentId, ModelKey } from '../core/types.ts';
import { analyse } from './analyse.ts';
import { createVectors } from './dense.ts';
import { scoreWords } from './keywords.ts';
import { createLexicon } from './lexicon.ts';
import { buildPostings } from './postings.ts';
import { plain } from './text.ts';

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

/** What a known question does for the passage that answers it. */
export interface Lead {
  readonly row: number;
  readonly question: string;
  /** Word score of the question, and how near it is (NaN without vectors). */
  readonly words: number;
  readonly cosine: number;
  /** How far the passage's own word score and cosine move towards the question's where that is higher, 0–1. */
  readonly wordsTrust: number;
  readonly trust: number;
  /** The query is this question, spelling and punctuation apart. */
  readonly same: boolean;
}

/** Known questions of an index: embedded and searched beside the passages, never shown, each leading to its own. */
export interface Questions {
  add(questions: readonly KnownQuestion[]): void;
  remove(documents: ReadonlySet<DocumentId>): void;
  forget(ids: ReadonlySet<PairId>): void;
  /** @param live passages that count. Cost: as searching that many passages. */
  leads(query: Query, live: number, useWords: boolean, useMeaning: boolean): readonly Lead[];
}

/**
 * A question that a person accepted says that one passage answers it, and nothing of the passages that no question is
 * known of: leaning on it costs those (measured, docs/quality.md). So it moves its passage a fifth of the way, by
 * meaning alone, unless it is asked again as it was. An author's question counts as much as the collection is an FAQ.
 */
const ACCEPTED_TRUST = 0.2;

/** How far an author's question is trusted, where so many of the passages that there are have one. */
export function authorsTrust(authored: number, live: number): Pick<Lead, 'wordsTrust' | 'trust'> {
  const share = Math.min(1, authored / Math.max(1, live));
  return { wordsTrust: share, trust: Math.max(ACCEPTED_TRUST, share) };
}
const ACCEPTED = { wordsTrust: 0, trust: ACCEPTED_TRUST };

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
      lexicon.add(buildPostings(questions.map(({ text }) => analyse(text))));
    },
    remove: (documents) => kill(({ document }) => documents.has(document)),
    forget: (ids) => kill(({ accepted }) => accepted !== undefined && ids.has(accepted)),

    leads(query, live, useWords, useMeaning) {
      if (known.length === gone.size) return [];
      const skip = lexicon.dead();
      const scores = useWords ? scoreWords(query.text, lexicon, query.typing).scores : undefined;
      const { ranking } = vectors.ask(useMeaning ? query.vectors : [], known.length, skip, false);
      const asked = sameAs(query.text);
      const authored = new Set<ChunkId>();
      for (const [i, { accepted, chunk }] of known.entries()) if (!accepted && !gone.has(i)) authored.add(chunk);
      const trust = authorsTrust(authored.size, live);
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

/** Whether two questions are one, spelling and punctuation apart. */
export const sameQuestion = (a: string, b: string): boolean => sameAs(a) === sameAs(b);

const sameAs = (text: string) =>
  plain(text)
    .replace(/[\s?!.,;:？！。，；：]+/gu, ' ')
    .trim();

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
