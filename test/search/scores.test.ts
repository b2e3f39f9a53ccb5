import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuse, fuseRanks } from '../../src/search/fuse.ts';
import { createScores } from '../../src/search/scores.ts';

const value = fc.constantFrom(0, 0.25, 0.5, 1, 3);
const cosine = fc.constantFrom(Number.NaN, 0.1, 0.5, 0.9);
const row = fc.record({
  words: value,
  cosine,
  ranking: cosine,
  meaning: value,
  shared: value,
  learned: value,
  skip: fc.nat(1),
});
const floats = (values: readonly number[]) => Float32Array.from(values);

test('every row has the score of its method, and those that changed have it again', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('fused', 'bm25', 'dense', 'sparse'),
      fc.constantFrom(undefined, 'ranks'),
      fc.boolean(),
      fc.constantFrom(0.1, 0.3),
      fc.array(fc.tuple(fc.nat(29), fc.constantFrom(0.2, 0.7), value)),
      (rows, method, fusion, isLearned, weight, changes) => {
        const of = (name: 'words' | 'cosine' | 'ranking' | 'meaning' | 'shared' | 'learned') =>
          floats(rows.map((one) => one[name]));
        const said = {
          ...{ words: of('words'), cosine: of('cosine'), ranking: of('ranking') },
          ...{ meaning: of('meaning') },
        };
        const [shared, learned] = [of('shared'), isLearned ? of('learned') : undefined];
        const skip = Uint8Array.from(rows, (one) => one.skip);
        const all = { ...said, shared, weight, ...(learned && { learned }) };
        const wanted = () => {
          const { words, meaning } = said;
          const fused =
            fusion === 'ranks'
              ? fuseRanks([words, meaning, ...(learned ? [shared] : [])], skip)
              : fuse(words, meaning, skip, learned, weight);
          const scores = { fused, bm25: words, dense: said.ranking, sparse: shared }[method];
          return [...scores].map((score, i) => {
            const found = words[i]! > 0 || shared[i]! > 0 || !Number.isNaN(said.cosine[i]!);
            return skip[i] === 1 || !found ? -Infinity : score;
          });
        };
        const scores = createScores(all, skip, method, fusion);
        const first = scores.all();
        expect([...first]).toEqual(wanted());
        const changed = changes.filter(([i]) => i < rows.length);
        for (const [i, near, meaning] of changed) {
          said.cosine[i] = said.ranking[i] = near;
          said.meaning[i] = meaning;
        }
        const rowsChanged = changed.map(([i]) => i);
        expect([...scores.again(first, rowsChanged)]).toEqual(wanted());
      },
    ),
  );
});
