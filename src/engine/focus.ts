import type { Hit, QueryVector } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import { sentences } from '../core/sentences.ts';
import type { Chunk, ModelCard, Range } from '../core/types.ts';
import { dot } from '../kernels/dot.ts';
import { passageInput } from './inputs.ts';

/** Hits whose sentences are read: those a person sees first. */
const DEPTH = 5;
/** Sentences of a passage that are read. */
const MOST = 16;
/** What all the words of the query in one sentence weigh against its likeness in meaning. */
const WORDS = 0.15;
/** Passages whose sentences are kept for the next question. */
const KEPT = 200;

/** In each of the first hits the sentence that made it a hit: nearest to the query in meaning, its words counted in. */
export interface Focuser {
  /** Cost: encoding some dozens of sentences that were not read lately. @throws what the encoder throws, and the signal's reason. */
  focus(
    hits: readonly Hit[],
    queries: readonly QueryVector[],
    cards: readonly ModelCard[],
    signal?: AbortSignal,
  ): Promise<readonly Hit[]>;
}

interface Read {
  readonly ranges: readonly Range[];
  /** One row of `dim` values a range. */
  readonly vectors: Float32Array;
}

export function createFocuser(encoder: Encoder): Focuser {
  const known = new Map<string, Read>();

  const read = async (chunk: Chunk, { id, key, languages: [language = 'en'] }: ModelCard, signal?: AbortSignal) => {
    const name = `${key}\n${chunk.id}\n${chunk.text}`;
    const found = known.get(name);
    if (found) return found;
    const ranges = sentences(chunk.text).slice(0, MOST);
    // Under its headings a sentence means what it means in its place.
    const texts = ranges.map(({ start, end }) =>
      passageInput(language, { ...chunk, text: chunk.text.slice(start, end) }),
    );
    const { dense } = await encoder.embed(id, 'passage', texts, signal ? { signal } : {});
    const made = { ranges, vectors: dense };
    if (known.size >= KEPT) known.delete(known.keys().next().value!);
    known.set(name, made);
    return made;
  };

  return {
    async focus(hits, queries, cards, signal) {
      const focused: Hit[] = [];
      for (const [i, hit] of hits.entries()) {
        const card = cards.find(({ key }) => key === hit.model);
        const query = queries.find(({ model }) => model === hit.model);
        if (i >= DEPTH || !card || !query) {
          focused.push(hit);
          continue;
        }
        const { ranges, vectors } = await read(hit.chunk, card, signal);
        signal?.throwIfAborted();
        const score = (range: Range, row: number) =>
          dot(query.values, vectors, row * card.dim) + WORDS * shareOf(hit, range);
        let [best, most] = [0, Number.NEGATIVE_INFINITY];
        for (const [row, range] of ranges.entries()) {
          const value = score(range, row);
          if (value > most) [best, most] = [row, value];
        }
        focused.push(ranges.length > 0 ? { ...hit, focus: ranges[best]! } : hit);
      }
      return focused;
    },
  };
}

/** The part of the weight of all matched words of the passage that the sentence holds. */
function shareOf({ chunk, matches }: Hit, { start, end }: Range): number {
  const weights = (within: boolean) => {
    const words = new Map<string, number>();
    for (const match of matches) {
      if (!within || (match.start >= start && match.end <= end))
        words.set(chunk.text.slice(match.start, match.end).toLowerCase(), match.weight);
    }
    return [...words.values()].reduce((sum, weight) => sum + weight, 0);
  };
  const all = weights(false);
  return all > 0 ? weights(true) / all : 0;
}
