import { expect, test } from 'vitest';
import type { Query, Refusal } from '../../src/core/answer.ts';
import { createRandom } from '../../src/core/random.ts';
import type { ModelKey, Row, UnitVector } from '../../src/core/types.ts';
import { packVectors } from '../../src/kernels/packed-rows.ts';
import { createVectors } from '../../src/search/dense.ts';
import { createSearchIndex, strangers } from '../../src/search/index.ts';
import { phraseMargin, placesOf } from '../../src/search/phrases.ts';
import { aheadOf, confidence, evidenceAbove, standing } from '../../src/search/refuse.ts';
import { createFloors } from '../../src/search/strangers.ts';
import { chunkOf } from '../chunk-of.ts';

const MODEL = 'model@1' as ModelKey;

function indexOf(texts: readonly string[], vectors = texts.map(() => [1, 0])) {
  const index = createSearchIndex();
  const chunks = texts.map((text, i) => chunkOf(`${i}`, text));
  index.add({ id: 0, model: MODEL, language: 'en', dim: 2, chunks, vectors: Float32Array.from(vectors.flat()) });
  return index;
}
const ask = (text: string, more: Partial<Query> = {}): Query => ({ text, language: 'en', vectors: [], k: 10, ...more });
const unit = (...values: number[]) => Float32Array.from(values) as UnitVector;

test('names in one passage say more than the same words strewn over several', () => {
  const idf = () => 2;
  const whole = ['the Gilded Heron mission of 1974', 'a heron at the lake'];
  const strewn = ['a gilded frame', 'a heron on a mission', 'the year 1974'];
  const asked = 'when did the Gilded Heron mission end';
  // “the Gilded”, “Gilded Heron”, “Heron mission”.
  expect(phraseMargin(asked, whole, idf)).toBeCloseTo(Math.log1p(6), 5);
  expect(phraseMargin(asked, strewn, idf)).toBe(0);
  // Two passages that hold the same phrases tell nothing apart.
  expect(phraseMargin(asked, [whole[0]!, whole[0]!], idf)).toBe(0);
});

test('of Chinese, phrases are neighbouring characters, whatever a segmenter makes of a name', () => {
  const idf = (term: string) => (term === '德泉' || term === '郝德' ? 6 : 1);
  expect(phraseMargin('郝德泉从事什么职业', ['郝德泉，中国画家', '他从事职业教育'], idf)).toBeCloseTo(
    Math.log1p(12 - 2),
    5,
  );
  expect(phraseMargin('郝德泉', ['郝先生与德泉镇', ''], idf)).toBeCloseTo(Math.log1p(6), 5);
});

test('function words alone are no phrase', () => {
  expect(phraseMargin('what is it about', ['what is it about'], () => 3)).toBe(0);
});

test('the knob moves the line, never the confidence, and a verbatim hit is refused at no level', () => {
  const texts = ['Herons nest in reeds near the shallow lake.', 'The lake is deep.', 'Reeds grow by the water.'];
  const index = indexOf(texts);
  const levels: Refusal[] = ['off', 'lenient', 'normal', 'strict'];
  const results = levels.map((refuse) => index.search(ask('do herons eat frogs', { refuse })));
  expect(new Set(results.map(({ confidence }) => confidence)).size).toBe(1);
  const refused = results.map((result) => Number(result.refused));
  expect(refused).toEqual(refused.toSorted());
  expect(refused[0]).toBe(0);
  for (const refuse of levels) expect(index.search(ask('shallow lake', { refuse })).refused).toBe(false);
  expect(index.search(ask('zzzxq', { refuse: 'strict' })).refused).toBe(true);
  expect(index.search(ask('zzzxq', { refuse: 'off' })).refused).toBe(false);
});

test('the floor is the median of what the strangers reach, in meaning too once they have vectors', () => {
  const index = indexOf(
    ['cats purr', 'dogs bark'],
    [
      [1, 0],
      [0, 1],
    ],
  );
  const query = ask('why do cats purr', { vectors: [{ model: MODEL, values: unit(1, 0) }] });
  expect(index.judge(query).floor).not.toHaveProperty('meaning');
  const vectors = strangers('en').map(() => [{ model: MODEL, values: unit(1, 0) }]);
  const { features, floor } = index.judge({ ...query, strangers: vectors });
  // Every stranger lies as near as the query does: nearness tells nothing here.
  expect(floor.meaning).toBeCloseTo(features.meaning!, 6);
  const far = strangers('en').map(() => [{ model: MODEL, values: unit(-Math.SQRT1_2, -Math.SQRT1_2) }]);
  const fresh = indexOf(
    ['cats purr', 'dogs bark'],
    [
      [1, 0],
      [0, 1],
    ],
  ).judge({ ...query, strangers: far });
  expect(confidence(features, fresh.floor, 'en')).toBeGreaterThan(confidence(features, floor, 'en'));
});

test('a floor is the same asked ahead, a step a stranger, or at once; a question between the steps asks the rest', () => {
  let searches = 0;
  const floors = () =>
    createFloors(({ text }) => {
      searches++;
      return { words: text.length / 100, coverage: (text.length % 7) / 7 };
    });
  const atOnce = floors().of('en', 100);
  expect(searches).toBe(20);
  for (const steps of [0, 7, 20, 25]) {
    searches = 0;
    const ahead = floors();
    const asking = ahead.ask('en', 100)[Symbol.iterator]();
    for (let i = 0; i < steps; i++) asking.next();
    expect(searches).toBe(Math.min(steps, 20));
    expect(ahead.of('en', 100)).toEqual(atOnce);
    expect([...ahead.ask('en', 100)]).toEqual([]);
    expect(asking.next().done).toBe(true);
    expect(searches).toBe(20);
  }
});

test('a floor is asked anew when the index has grown by more than a quarter', () => {
  const index = indexOf(['cats purr', 'dogs bark', 'birds sing', 'fish swim']);
  const before = index.judge(ask('cats')).floor;
  const texts = Array.from({ length: 40 }, (_, i) => `${strangers('en')[i % 20]} indeed, number ${i}`);
  const chunks = texts.map((text, i) => chunkOf(`n${i}`, text));
  index.add({ id: 1, model: MODEL, language: 'en', dim: 2, chunks, vectors: new Float32Array(80).fill(Math.SQRT1_2) });
  expect(index.judge(ask('cats')).floor.coverage).toBeGreaterThan(before.coverage);
});

test('a few words that one passage holds are never refused, next to each other or not; a question about something else is', () => {
  const filler = Array.from({ length: 60 }, (_, i) => `passage ${i} about gardens, rivers and hills`);
  const index = indexOf(['the lease ends when notice was given in writing', ...filler]);
  expect(index.search(ask('lease')).refused).toBe(false);
  expect(index.search(ask('notice lease')).refused).toBe(false);
  expect(index.search(ask('who invented the helicopter and flew it over Peru')).refused).toBe(true);
});

test('half of a few keywords is no reason to say nothing, half of a question is', () => {
  const floor = { words: 0.15, coverage: 0.4, phrase: 0, meaning: 0.2 };
  const half = { words: 0.3, coverage: 0.55, phrase: 0, length: Math.log(8), meaning: 0.25 };
  expect(confidence({ ...half, keywords: true }, floor, 'en')).toBeGreaterThan(0.3);
  expect(confidence(half, floor, 'en')).toBeLessThan(0.3);
  const nothing = { ...half, words: 0.1, coverage: 0.2, meaning: 0.18, keywords: true };
  expect(confidence(nothing, floor, 'en')).toBeLessThan(0.1);
});

test('evidence is what lies above the floors, and the product of coverage and meaning where there is meaning', () => {
  const floor = { words: 0.1, coverage: 0.25, meaning: 0.2, margin: 0.1, deviations: 2, ahead: 0.5 };
  const byMeaning = { meaning: 0.6, margin: 0.2, deviations: 5, ahead: 0.9 };
  const wordsAlone = { words: 0.3, coverage: 0.75, phrase: 2, length: 3 };
  const features = { ...wordsAlone, ...byMeaning };
  for (const [i, value] of [0.2, 0.5, 2, 0.4, 0.1, 3, 0.4, 3, 0.2].entries()) {
    expect(evidenceAbove(features, floor)[i]).toBeCloseTo(value, 6);
  }
  expect(evidenceAbove(wordsAlone, { words: 0.1, coverage: 0.25 }).slice(3)).toEqual([0, 0, 0, 0, 3, 0]);
});

test('the first hit is ahead by its lead over what says something else', () => {
  const hits = [5, 4, 2, 1, 1, 4.9].map((score, row) => ({ row: row as Row, score }));
  const lead = (...likeness: number[]) => aheadOf(hits, (a, b) => (a === 0 ? likeness[b - 1] : Number.NaN));
  expect(lead(0, 0, 0, 0)).toBeCloseTo(Math.tanh(0.5), 6);
  // The second says the same as the first: the third is the rival. The sixth is not looked at.
  expect(lead(1, -1, 0, 0)).toBeCloseTo(Math.tanh(0.75), 6);
  expect(lead(1, 1, 1, 1)).toBeCloseTo(Math.tanh(1.25), 6);
  expect(lead()).toBeCloseTo(lead(0.75, 0.75, 0.75, 0.75), 6);
  expect(aheadOf(hits.slice(0, 1), () => 0)).toBe(1);
});

test('likeness is of two vectors of one model; until vectors come it is not known', () => {
  const vectors = createVectors();
  const rows = (model: string, ids: string[]) => ({
    id: 0,
    model: model as ModelKey,
    language: 'en' as const,
    dim: 2,
    chunks: ids.map((id) => chunkOf(id, id)),
  });
  vectors.add(rows('one', ['a', 'b', 'c']), 0, Float32Array.of(1, 0, 0.6, 0.8, 0, 1));
  vectors.add(rows('two', ['d']), 3, Float32Array.of(1, 0));
  vectors.add(rows('one', ['e']), 4, Float32Array.of(0.8, 0.6));
  expect(vectors.likeness(0, 1)).toBeCloseTo(0.6, 6);
  expect(vectors.likeness(1, 4)).toBeCloseTo(0.96, 6);
  expect(vectors.likeness(0, 2)).toBe(0);
  expect(vectors.likeness(0, 3)).toBeUndefined();
  const late = createVectors();
  const block = Float32Array.of(1, 0, 0.6, 0.8);
  late.add(rows('one', ['a', 'b']), 0, packVectors(block, 2, 'int4'));
  expect(late.likeness(0, 1)).toBeUndefined();
  late.supply(0, block);
  expect(late.likeness(0, 1)).toBeCloseTo(0.6, 6);
});

test.each([3, 127, 128, 129, 700])('of %d rows, how the best stands is what sorting says', (rows) => {
  const random = createRandom(rows);
  const cosine = Float32Array.from({ length: rows + 9 }, () => random.next());
  const skip = Uint8Array.from(cosine, (_, row) => Number(row % 11 === 3));
  cosine[5] = Number.NaN;
  const counting = [...cosine].filter((value, row) => skip[row] === 0 && !Number.isNaN(value)).sort((a, b) => b - a);
  const unrelated = 0.33;
  const mean = (counting.reduce((sum, value) => sum + value, 0) + 50 * unrelated) / (counting.length + 50);
  const crowd = counting[127] ?? mean + (counting[0]! - mean) / 3;
  const standard = cosine.map((value) => value * 3);
  const { meaning, margin, deviations } = standing(cosine, 'zh', skip, standard, 1);
  expect(deviations).toBeCloseTo(counting.length < 128 ? (cosine[1]! - mean) / 0.07 : standard[1]!, 4);
  // A first hit that was found by its words alone has none.
  expect(standing(cosine, 'zh', skip, standard, 5).deviations).toBe(0);
  expect(standing(cosine, 'zh', skip, standard, undefined).deviations).toBe(0);
  expect(meaning).toBeCloseTo((counting[0]! - mean) / (1 - mean), 5);
  expect(margin).toBeCloseTo(counting[0]! - crowd, 5);
});
test('where no row has a vector, nothing stands out', () => {
  expect(standing(new Float32Array(4).fill(Number.NaN), 'en', new Uint8Array(4), new Float32Array(4), 0)).toEqual({});
});

test('passages that follow one another in a document are one place', () => {
  const at = (document: string, ordinal: number) => chunkOf(document, `${document}${ordinal}`, { ordinal });
  const passages = [at('b', 4), at('a', 2), at('b', 2), at('a', 1), at('b', 3), at('a', 9)];
  const said = placesOf(passages).map((text) => text.match(/[ab]\d/g));
  expect(said).toEqual([['a1', 'a2'], ['a9'], ['b2', 'b3', 'b4']]);
});
