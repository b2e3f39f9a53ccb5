import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { fitQuantiser } from '../../src/kernels/quantise.ts';
import { ANALYSER_VERSION } from '../../src/search/analyse.ts';
import { decodeCell, encodeCell, TOP_LEVEL } from '../../src/site/cell.ts';
import { parseManifest } from '../../src/site/manifest.ts';
import { decodeMap, encodeMap, type LaneMap, rangeOf } from '../../src/site/map.ts';
import { decodeTerms, encodeTerms, type TermEntry } from '../../src/site/terms.ts';
import { decodeText, encodeText, type ShownPassage } from '../../src/site/text.ts';

const ROWS = 50;
const DIM = 6;
const value = fc.float({ min: -1, max: 1, noNaN: true });
const vector = fc.array(value, { minLength: DIM, maxLength: DIM }).map((values) => Float32Array.from(values));
const word = fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' });

const entry = fc.record(
  {
    rows: fc
      .uniqueArray(fc.nat(ROWS - 1), { minLength: 1 })
      .map((rows) => Uint32Array.from(rows.sort((a, b) => a - b))),
    vector,
  },
  { requiredKeys: ['rows'] },
);
const entries = fc.dictionary(word, entry, { maxKeys: 12 }).map((found): TermEntry[] =>
  Object.keys(found)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((term) => ({ term, ...found[term]!, impacts: found[term]!.rows.map((row) => row % 16) as never })),
);
const asBytes = (list: TermEntry[]) => list.map((one) => ({ ...one, impacts: Uint8Array.from(one.impacts) }));

/** Whatever the bytes, a decoder gives an answer or an EngineError, and an answer it gives is one it can write again. */
function trustsNothing(body: Uint8Array<ArrayBuffer>, decode: (bytes: Uint8Array<ArrayBuffer>) => unknown): void {
  const attempt = (bytes: Uint8Array<ArrayBuffer>) => {
    try {
      decode(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
    }
  };
  for (let length = 0; length < body.length; length++) attempt(body.slice(0, length));
  for (let at = 0; at < body.length; at++) {
    for (const flip of [1, 0x80, 0xff]) {
      const changed = body.slice();
      changed[at]! ^= flip;
      attempt(changed);
    }
  }
}

const context = { rows: ROWS, dim: DIM };

test('terms come back as they were, their vectors to within half a level', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const decoded = decodeTerms(encodeTerms(asBytes(list), context), 0, context);
      expect(decoded.map(({ term, rows, impacts }) => ({ term, rows, impacts }))).toEqual(
        asBytes(list).map(({ term, rows, impacts }) => ({ term, rows, impacts })),
      );
      for (const [i, { vector }] of list.entries()) {
        const half = Math.max(...(vector ?? []).map(Math.abs), 0) / 14 + 1e-6;
        vector?.forEach((wanted, d) => {
          expect(Math.abs(decoded[i]!.vector![d]! - wanted)).toBeLessThanOrEqual(half);
        });
      }
    }),
  );
});

test('a terms shard that is cut short is refused, and one with changed bytes never breaks the reader', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const body = encodeTerms(asBytes(list), context);
      for (let length = 0; length < body.length; length++) {
        expect(() => decodeTerms(body.slice(0, length), 0, context)).toThrow(EngineError);
      }
      trustsNothing(body, (bytes) => {
        for (const { rows } of decodeTerms(bytes, 0, context)) {
          expect(rows.every((row, i) => row < ROWS && (i === 0 || row > rows[i - 1]!))).toBe(true);
        }
      });
    }),
    { numRuns: 20 },
  );
});

const starts = fc
  .uniqueArray(fc.integer({ min: 1, max: ROWS - 1 }), { maxLength: 5 })
  .map((rows) => [0, ...rows.sort((a, b) => a - b)]);
const floats = (length: number) =>
  fc.array(value, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
const maps = fc
  .record({
    firstTerms: fc.uniqueArray(word, { maxLength: 4 }).map((terms) => terms.sort((a, b) => (a < b ? -1 : 1))),
    firstTextRows: starts,
    firstCellRows: starts,
    bias: floats(DIM),
    low: floats(128),
    step: floats(128),
    floor: floats(2).map(([words, coverage]) => ({ words: words!, coverage: coverage! })),
  })
  .chain(({ low, step, ...map }) =>
    floats(map.firstCellRows.length * DIM).map(
      (centres): LaneMap => ({ ...map, rows: ROWS, dim: DIM, centres, quantiser: { low, step } }),
    ),
  );

test('a map comes back as it was, its centres to within a 254th of their largest value', () => {
  fc.assert(
    fc.property(maps, (map) => {
      const { centres, ...decoded } = decodeMap(encodeMap(map), 0);
      const { centres: wanted, ...rest } = map;
      expect(decoded).toEqual(rest);
      for (let i = 0; i < wanted.length; i++) expect(Math.abs(centres[i]! - wanted[i]!)).toBeLessThanOrEqual(0.004);
    }),
  );
});

test('a map that is cut short is refused, and one with changed bytes never breaks the reader', () => {
  fc.assert(
    fc.property(maps, (map) => {
      const body = encodeMap(map);
      for (let length = 0; length < body.length; length++) {
        expect(() => decodeMap(body.slice(0, length), 0)).toThrow(EngineError);
      }
      trustsNothing(body, (bytes) => decodeMap(bytes, 0));
    }),
    { numRuns: 3 },
  );
});

test('a cell scores its rows as their float vectors do, to within the rounding of 4 bits', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 20 }), vector, (rows, query) => {
      const padded = new Float32Array(rows.length * 128);
      for (const [i, row] of rows.entries()) padded.set(row, i * 128);
      const quantiser = fitQuantiser(padded, rows.length, 128, TOP_LEVEL, 0);
      const body = encodeCell(Float32Array.from(rows.flatMap((row) => [...row])), DIM, quantiser);
      const scores = decodeCell(body, 0, { rows: rows.length, dim: DIM, quantiser }).score(query);
      const most = query.reduce((sum, q, d) => sum + Math.abs(q) * (quantiser.step[d]! / 2), 0);
      const largest = query.reduce((top, q, d) => Math.max(top, Math.abs(q * quantiser.step[d]!)), 0);
      for (const [i, row] of rows.entries()) {
        const exact = row.reduce((sum, one, d) => sum + one * query[d]!, 0);
        expect(Math.abs(scores[i]! - exact)).toBeLessThanOrEqual(most + (largest / 127 / 2) * 15 * DIM + 1e-4);
      }
    }),
  );
});

test('a cell of the wrong size is refused', () => {
  const quantiser = { low: new Float32Array(128), step: new Float32Array(128) };
  for (const bytes of [0, 63, 65, 128]) {
    expect(() => decodeCell(new Uint8Array(bytes), 0, { rows: 1, dim: DIM, quantiser })).toThrow(EngineError);
  }
});

const page = fc.record({ url: fc.webUrl(), title: fc.string(), meta: fc.dictionary(word, fc.string()) });
const passages = fc.array(page, { minLength: 1, maxLength: 3 }).chain((pages) =>
  fc.array(
    fc.record({
      page: fc.constantFrom(...pages),
      headings: fc.array(fc.string()),
      anchor: fc.string(),
      text: fc.string(),
    }),
    { maxLength: 6 },
  ),
);

test('texts come back as they were', () => {
  fc.assert(
    fc.property(passages, (list: ShownPassage[]) => {
      expect(JSON.stringify(decodeText(encodeText(list), 0, list.length))).toBe(JSON.stringify(list));
    }),
  );
});

test('texts of another shape or number are refused', () => {
  const refuse = (json: unknown, rows = 1) =>
    expect(() => decodeText(new TextEncoder().encode(JSON.stringify(json)), 0, rows)).toThrow(EngineError);
  const pages = [['a.html', 'A', {}]];
  refuse(null);
  refuse([]);
  refuse({ pages, rows: [] });
  refuse({ pages, rows: [[1, [], '', 'text']] });
  refuse({ pages, rows: [[0, ['a', 1], '', 'text']] });
  refuse({ pages, rows: [[0, [], '', { toString: 'x' }]] });
  refuse({ pages: [['a.html', 'A', { key: 1 }]], rows: [[0, [], '', 'text']] });
  expect(() => decodeText(Uint8Array.of(0xff), 0, 0)).toThrow(EngineError);
});

test('a manifest that names a file elsewhere is refused', () => {
  const lane = {
    language: 'en',
    model: 'm',
    key: 'k',
    passages: 1,
    map: 'en-map.000000000000.nf',
    terms: [],
    cells: [],
    texts: [],
  };
  const manifest = (lanes: unknown) => ({ nearfield: 1, analyser: ANALYSER_VERSION, pages: 1, lanes });
  expect(parseManifest(manifest([lane])).lanes).toHaveLength(1);
  for (const map of ['../en-map.000000000000.nf', 'https://elsewhere.example/x.nf', '', 7]) {
    expect(() => parseManifest(manifest([{ ...lane, map }]))).toThrow(EngineError);
  }
  expect(() => parseManifest(manifest({}))).toThrow(EngineError);
  expect(() => parseManifest({ ...manifest([]), nearfield: 99 })).toThrow(/format 99/);
});

test('a key lies in the last range that does not begin after it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(40)), fc.nat(45), (list, key) => {
      const firsts = list.sort((a, b) => a - b);
      expect(rangeOf(firsts, key)).toBe(firsts.filter((first) => first <= key).length - 1);
    }),
  );
});
