import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chunk } from '../../chunk/chunk.ts';
import type { Encoder, PassageContext } from '../../core/encoder.ts';
import { passageText } from '../../core/passage.ts';
import type { Chunk, Document, DocumentId, LateChunking, ModelCard } from '../../core/types.ts';
import { mixLate, spanOf } from '../../embed/late.ts';
import { contextsOf } from '../../engine/contexts.ts';
import { read } from '../../read/read.ts';
import { type Collection, readCollections } from './collection.ts';
import { bootstrap, mean, ndcg } from './metrics.ts';
import type { TokenCache } from './tokens.ts';

/** Budgets of the chunks, tokens: some two hundred characters of English, and a paragraph, as the product cuts. */
const BUDGETS = [48, 256] as const;

type Say = (step: string) => (done: number, total: number) => void;

/** One size of chunks: nDCG@10 of dense search by the chunk's own vector, and by the vector in context. */
export interface LateFigures {
  readonly budget: number;
  /** Whether the chunk's own vector has read its title and headings too, as the product has it, or its text alone. */
  readonly titled: boolean;
  readonly chunks: number;
  /** Mean length of a chunk. */
  readonly characters: number;
  /** Chunks small enough to be encoded in context. */
  readonly inContext: number;
  readonly questions: number;
  readonly alone: number;
  readonly late: number;
  /** 95 % interval of the difference, question by question. */
  readonly gain: readonly [low: number, high: number];
}

interface Answer {
  readonly question: string;
  readonly document: string;
  /** Offset of the answer in the document's text. */
  readonly start: number;
}

/**
 * What late chunking is worth on a folder with `answers.tsv` (a heading, then query-id, corpus-id, start, …; or without a
 * heading query-id and answer, as it first stands in the question's document): the right chunk is the one that holds the
 * answer's offset. Documents are plain text cut by the product's own chunker; windows and mix are the product's too. A
 * title before each chunk says much of what a window does, so documents with titles are measured without them as well.
 */
export async function measureLate(
  folder: string,
  encoder: Encoder,
  cache: TokenCache,
  card: ModelCard,
  late: LateChunking,
  say: Say,
): Promise<LateFigures[]> {
  const collection = readCollections(folder)[0]!;
  const { units, questions } = collection;
  const texts = new Map(questions.map(({ id, text }) => [id, text]));
  const answers = readAnswers(join(resolve(folder), 'answers.tsv'), collection).filter(({ question }) =>
    texts.has(question),
  );
  const asked = answers.map(({ question }) => texts.get(question)!);
  await cache.fill(card, 'query', asked, say('questions'));
  const vectors = asked.map((text) => cache.read(card, 'query', text).dense);
  const documents = await Promise.all(
    units.map(async ({ id, title, text }): Promise<Document> => {
      const document = await read({ path: `${id}.txt`, data: new Blob([text]) });
      return { ...document, id: id as DocumentId, title };
    }),
  );

  const countTokens = (list: readonly string[]) => encoder.countTokens(card.id, list);
  const figures: LateFigures[] = [];
  for (const budget of BUDGETS) {
    const cut = await Promise.all(
      documents.map(async (document) => {
        const chunks = await chunk(document, { countTokens, budget });
        const tokens = await countTokens(chunks.map(({ text }) => text));
        return { chunks, contexts: contextsOf(document, chunks, tokens, late) };
      }),
    );
    const chunks = cut.flatMap((one) => one.chunks);
    const contexts = cut.flatMap((one) => one.contexts);
    const step = `chunks of ${budget} tokens`;
    await cache.fill(
      card,
      'passage',
      contexts.flatMap((one) => one?.text ?? []),
      say(`${step}, in context`),
    );
    const gold = answers.map(({ document, start }) =>
      chunks.find((one) => one.document === document && one.start <= start && start < one.end),
    );
    const bare = chunks.map(({ text }) => text);
    const withTitles = chunks.map(passageText);
    const readings = withTitles.every((text, i) => text === bare[i]) ? [bare] : [withTitles, bare];
    for (const inputs of readings) {
      await cache.fill(card, 'passage', inputs, say(step));
      const alone = inputs.map((text) => cache.read(card, 'passage', text).dense);
      const mixed = await Promise.all(
        alone.map(async (own, i) => {
          const context = contexts[i];
          return context ? inContext(own, context, cache, card, late.mix, countTokens) : own;
        }),
      );
      const [before, after] = [alone, mixed].map((rows) => rank(vectors, rows, chunks, gold));
      figures.push({
        budget,
        titled: inputs === withTitles,
        chunks: chunks.length,
        characters: mean(bare.map(({ length }) => length)),
        inContext: contexts.filter(Boolean).length,
        questions: before!.length,
        alone: mean(before!),
        late: mean(after!),
        gain: bootstrap(after!.map((value, q) => value - before![q]!)),
      });
    }
  }
  return figures;
}

async function inContext(
  own: Float32Array,
  context: PassageContext,
  cache: TokenCache,
  card: ModelCard,
  mix: number,
  countTokens: (texts: readonly string[]) => Promise<Uint32Array>,
): Promise<Float32Array> {
  const { ids, vectors } = cache.read(card, 'passage', context.text);
  const [before, upTo] = await countTokens([context.text.slice(0, context.start), context.text.slice(0, context.end)]);
  const counts = new Map([
    [context.text.slice(0, context.start), before!],
    [context.text.slice(0, context.end), upTo!],
  ]);
  const span = spanOf(context, (text) => counts.get(text)!, ids.length);
  const mixed = own.slice();
  if (span) mixLate(mixed, vectors, span, mix);
  return mixed;
}

/** nDCG@10 of each question that has a chunk. */
function rank(
  questions: readonly Float32Array[],
  rows: readonly Float32Array[],
  chunks: readonly Chunk[],
  gold: readonly (Chunk | undefined)[],
): number[] {
  return questions.flatMap((question, q) => {
    const right = gold[q];
    if (!right) return [];
    const scores = rows.map((row) => row.reduce((sum, value, i) => sum + value * question[i]!, 0));
    const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 10);
    return [
      ndcg(
        best.map((row) => chunks[row]!.id),
        new Map([[right.id, 1]]),
        10,
      ),
    ];
  });
}

function readAnswers(path: string, { units, judgements }: Collection): Answer[] {
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split('\t'));
  if (rows[0]!.length > 2) {
    return rows.slice(1).map(([question, document, start]) => ({
      question: question!,
      document: document!,
      start: Number(start),
    }));
  }
  const textOf = new Map(units.map(({ id, text }) => [id, text]));
  return rows.flatMap(([question, answer]) => {
    const document = judgements.get(question!)?.keys().next().value;
    const start = textOf.get(document ?? '')?.indexOf(answer!) ?? -1;
    return document !== undefined && start >= 0 ? [{ question: question!, document, start }] : [];
  });
}
