import type { Sample, StepReport } from '../core/adapt.ts';
import { passagePath } from '../core/passage.ts';
import type { Chunk } from '../core/types.ts';
import { normaliseText } from './filters.ts';
import { createTally } from './report.ts';

/** Samples with their passages, as indices of the chunks that were given. */
export interface FoundPassages {
  readonly samples: readonly Sample[];
  readonly positives: readonly (readonly number[])[];
  readonly negatives: readonly (readonly number[])[];
  readonly report: StepReport;
}

/** A sample that points at more passages than this points nowhere. */
const MOST = 20;
/** A text shorter than this is found in others by accident. */
const LEAST = 8;

/**
 * Finds the passages of a collection that samples name: a passage by its id; a document by its path, or by its file
 * name where that is unique; a record of a JSON or CSV file by its `_id` or `id`; or a text, which a passage holds, or
 * which holds passages.
 *
 * A sample whose documents are not in the collection is dropped: it could only teach what cannot be found here.
 * Cost: for every text that is no whole passage, a search through all passages.
 */
export function resolvePassages(samples: readonly Sample[], chunks: readonly Chunk[]): FoundPassages {
  const names = namesOf(chunks);
  let read: ReturnType<typeof textsOf> | undefined;
  const known = new Map<string, readonly number[]>();

  const search = (name: string): readonly number[] => {
    const named = names.get(name);
    if (named) return named;
    // A hundred thousand passages take a second to fold: only where names are not enough.
    read ??= textsOf(chunks);
    const { texts, byText, titled } = read;
    const text = normaliseText(name);
    const whole = byText.get(text) ?? titled.get(text);
    if (whole !== undefined) return [whole];
    if (text.length < LEAST) return [];
    return [...texts.keys()].filter((i) => {
      const passage = texts[i]!;
      return passage.length > text.length ? passage.includes(text) : passage.length >= LEAST && text.includes(passage);
    });
  };
  const find = (name: string): readonly number[] => {
    const found = known.get(name) ?? search(name);
    known.set(name, found);
    return found;
  };

  const tally = createTally('passages');
  const kept: Sample[] = [];
  const [positives, negatives]: [number[][], number[][]] = [[], []];
  for (const sample of samples) {
    const right = [...new Set(sample.pos.flatMap(find))];
    if (right.length === 0) tally.drop(sample.query, 'its passage is not in the library');
    else if (right.length > MOST) tally.drop(sample.query, `names more than ${MOST} passages`);
    else {
      kept.push(sample);
      positives.push(right);
      negatives.push([...new Set(sample.neg.flatMap(find))].filter((i) => !right.includes(i)));
    }
  }
  return { samples: kept, positives, negatives, report: tally.report(kept.length) };
}

function textsOf(chunks: readonly Chunk[]) {
  const texts = chunks.map(({ text }) => normaliseText(text));
  return {
    texts,
    byText: new Map(texts.map((text, i) => [text, i])),
    titled: new Map(chunks.map((chunk, i) => [normaliseText(`${passagePath(chunk)} ${chunk.text}`), i])),
  };
}

/** Everything that a passage can be called by. */
function namesOf(chunks: readonly Chunk[]): ReadonlyMap<string, readonly number[]> {
  const names = new Map<string, number[]>();
  const files = new Map<string, string | undefined>();
  const call = (name: string, i: number) => {
    const list = names.get(name);
    if (list) list.push(i);
    else names.set(name, [i]);
  };
  for (const [i, { id, document, text }] of chunks.entries()) {
    call(id, i);
    call(document, i);
    const file = document.slice(document.lastIndexOf('/') + 1);
    files.set(file, files.has(file) && files.get(file) !== document ? undefined : document);
    for (const [, record] of text.matchAll(/^_?id: (\S.*)$/gm)) call(record!, i);
  }
  for (const [file, document] of files) {
    if (document === undefined) continue;
    for (const name of [file, file.replace(/\.[^.]+$/, '')]) {
      if (!names.has(name)) names.set(name, names.get(document)!);
    }
  }
  return names;
}
