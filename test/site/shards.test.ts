import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { ANALYSER_VERSION } from '../../src/search/analyse.ts';
import { decodeBasis, encodeBasis, rotate } from '../../src/site/basis.ts';
import { decodeCell, encodeCell, joinCells } from '../../src/site/cell.ts';
import { allowedRows, countFacets, decodeFacets, encodeFacets, facetsOf } from '../../src/site/facets.ts';
import { decodeGlossary, encodeGlossary } from '../../src/site/glossary.ts';
import { LENGTH_LEVELS, lengthLevels, saturations } from '../../src/site/lengths.ts';
import { encodeManifest, type LaneFiles, parseManifest } from '../../src/site/manifest.ts';
import { decodeMap, encodeMap, type LaneMap, rangeOf } from '../../src/site/map.ts';
import { principalAxes } from '../../src/site/rotate.ts';
import { decodeTail, encodeTail } from '../../src/site/tail.ts';
import { decodeTerms, encodeTerms, MOST_COUNTED, type TermEntry } from '../../src/site/terms.ts';
import { decodeText, encodeText, type ShownPassage } from '../../src/site/text.ts';

const ROWS = 50;
const QUESTIONS = 9;
const DIM = 6;
const value = fc.float({ min: -1, max: 1, noNaN: true });
const vector = fc.array(value, { minLength: DIM, maxLength: DIM }).map((values) => Float32Array.from(values));
const HEAD_DIM = 4;
const levels = fc
  .array(fc.integer({ min: -127, max: 127 }), { minLength: HEAD_DIM, maxLength: HEAD_DIM })
  .map((values) => Int8Array.from(values));
const word = fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' });

const entry = fc.record(
  {
    rows: fc
      .uniqueArray(fc.nat(ROWS - 1), { minLength: 1 })
      .map((rows) => Uint32Array.from(rows.sort((a, b) => a - b))),
    asked: fc
      .uniqueArray(fc.nat(QUESTIONS - 1), { minLength: 1 })
      .map((list) => Uint32Array.from(list.sort((a, b) => a - b))),
    levels,
  },
  { requiredKeys: ['rows'] },
);
const entries = fc.dictionary(word, entry, { maxKeys: 12 }).map((found): TermEntry[] =>
  Object.keys(found)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((term) => ({
      term,
      ...found[term]!,
      counts: found[term]!.rows.map((row) => 1 + (row % MOST_COUNTED)) as never,
    })),
);
const asBytes = (list: TermEntry[]) => list.map((one) => ({ ...one, counts: Uint8Array.from(one.counts) }));

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

const context = { rows: ROWS, questions: QUESTIONS, headDim: HEAD_DIM };

test('terms come back as they were', () => {
  fc.assert(
    fc.property(entries, (list) => {
      expect(decodeTerms(encodeTerms(asBytes(list), context), 0, context)).toEqual(asBytes(list));
    }),
  );
});

test('a lane without known questions has none in its terms', () => {
  const none = { ...context, questions: 0 };
  fc.assert(
    fc.property(entries, (list) => {
      const without = asBytes(list).map(({ asked: _, ...one }) => one);
      expect(decodeTerms(encodeTerms(without, none), 0, none)).toEqual(without);
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
        const ascends = (list: Uint32Array, end: number) =>
          list.every((value, i) => value < end && (i === 0 || value > list[i - 1]!));
        for (const { rows, asked = new Uint32Array() } of decodeTerms(bytes, 0, context)) {
          expect(ascends(rows, ROWS) && ascends(asked, QUESTIONS)).toBe(true);
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
const common = fc
  .dictionary(
    word,
    fc.record({ frequency: fc.nat(ROWS), shard: fc.nat(1), levels }, { requiredKeys: ['frequency', 'shard'] }),
  )
  .map((found) =>
    Object.keys(found)
      .sort((a, b) => (a < b ? -1 : 1))
      .map((term) => ({ term, ...found[term]! })),
  );
const CELL_STEP = 0.25;
/** Every second one of so many. */
const firsts = (count: number) => Array.from({ length: Math.ceil(count / 2) }, (_, i) => 2 * i);
const maps = fc
  .record({
    common,
    firstTerms: fc.uniqueArray(word, { maxLength: 4 }).map((terms) => terms.sort((a, b) => (a < b ? -1 : 1))),
    firstTextRows: starts,
    firstCellRows: starts,
    lengths: fc
      .array(fc.nat(LENGTH_LEVELS - 1), { minLength: ROWS, maxLength: ROWS })
      .map((list) => Uint8Array.from(list)),
    leads: fc.array(fc.nat(ROWS - 1), { maxLength: QUESTIONS }),
    bias: floats(HEAD_DIM),
    tableStep: value,
    characters: fc.string({ unit: 'grapheme' }),
  })
  .chain((map) =>
    fc
      .record({
        centres: floats(map.firstCellRows.length * HEAD_DIM),
        textBytes: fc.array(fc.nat(1 << 20), {
          minLength: map.firstTextRows.length,
          maxLength: map.firstTextRows.length,
        }),
      })
      .map(
        (more): LaneMap => ({
          ...{ ...map, ...more, rows: ROWS, dim: DIM, headDim: HEAD_DIM, commonShards: 2, cellStep: CELL_STEP },
          firstTextShards: firsts(map.firstTextRows.length),
          firstTailCells: firsts(map.firstCellRows.length),
          questions: map.leads.length,
          // Half of them in the first cell, the others in the last.
          firstCellQuestions: map.firstCellRows.map((_, cell) => (cell === 0 ? 0 : map.leads.length >> 1)),
          questionLengths: Uint8Array.from(map.leads, (lead) => lead % LENGTH_LEVELS),
        }),
      ),
  );

test('a map comes back as it was, its bias to within a 254th of its largest value, its centres to within a quarter of a step', () => {
  fc.assert(
    fc.property(maps, (map) => {
      const { centres, bias, ...decoded } = decodeMap(encodeMap(map), 0);
      const { centres: wanted, bias: wantedBias, ...rest } = map;
      expect(decoded).toEqual(rest);
      for (let i = 0; i < wanted.length; i++) {
        expect(Math.abs(centres[i]! - wanted[i]!)).toBeLessThanOrEqual(CELL_STEP / 4 + 1e-6);
      }
      for (let i = 0; i < HEAD_DIM; i++) expect(Math.abs(bias[i]! - wantedBias[i]!)).toBeLessThanOrEqual(0.004);
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

const STEP = 0.02;

test('a cell scores its rows as their float vectors do, to within half a level a dimension', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 20 }), vector, vector, (rows, query, centre) => {
      const cellOf = { dim: DIM, centre, step: STEP };
      const cell = decodeCell(encodeCell(Float32Array.from(rows.flatMap((row) => [...row])), cellOf), 0, {
        ...cellOf,
        rows: rows.length,
      });
      const scores = cell.score(query);
      const most = query.reduce((sum, q) => sum + (Math.abs(q) * STEP) / 2, 0);
      for (const [i, row] of rows.entries()) {
        const exact = row.reduce((sum, one, d) => sum + one * query[d]!, 0);
        expect(Math.abs(scores[i]! - exact)).toBeLessThanOrEqual(most + 1e-4);
        const sum = new Float32Array(DIM);
        cell.addRow(i, 2, sum);
        row.forEach((one, d) => {
          expect(Math.abs(sum[d]! - 2 * one)).toBeLessThanOrEqual(STEP + 1e-4);
        });
      }
    }),
  );
});

test('a cell whose dimensions lie in two files scores as one in one file does, and a tail of the wrong size is refused', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 9 }), vector, vector, (rows, query, centre) => {
      const flat = (from: number, to: number) => Float32Array.from(rows.flatMap((row) => [...row.subarray(from, to)]));
      const part = (from: number, to: number) => ({ dim: to - from, centre: centre.subarray(from, to), step: STEP });
      const all = part(0, DIM);
      const whole = decodeCell(encodeCell(flat(0, DIM), all), 0, { ...all, rows: rows.length });
      const first = part(0, HEAD_DIM);
      const head = decodeCell(encodeCell(flat(0, HEAD_DIM), first), 0, { ...first, rows: rows.length });
      const rest = part(HEAD_DIM, DIM);
      const body = encodeTail([flat(HEAD_DIM, DIM), flat(HEAD_DIM, DIM)], [rest.centre, rest.centre], rest);
      const cells = [1, 2].map(() => ({ rows: rows.length, centre: rest.centre }));
      const joined = joinCells(head, decodeTail(body, 0, cells, rest)[1]!, HEAD_DIM);
      const [a, b] = [joined.score(query), whole.score(query)];
      for (const [i, score] of a.entries()) expect(score).toBeCloseTo(b[i]!, 4);
      const [x, y] = [new Float32Array(DIM), new Float32Array(DIM)];
      joined.addRow(rows.length - 1, 0.5, x);
      whole.addRow(rows.length - 1, 0.5, y);
      for (const [i, one] of x.entries()) expect(one).toBeCloseTo(y[i]!, 5);
      expect(() => decodeTail(body.slice(1), 0, cells, rest)).toThrow(EngineError);
    }),
  );
});

test('lengths come back within a twentieth, and what BM25 holds counts against grows with them', () => {
  const lengths = [10, 40, 100, 150, 700];
  const mean = 200;
  const found = saturations(lengthLevels(lengths));
  for (const [i, length] of lengths.entries()) {
    const wanted = 1.2 * (0.25 + (0.75 * length) / mean);
    expect(Math.abs(found[i]! / wanted - 1)).toBeLessThan(0.05);
  }
  expect(lengthLevels([0, 1e9])[0]).toBe(0);
});

test('a cell of the wrong size is refused', () => {
  const cellOf = { dim: DIM, centre: new Float32Array(DIM), step: STEP, rows: 1 };
  for (const bytes of [0, DIM - 1, DIM + 1, DIM * 2]) {
    expect(() => decodeCell(new Uint8Array(bytes), 0, cellOf)).toThrow(EngineError);
  }
});

test('rotated vectors keep their dot products, and vary less in every further dimension', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 2, maxLength: 20 }), (rows) => {
      const flat = Float32Array.from(rows.flatMap((row) => [...row]));
      const axes = principalAxes(flat, DIM);
      const turned = rotate(flat, axes, DIM);
      const dot = (values: Float32Array, a: number, b: number) =>
        values.subarray(a * DIM, a * DIM + DIM).reduce((sum, one, i) => sum + one * values[b * DIM + i]!, 0);
      expect(dot(turned, 0, 1)).toBeCloseTo(dot(flat, 0, 1), 4);
      const spread = Array.from({ length: DIM }, (_, i) => {
        const values = rows.map((_, row) => turned[row * DIM + i]!);
        const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
        return values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      });
      for (let i = 1; i < DIM; i++) expect(spread[i]!).toBeLessThanOrEqual(spread[i - 1]! + 1e-4);
      const of = { dim: DIM, headDim: HEAD_DIM, cells: 2 };
      const tails = Float32Array.of(0.1, -0.2, 0.3, 0.4);
      const read = decodeBasis(encodeBasis({ axes, tails }, of), 0, of);
      for (let i = 0; i < axes.length; i++) expect(Math.abs(read.axes[i]! - axes[i]!)).toBeLessThanOrEqual(0.004);
      for (let i = 0; i < tails.length; i++) expect(Math.abs(read.tails[i]! - tails[i]!)).toBeLessThanOrEqual(0.004);
      expect(() => decodeBasis(encodeBasis({ axes, tails }, of).slice(1), 0, of)).toThrow(EngineError);
    }),
  );
});

const facetPage = fc.record({
  filters: fc.dictionary(word, fc.array(word, { minLength: 1, maxLength: 3 }), { maxKeys: 2 }),
  sort: fc.dictionary(word, fc.string({ unit: 'grapheme' }), { maxKeys: 2 }),
});
const facetRows = fc
  .array(facetPage, { minLength: 1, maxLength: 5 })
  .chain((pages) =>
    fc.array(fc.constantFrom(...pages), { minLength: 1, maxLength: 12 }).map((list) => list.map((page) => ({ page }))),
  );

test('facets come back as they were, narrow to exactly the rows whose pages meet every filter, and count pages once', () => {
  fc.assert(
    fc.property(facetRows, word, (rows, other) => {
      const facets = facetsOf(rows);
      if (!facets) {
        expect(rows.every(({ page }) => Object.keys({ ...page.filters, ...page.sort }).length === 0)).toBe(true);
        return;
      }
      const body = encodeFacets(facets);
      expect(decodeFacets(body, 0, rows.length)).toEqual(facets);
      for (const [key, values] of facets.filters) {
        const value = values.keys().next().value!;
        const allowed = allowedRows(facets, { [key]: [value, other] });
        const wanted = rows.map(({ page: { filters } }) =>
          filters[key]?.some((one) => one === value || one === other) ? 1 : 0,
        );
        expect([...allowed]).toEqual(wanted);
        const pages = new Set(rows.map(({ page }) => page).filter(({ filters }) => filters[key]?.includes(value)));
        expect(countFacets(facets, key, rows.keys())[value]).toBe(pages.size);
      }
    }),
  );
});

test('facets that are cut short are refused, and changed bytes never break the reader', () => {
  fc.assert(
    fc.property(facetRows, (rows) => {
      const facets = facetsOf(rows);
      if (!facets) return;
      const body = encodeFacets(facets);
      for (let length = 0; length < body.length; length++) {
        expect(() => decodeFacets(body.slice(0, length), 0, rows.length)).toThrow(EngineError);
      }
      trustsNothing(body, (bytes) => decodeFacets(bytes, 0, rows.length));
    }),
    { numRuns: 10 },
  );
});

const page = fc.record({ url: fc.webUrl(), title: fc.string(), meta: fc.dictionary(word, fc.string()) });
const passages = fc.array(page, { minLength: 1, maxLength: 3 }).chain((pages) =>
  fc.array(
    fc.record(
      {
        page: fc.constantFrom(...pages),
        headings: fc.array(fc.string()),
        anchor: fc.string(),
        text: fc.string(),
        questions: fc.array(fc.string(), { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: ['page', 'headings', 'anchor', 'text'] },
    ),
    { maxLength: 6 },
  ),
);

test('texts come back as they were', () => {
  fc.assert(
    fc.property(passages, (list: ShownPassage[]) => {
      // A question that stands among title and headings is there already.
      const wanted = list.map(({ questions = [], ...rest }) => {
        const others = questions.filter((one) => one !== rest.page.title && !rest.headings.includes(one));
        return { ...rest, ...(others.length > 0 && { questions: others }) };
      });
      expect(JSON.stringify(decodeText(encodeText(list), 0, list.length))).toBe(JSON.stringify(wanted));
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
  refuse({ pages, rows: [[0, [], '', 'text', 'a question']] });
  refuse({ pages: [['a.html', 'A', { key: 1 }]], rows: [[0, [], '', 'text']] });
  expect(() => decodeText(Uint8Array.of(0xff), 0, 0)).toThrow(EngineError);
});

test('a glossary comes back as it was, and one of another shape is refused', () => {
  const glossary = [
    { term: 'flu', means: ['influenza', 'viral infection'] },
    { term: '感冒', means: ['上呼吸道感染'] },
  ];
  const body = encodeGlossary(glossary);
  expect(decodeGlossary(body, 0)).toEqual(glossary);
  for (let length = 0; length < body.length; length++) {
    expect(() => decodeGlossary(body.slice(0, length), 0)).toThrow(EngineError);
  }
  for (const json of ['{}', '[1]', '[["a"]]', '[["a", "b"]]', '[["a", [1]]]']) {
    expect(() => decodeGlossary(new TextEncoder().encode(json), 0)).toThrow(/glossary/);
  }
});

const floor = { words: 0.1, coverage: 0.2, phrase: 0 };
const lane: LaneFiles = {
  language: 'en',
  model: 'm',
  key: 'k' as LaneFiles['key'],
  passages: 1,
  map: 'en-map.000000000000.nf',
  basis: 'en-basis.000000000000.nf',
  terms: ['en-terms-0.000000000000.nf'],
  cells: [],
  texts: [],
  tails: [],
  floors: { keywords: floor, instant: floor, full: { ...floor, meaning: 0.2 } },
};

test('a manifest comes back as it was, and with any byte changed it is refused', () => {
  const bytes = encodeManifest(3, [lane, { ...lane, language: 'zh' }]);
  const read = (bytes: Uint8Array) => parseManifest(JSON.parse(new TextDecoder().decode(bytes)));
  expect(read(bytes)).toMatchObject({ pages: 3, lanes: [lane, { ...lane, language: 'zh' }] });
  for (const at of bytes.keys()) {
    for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      const changed = bytes.slice();
      changed[at]! ^= flip;
      const attempt = () => read(changed);
      expect(attempt, `byte ${at}, bits ${flip}`).toThrow(/JSON|manifest\.json is damaged/);
    }
  }
});

test('a manifest from before there were checksums is read, and one that lost its checksum is not', () => {
  const written = JSON.parse(new TextDecoder().decode(encodeManifest(1, [lane])));
  const { checksum: _, ...without } = written;
  expect(parseManifest({ ...without, nearfield: 4 }).lanes).toEqual([lane]);
  expect(() => parseManifest(without)).toThrow(/manifest\.json is damaged: expected checksum \d+, got none/);
  expect(() => parseManifest({ ...written, nearfield: 4 })).toThrow(/damaged/);
});

test('a manifest that names a file elsewhere is refused', () => {
  const manifest = (lanes: unknown) => ({ nearfield: 4, analyser: ANALYSER_VERSION, pages: 1, lanes });
  expect(parseManifest(manifest([lane])).lanes).toHaveLength(1);
  for (const map of ['../en-map.000000000000.nf', 'https://elsewhere.example/x.nf', '', 7]) {
    expect(() => parseManifest(manifest([{ ...lane, map }]))).toThrow(EngineError);
  }
  expect(() => parseManifest(manifest([{ ...lane, floors: { keywords: floor } }]))).toThrow(EngineError);
  expect(() => parseManifest(manifest([{ ...lane, floors: { ...lane.floors, full: { words: '1' } } }]))).toThrow(
    EngineError,
  );
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
