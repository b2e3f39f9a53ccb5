import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deal, groups, holdOut, untouched } from '../../src/adapt/split.ts';
import { createRandom } from '../../src/core/random.ts';

const questions = fc.array(fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 60 });

test('groups are the connected components: no two share a document, and each hangs together', () => {
  fc.assert(
    fc.property(questions, (positives) => {
      const found = groups(positives);
      expect(found.flat().sort((a, b) => a - b)).toEqual([...positives.keys()]);
      const documents = found.map((group) => new Set(group.flatMap((i) => positives[i]!)));
      for (const [a, own] of documents.entries()) {
        for (const other of documents.slice(a + 1)) expect([...own].some((row) => other.has(row))).toBe(false);
      }
      for (const group of found) {
        const reached = new Set([group[0]!]);
        for (let grown = true; grown; ) {
          const rows = new Set([...reached].flatMap((i) => positives[i]!));
          const more = group.filter((i) => !reached.has(i) && positives[i]!.some((row) => rows.has(row)));
          for (const i of more) reached.add(i);
          grown = more.length > 0;
        }
        expect(reached.size).toBe(group.length);
      }
    }),
  );
});

test('untouched means that no training question shares a document', () => {
  fc.assert(
    fc.property(questions, fc.integer(), (positives, seed) => {
      const split = holdOut(deal(positives, 3, createRandom(seed)), 0, [...positives.keys()]);
      expect([...split.train, ...split.held].sort((a, b) => a - b)).toEqual([...positives.keys()]);
      const flags = untouched(positives, split);
      for (const [k, i] of split.held.entries()) {
        const shares = split.train.some((other) => positives[other]!.some((row) => positives[i]!.includes(row)));
        expect(flags[k]).toBe(shares ? 0 : 1);
      }
    }),
  );
});

test('each fold holds out questions of both kinds where documents are shared', () => {
  const positives = Array.from({ length: 300 }, (_, i) => [Math.floor(i / 3)]);
  const fold = deal(positives, 3, createRandom(1));
  for (const held of [0, 1, 2]) {
    const split = holdOut(fold, held, [...positives.keys()]);
    const alone = untouched(positives, split).reduce((sum, flag) => sum + flag, 0);
    expect(split.held.length).toBeGreaterThan(60);
    expect(alone).toBeGreaterThan(20);
    expect(split.held.length - alone).toBeGreaterThan(20);
  }
});

test('one document that every question points to does not put all of them into one fold', () => {
  const fold = deal(
    Array.from({ length: 90 }, () => [0]),
    3,
    createRandom(2),
  );
  for (const held of [0, 1, 2]) expect(fold.filter((f) => f === held).length).toBeGreaterThan(10);
});
